import type { Database, Entity, Log } from '../../fact/index.ts';
import { EffectError } from '../error.ts';

/** The writers of a log that this machine does not trust. */
export async function strangersTo(
  log: Pick<Log, 'trust' | 'signer'>,
): Promise<ReadonlySet<string>> {
  const unknown = (await log.trust.writers()).filter(({ trust }) => trust === 'unknown');
  const strangers = new Set(unknown.map(({ writer }) => writer));
  // One that began in this very process may not be among those of this machine yet.
  strangers.delete(log.signer?.writer ?? '');
  return strangers;
}

export interface Stated {
  readonly entity: Entity;
  readonly database: Database;
  /** Asked for when absent. */
  readonly strangers?: ReadonlySet<string>;
}

/**
 * Refuses to go on with what a writer this machine does not trust wrote: whoever forges a step of a
 * run, or what it was asked, decides what is done in this machine's name. Throws
 * `effect/unknown-writer` for such facts of an entity; reads nothing more where every writer is known.
 */
export async function refuseStrangers(
  log: Pick<Log, 'trust' | 'signer' | 'transaction'>,
  { entity, database, strangers: given }: Stated,
): Promise<void> {
  const strangers = given ?? (await strangersTo(log));
  if (strangers.size === 0) return;
  for await (const { tx } of database.datoms({ e: entity })) {
    const writer = (await log.transaction(tx))?.writer;
    if (writer !== undefined && strangers.has(writer)) throw unknownWriter(entity, writer);
  }
}

const unknownWriter = (entity: Entity, writer: string): EffectError =>
  new EffectError({
    code: 'effect/unknown-writer',
    kind: 'refused',
    message: `${entity} is the word of ${writer}, whom this machine does not trust`,
    hint: `look at it with: datum show ${entity}; if you know who wrote it: datum trust writers ${writer.slice(0, 12)}`,
    data: { entity, writer },
  });
