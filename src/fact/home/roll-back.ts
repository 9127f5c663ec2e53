import { sortableId } from '../../base/index.ts';
import { FactError } from '../error.ts';
import type { FactInput, Log, TransactionId } from '../log.ts';
import { type HomeOptions, type HomeWorld, homeWorld } from './home-world.ts';
import { openHome } from './open-home.ts';
import { openReadOnly } from './open-read-only.ts';

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
}

/**
 * Goes on without history that this machine has seen and that is gone: says in the log what is
 * missing, and writes from now on as a new writer, so that the old one never signs two histories.
 */
export async function acceptRollback(options: HomeOptions): Promise<AcceptedRollback> {
  const world = homeWorld(options);
  const missing = await givenUp(world, options).catch((error: unknown) => {
    // What was seen cannot be told any more: the record itself is what is given up.
    if (error instanceof FactError && error.code === 'fact/state-damaged') return [];
    throw error;
  });
  world.state.forget();
  world.state.close();
  const log = await openHome(options);
  if (missing.length > 0)
    await log.transact(factsOf(missing, world), { why: { source: 'accept-rollback' } });
  return { log, missing };
}

async function givenUp({ state }: HomeWorld, options: HomeOptions): Promise<readonly GivenUp[]> {
  const log = await openReadOnly(options, { believeIndex: false });
  const kept = new Map((await log.trust.writers()).map(({ writer, seq }) => [writer, seq]));
  await log.close();
  return [...state.heads()].flatMap(([writer, { seq, id }]) => {
    const last = kept.get(writer) ?? 0;
    return last < seq ? [{ writer, kept: last, seq, id }] : [];
  });
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
