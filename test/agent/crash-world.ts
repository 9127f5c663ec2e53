import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgentWorld, resumeRun, runAgent } from '../../src/agent/index.ts';
import {
  type Disk,
  escapeTags,
  hashOf,
  isJsonObject,
  type JsonObject,
  manualClock,
  seededRandom,
  systemDisk,
} from '../../src/base/index.ts';
import { type Log, openLog } from '../../src/fact/index.ts';
import { memoryMarks, openFolder } from '../../src/folder/index.ts';
import { openBudget } from '../../src/guard/index.ts';
import type { ModelRequest } from '../../src/model/index.ts';
import { NOON, type Reply, scriptedModel } from './agent-world.ts';

/** A home that was taken in once; each crash works on a copy, which the caller removes. */
export async function adoptedHome(prepare: (root: string) => void = () => undefined) {
  const root = scratch();
  cpSync(join(import.meta.dirname, '../../examples/harbor'), root, { recursive: true });
  prepare(root);
  const home = await open(root, systemDisk, 0);
  await home.folder.reconcile();
  home.folder.close();
  await home.log.close();
  return root;
}

const scratch = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'datum-crash-')));

async function open(root: string, disk: Disk, laterMicros: number) {
  const clock = manualClock(NOON + laterMicros);
  const random = seededRandom(`${laterMicros}`);
  const env = { DATUM_STATE: join(root, '.state') };
  const log = await openLog({ home: root, clock, random, disk, env });
  const folder = openFolder({ log, root, disk, random, marks: memoryMarks() });
  const budget = openBudget({ log, clock, random, zone: 'UTC' });
  return { log, folder, clock, random, budget };
}

class Killed extends RangeError {}

/** A disk and a log of a process that dies at its n-th transaction: from then on nothing is written. */
function mortal(diesAt: number, when: 'before' | 'after') {
  let count = 0;
  let dead = false;
  const alive = (): void => {
    if (dead) throw new Killed('killed');
  };
  const disk: Disk = {
    ...systemDisk,
    write: (...args) => {
      alive();
      systemDisk.write(...args);
    },
    rename: (...args) => {
      alive();
      systemDisk.rename(...args);
    },
  };
  const wrap = (log: Log): Log =>
    new Proxy(log, {
      get: (target, key: keyof Log) => {
        if (key !== 'transact') {
          const value = target[key];
          return typeof value === 'function' ? value.bind(target) : value;
        }
        return async (...args: Parameters<Log['transact']>) => {
          alive();
          count += 1;
          if (count === diesAt && when === 'before') dead = true;
          alive();
          const result = await target.transact(...args);
          if (count === diesAt) dead = true;
          alive();
          return result;
        };
      },
    });
  return { disk, wrap, count: () => count };
}

export interface Crash {
  /** A home of {@link adoptedHome}. */
  readonly home: string;
  readonly diesAt: number;
  readonly when: 'before' | 'after';
  readonly reply: Reply;
}

/** Runs harbor in a process that dies, and lets another one resume what it left. */
export async function crashAndResume({ home, diesAt, when, reply }: Crash) {
  const root = scratch();
  cpSync(home, root, { recursive: true });
  const model = scriptedModel(Array.from({ length: 100 }, () => reply));
  const life = mortal(diesAt, when);
  const first = await open(root, systemDisk, 1_000_000);
  const log = life.wrap(first.log);
  const { clock, random } = first;
  const folder = openFolder({ log, root, disk: life.disk, random, marks: memoryMarks() });
  const budget = openBudget({ log, clock, random, zone: 'UTC' });
  const timer = { sleep: () => new Promise<void>(() => undefined) };
  const base = { timer, zone: 'UTC', homeFolder: root, live: [model.handler], disk: systemDisk };
  const world: AgentWorld = { ...base, log, folder, clock, random, budget };
  await folder.reconcile();
  const before = life.count();
  const ended = await runAgent(world, { agent: 'harbor', workItem: 'x' }).catch((error) => error);
  folder.close();
  await first.log.close().catch(() => undefined);

  const second = await open(root, systemDisk, 30_000_000);
  await second.folder.reconcile();
  const again: AgentWorld = { ...base, ...second };
  const run = await firstRun(second.log);
  const asked = model.requests.length;
  let result = ended;
  // Answers that were on their way at the kill: nobody knows whether they were paid for.
  let lost = false;
  let unbidden = 0;
  if (run !== undefined && ended instanceof Error) {
    result = await resumeRun(again, run).catch((error) => error);
    for (let tries = 0; result.code === 'effect/unknown-outcome' && tries < 5; tries += 1) {
      lost = true;
      unbidden = model.requests.length - asked;
      result = await resumeRun(again, run, { repeat: true }).catch((error) => error);
    }
  }
  const journal = existsSync(join(root, JOURNAL)) ? readFileSync(join(root, JOURNAL), 'utf8') : '';
  const spent = await standingOf(again);
  second.folder.close();
  await second.log.close();
  const lines = run === undefined ? [] : linesIn(root);
  const notes = readdirSync(join(root, 'memory'));
  rmSync(root, { recursive: true, force: true });
  return {
    run,
    ended,
    result,
    lost,
    lines,
    journal,
    notes,
    spentUsd: spent / 1e6,
    requests: model.requests.length,
    /** Asked by the process that resumed before anybody said that it may repeat. */
    unbidden,
    distinct: new Set(
      model.requests.map((request) => hashOf(escapeTags(request as JsonObject & ModelRequest))),
    ).size,
    before,
    total: life.count(),
  };
}

const DAY = '2026-06/2026-06-08';
const JOURNAL = `journal/${DAY}.md`;

/** The lines of the day in the run logs of all agents of the home. */
function linesIn(root: string): readonly Record<string, unknown>[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(`log/${DAY}.jsonl`))
    .flatMap((path) => readFileSync(join(root, path), 'utf8').trimEnd().split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** What the budget counts for harbor's day, in micro-dollars. */
async function standingOf({ budget }: AgentWorld): Promise<number> {
  const settings = {
    caps: [{ scope: 'day', usd: 100, action: 'skip' }],
    warningThresholds: [],
  } as const;
  const [day] = (await budget?.standing({ agent: 'harbor', run: 'r' }, settings)) ?? [];
  return day?.spent ?? 0;
}

/** The run that was asked for by nobody else. */
async function firstRun(log: Log): Promise<string | undefined> {
  const found = await (await log.at()).find([
    { e: { var: 'run' }, a: 'run/request', v: { var: 'request' } },
  ]);
  const own = found.find(({ request }) => {
    const asked = isJsonObject(request) && isJsonObject(request['value']) && request['value'];
    return asked && isJsonObject(asked['request']) && asked['request']['parentRun'] === undefined;
  });
  if (own === undefined) return undefined;
  const name = isJsonObject(own['run']) ? own['run']['$ref'] : own['run'];
  return String(name).slice('run:'.length);
}
