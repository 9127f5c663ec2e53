import { isJsonObject, isSha256, type Sha256 } from '../base/index.ts';
import {
  type Attribute,
  type Database,
  type Entity,
  type FactInput,
  isGuardedByNature,
  type TransactionId,
} from '../fact/index.ts';
import { documentEntity } from '../folder/index.ts';
import { HomeError } from './error.ts';
import type { Home } from './home.ts';

/** What two sides both wrote, and nobody has settled yet. */
export type Dispute = FactDispute | DocumentDispute;

/** Two clones stated what cannot both stand; every clone holds the earlier one. */
export interface FactDispute {
  readonly kind: 'facts';
  /** `conflict:<id of the transaction that lost>`. */
  readonly name: Entity;
  readonly e: Entity;
  readonly a: Attribute;
  readonly winner: TransactionId;
  readonly loser: TransactionId;
}

/** A document was changed on two sides at once; one version is the file, the other in the log. */
export interface DocumentDispute {
  readonly kind: 'document';
  /** The path. */
  readonly name: string;
  /** The version that is not in the file; `null`: it was removed there. */
  readonly other: Sha256 | null;
}

const SETTLED = 'conflict/settled';
const DOCUMENT_CONFLICT = 'doc/conflict';

/** Everything disputed, facts first. */
export async function readDisputes(database: Database): Promise<readonly Dispute[]> {
  const lost = await database.find([
    { e: { var: 'name' }, a: 'conflict/loser', v: { var: 'loser' } },
    { e: { var: 'name' }, a: 'conflict/winner', v: { var: 'winner' } },
    { e: { var: 'name' }, a: 'conflict/slot', v: { var: 'slot' } },
  ]);
  const facts = await Promise.all(
    lost.map(async ({ name, loser, winner, slot }): Promise<readonly Dispute[]> => {
      const [e, a] = Array.isArray(slot) ? slot.map(String) : [];
      const settled = await database.get(String(name), SETTLED);
      if (settled !== undefined || e === undefined || a === undefined) return [];
      const sides = { winner: String(winner), loser: String(loser) };
      return [{ kind: 'facts', name: String(name), e, a, ...sides }];
    }),
  );
  const documents = await database.find([
    { e: { var: 'doc' }, a: DOCUMENT_CONFLICT, v: { var: 'side' } },
  ]);
  const byName = (one: Dispute, other: Dispute): number => (one.name < other.name ? -1 : 1);
  return [
    ...facts.flat().toSorted(byName),
    ...documents
      .map(({ doc, side }): Dispute => {
        const hash = isJsonObject(side) ? side['hash'] : null;
        const other = typeof hash === 'string' && isSha256(hash) ? hash : null;
        return { kind: 'document', name: String(doc).slice('doc:'.length), other };
      })
      .toSorted(byName),
  ];
}

/** Which of two sides holds from now on: the one that stands, or the one that does not. */
export type Side = 'standing' | 'other';

/**
 * Settles a dispute for good: the side that stands is accepted, or the other one is stated anew on top
 * of it; nothing is rewritten. Throws `home/no-other-side` when its content is not on this machine, and
 * `home/untrusted-side` when a writer nobody here trusts states what only trusted ones may.
 */
export async function settle(home: Home, dispute: Dispute, side: Side): Promise<void> {
  const why = { source: 'accept', side };
  const write = { by: home.by, why };
  if (dispute.kind === 'facts') {
    const again = side === 'other' ? await lostFacts(home, dispute) : [];
    const settled = { e: dispute.name, a: SETTLED, v: side };
    await home.log.transact([...again, settled], write);
    return;
  }
  if (side === 'other') await bringBack(home, dispute, write);
  const entity = documentEntity(dispute.name);
  await home.log.transact([{ e: entity, a: DOCUMENT_CONFLICT, op: 'retract' }], write);
}

/** What the transaction that lost had stated, to be stated again. */
async function lostFacts(home: Home, { loser }: FactDispute): Promise<readonly FactInput[]> {
  const database = await home.log.at();
  const transaction = await home.log.transaction(loser);
  const slots = new Map(transaction?.facts.map(({ e, a }) => [`${e} ${a}`, { e, a }]));
  const writers = await home.log.trust.writers();
  const by = writers.find(({ writer }) => writer === transaction?.writer);
  if (by?.trust === 'unknown') await refuseGuarded(database, by.writer, [...slots.values()]);
  const stated = await Promise.all([...slots.values()].map(({ e, a }) => database.history(e, a)));
  return stated
    .flat()
    .filter(({ tx }) => tx === loser)
    .toSorted((one, next) => one.position - next.position)
    .map(({ e, a, v, op, validFrom, validTo }) => ({
      e,
      a,
      v,
      op,
      validFrom: validFrom ?? 'always',
      ...(validTo === undefined ? {} : { validTo }),
    }));
}

/** What is stated anew is the word of this home, so a stranger's must not become it where that counts. */
async function refuseGuarded(
  database: Database,
  writer: string,
  slots: readonly { readonly e: Entity; readonly a: Attribute }[],
): Promise<void> {
  for (const { e, a } of slots) {
    const declared = await database.get(`attr:${a}`, 'attribute/guarded');
    if (declared !== true && !isGuardedByNature(a)) continue;
    throw new HomeError({
      code: 'home/untrusted-side',
      kind: 'refused',
      message: `the other side also states ${a} of ${e}, which only trusted writers may, and its writer is unknown here`,
      hint: `trust it first: datum trust writers ${writer.slice(0, 12)}; or state by hand what you want of it`,
      data: { writer, entity: e, attribute: a },
    });
  }
}

async function bringBack(
  home: Home,
  { name, other }: DocumentDispute,
  write: { readonly by: string; readonly why: { readonly source: string } },
): Promise<void> {
  const content = other === null ? null : await home.log.blobs.get(other);
  if (content === undefined) {
    throw new HomeError({
      code: 'home/no-other-side',
      message: `the other version of ${name} is not on this machine`,
      hint: 'bring it from the clone that wrote it: datum pull; or accept the file as it stands',
      data: { path: name, hash: other },
    });
  }
  await home.folder.writeDocuments([{ path: name, content }], write);
}
