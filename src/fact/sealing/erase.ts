import type { Sha256 } from '../../base/index.ts';
import type { FactIndex } from '../fact-index.ts';
import type { Entity, FactInput, TransactionId } from '../log.ts';
import { sealedWith } from './seal.ts';
import type { SealedPlace, SealedTable } from './sealed-table.ts';
import { erasedMark, type Vault } from './vault.ts';

/** Attributes of `erasure:<blob hash>`: what is ordered to go, and the key that opened it. */
export const ERASURE_BLOB = 'erasure/blob';
export const ERASURE_KEY = 'erasure/key';

export interface EraserOptions {
  readonly index: FactIndex;
  readonly table: SealedTable;
  readonly vault: Vault;
}

/** The facts that order everything sealed about a subject to be erased wherever the log goes. */
export function orderFor(subject: Entity, { table, vault }: EraserOptions): readonly FactInput[] {
  const keys = (vault.cabinet?.all() ?? []).filter((key) => key.subject === subject);
  const ids = new Set(keys.map(({ id }) => id));
  const hashes = new Set(
    table.readable().flatMap(({ hash }) => (ids.has(keyOf(hash, vault) ?? '') ? [hash] : [])),
  );
  const blobs = [...hashes].flatMap((hash) => [
    { e: `erasure:${hash}`, a: ERASURE_BLOB, v: hash },
    { e: `erasure:${hash}`, a: ERASURE_KEY, v: keyOf(hash, vault) ?? '' },
  ]);
  return [...blobs, ...[...ids].map((id) => ({ e: `erasure:${id}`, a: ERASURE_KEY, v: id }))];
}

/**
 * Does here what the log orders: overwrites the values in the index, destroys the keys and removes the
 * blobs; under the lock. True when there was anything to do, so that the index has to be scrubbed.
 */
export function carryOutOrders({ index, table, vault }: EraserOptions): boolean {
  const view = index.view({}, Number.MAX_SAFE_INTEGER);
  const ordered = (a: string): ReadonlySet<string> =>
    new Set([...view.datoms({ a })].map(({ v }) => String(v)));
  const hashes = ordered(ERASURE_BLOB);
  const keys = ordered(ERASURE_KEY);
  if (hashes.size === 0 && keys.size === 0) return false;
  const isOrdered = ({ hash, tx }: SealedPlace): boolean =>
    (hashes.has(hash) || keys.has(keyOf(hash, vault) ?? '')) &&
    index.chains.locate(tx)?.known === true;
  const places = table.readable().filter(isOrdered);
  for (const place of places) eraseValue(place, { index, table, vault });
  for (const hash of [...hashes, ...places.map((place) => place.hash)]) {
    if (vault.blobs.where(hash) !== undefined) vault.blobs.remove(hash);
  }
  const present = [...keys].filter((id) => vault.cabinet?.find(id) !== 'destroyed');
  for (const id of present) vault.cabinet?.destroy(id);
  return places.length > 0 || present.length > 0;
}

function eraseValue(place: SealedPlace, { index, table }: EraserOptions): void {
  // The index finds the old value by opening it, so the key goes last.
  index.replaceValue(place.tx, place.position, erasedMark(place.hash));
  table.erased(place);
}

function keyOf(hash: Sha256, vault: Vault): string | undefined {
  const blob = vault.blobs.read(hash);
  return blob && sealedWith(blob);
}

/** Facts about an entity that are in the log in clear, where nothing can erase them. */
export function inClear(
  subject: Entity,
  index: FactIndex,
): readonly { readonly tx: TransactionId; readonly a: string }[] {
  const clear: { tx: TransactionId; a: string }[] = [];
  for (const { tx, a, position } of index.view({}, Number.MAX_SAFE_INTEGER).history(subject)) {
    const fact = index.transaction(tx)?.facts[position];
    if (fact?.v !== undefined && fact.sealed === undefined) clear.push({ tx, a });
  }
  return clear;
}
