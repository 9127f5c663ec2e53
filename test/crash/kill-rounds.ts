import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Random, uniform } from '../../src/base/index.ts';
import { type Log, openLog } from '../../src/fact/index.ts';

const PROGRAM = fileURLToPath(new URL('./writing-process.ts', import.meta.url));

export interface KillRoundsOptions {
  /** A folder for the home and the machine's state. */
  readonly folder: string;
  readonly rounds: number;
  /** Processes that write at once, by name; the index of one that writes alone lags behind the log. */
  readonly writers: readonly string[];
  readonly random: Random;
  readonly onRound?: (done: number) => void;
}

export interface KillRounds {
  readonly rounds: number;
  readonly acknowledged: number;
  /** Acknowledged and not there, or there in another form. */
  readonly lost: readonly string[];
  /** What processes said on their way out, other than being killed. */
  readonly errors: readonly string[];
}

interface Acknowledged {
  readonly entity: string;
  readonly n: number;
  readonly id: string;
}

/**
 * Processes write to one home; each is killed at a random moment and started again, so often
 * that `rounds` kills are done. After each, everything acknowledged so far must be there.
 */
export async function killRounds(options: KillRoundsOptions): Promise<KillRounds> {
  const home = join(options.folder, 'home');
  const env = {
    ...process.env,
    DATUM_STATE: join(options.folder, 'state'),
    NODE_COMPILE_CACHE: join(options.folder, 'cache'),
  };
  const total = { rounds: 0, acknowledged: 0, lost: [] as string[], errors: [] as string[] };
  const killOneAfterOther = async (name: string): Promise<void> => {
    for (let from = 1; total.rounds < options.rounds && total.errors.length === 0; ) {
      total.rounds += 1;
      const { acknowledged, errors } = await writeAndKill(
        { home, name, from, env },
        options.random,
      );
      total.errors.push(...errors);
      total.acknowledged += acknowledged.length;
      total.lost.push(...(await missing(await openLog({ home, env }), acknowledged)));
      from = (acknowledged.at(-1)?.n ?? from) + 1;
      options.onRound?.(total.rounds);
    }
  };
  await Promise.all(options.writers.map(killOneAfterOther));
  return total;
}

interface Start {
  readonly home: string;
  readonly name: string;
  readonly from: number;
  readonly env: NodeJS.ProcessEnv;
}

/** Lets a process write for up to 20 ms after its first acknowledgement, then kills it. */
async function writeAndKill({ home, name, from, env }: Start, random: Random) {
  const child = spawn(process.execPath, [PROGRAM, home, name, String(from)], { env });
  const acknowledged: Acknowledged[] = [];
  const errors: string[] = [];
  child.stderr.on('data', (text: Buffer) => errors.push(text.toString()));
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'close');
  const first = once(lines, 'line');
  lines.on('line', (line) => {
    const [entity = '', n = '', id = ''] = line.split(' ');
    // The kill may cut the last line of the pipe short: that one was not acknowledged to anyone.
    if (id.length === 64) acknowledged.push({ entity: `${entity}:${n}`, n: Number(n), id });
  });
  await Promise.race([first, ended]);
  await delay(uniform(random) * 20);
  child.kill('SIGKILL');
  await ended;
  return { acknowledged, errors };
}

/** What was acknowledged and is not in the log as it was written. */
async function missing(
  log: Log,
  acknowledged: readonly Acknowledged[],
): Promise<readonly string[]> {
  const lost: string[] = [];
  const view = await log.at();
  for (const { entity, n, id } of acknowledged) {
    const transaction = await log.transaction(id);
    const value = await view.get(entity, 'step/value');
    const whole = value === `now ${n}` || value === `later ${n}`;
    if (transaction?.facts[0]?.e !== entity || !whole) lost.push(`${entity} ${id}`);
  }
  await log.close();
  return lost;
}
