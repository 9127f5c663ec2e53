import { sortableId } from '../../base/index.ts';
import { FactError } from '../error.ts';
import type { FactInput, Log, TransactionId } from '../log.ts';
import { type HomeOptions, type HomeWorld, homeWorld } from './home-world.ts';
import { openHome } from './open-home.ts';
import { openReadOnly } from './open-read-only.ts';
import { MissingHistory } from './problem.ts';

/** The end of a writer's history that is given up. */
export interface GivenUp {
  readonly writer: string;
  /** The last transaction that is still there, 0 for none. */
  readonly kept: number;
  /** The last one this machine has seen. */
  readonly seq: number;
  readonly id: TransactionId;
}

export interface AcceptedRollback {
  readonly log: Log;
  readonly missing: readonly GivenUp[];
  /** Whether the next write is a new writer's: always but where nothing is missing. */
  readonly isNewWriter: boolean;
}

/**
 * Goes on without history that this machine has seen and that is gone: says in the log what is
 * missing, and writes from now on as a new writer, so that the old one never signs two histories.
 * Where nothing is missing it does nothing but open the home.
 */
export async function acceptRollback(options: HomeOptions): Promise<AcceptedRollback> {
  const world = homeWorld(options);
  const missing = await givenUp(world, options).catch((error: unknown) => {
    // What was seen cannot be told any more: the record itself is what is given up.
    if (error instanceof FactError && error.code === 'fact/state-damaged') return undefined;
    throw error;
  });
  const whole = missing?.length === 0 ? await openWhole(options) : undefined;
  if (whole !== undefined) {
    world.state.close();
    return { log: whole, missing: [], isNewWriter: false };
  }
  world.state.forget();
  world.state.close();
  const log = await openHome(options);
  const lost = missing ?? [];
  if (lost.length > 0)
    await log.transact(factsOf(lost, world), { why: { source: 'accept-rollback' } });
  return { log, missing: lost, isNewWriter: true };
}

/** The home, unless its index misses what this machine's record of heads does not name yet. */
async function openWhole(options: HomeOptions): Promise<Log | undefined> {
  try {
    return await openHome(options);
  } catch (error) {
    if (error instanceof MissingHistory) return undefined;
    throw error;
  }
}

/** Every head that was seen and is not there, or is another now. */
async function givenUp({ state }: HomeWorld, options: HomeOptions): Promise<readonly GivenUp[]> {
  const log = await openReadOnly(options, { believeIndex: false });
  try {
    const ends = new Map((await log.trust.writers()).map(({ writer, seq }) => [writer, seq]));
    const lost: GivenUp[] = [];
    for (const [writer, { seq, id }] of state.heads()) {
      if ((await log.transaction(id)) !== undefined) continue;
      lost.push({ writer, kept: Math.min(ends.get(writer) ?? 0, seq - 1), seq, id });
    }
    return lost;
  } finally {
    await log.close();
  }
}

function factsOf(missing: readonly GivenUp[], world: HomeWorld): readonly FactInput[] {
  const id = sortableId(world);
  return missing.flatMap(({ writer, kept, seq, id: head }) => {
    const e = `rollback:${id}/${writer}`;
    return [
      { e, a: 'rollback/writer', v: writer },
      { e, a: 'rollback/kept', v: kept },
      { e, a: 'rollback/lost', v: seq },
      { e, a: 'rollback/head', v: head },
    ];
  });
}
