import { isEntity, isJsonObject, isSha256, type Json } from '../../base/index.ts';
import { compareOrder, type Operation } from '../indexing/operation.ts';
import type { Address } from '../indexing/transaction-table.ts';
import type { Transaction } from '../log.ts';
import type { Standpoint } from './horizon.ts';
import type { Readers } from './readers.ts';

/** Transactions followed back at most. */
const CAUSES_MAX = 256;

/**
 * The transactions that made some operations, newest first, and after them what their `why` names,
 * step by step: a transaction by its id, an entity (a run, an effect) by the transaction that first
 * said something of it.
 */
export function causesOf(
  readers: Readers,
  made: readonly Operation[],
  standpoint: Standpoint,
): readonly Transaction[] {
  const queue: Address[] = [...made].sort((one, other) => compareOrder(other, one));
  const found = new Map<string, Transaction>();
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const key = `${next.writer} ${next.seq}`;
    if (found.has(key) || found.size >= CAUSES_MAX) continue;
    const transaction = readers.read(next);
    found.set(key, transaction);
    for (const text of textsIn(transaction.why)) {
      const cause = causeNamed(readers, text, standpoint);
      if (cause !== undefined) queue.push(cause);
    }
  }
  return [...found.values()];
}

function causeNamed(readers: Readers, text: string, { layers }: Standpoint): Address | undefined {
  if (isSha256(text)) {
    const row = readers.tables.transactions.find(text);
    return row?.k === undefined ? undefined : row;
  }
  const e = isEntity(text) ? readers.tables.dictionary.find(text) : undefined;
  if (e === undefined) return undefined;
  return [...readers.slots.operations(e, undefined, layers)].sort(compareOrder)[0];
}

function* textsIn(value: Json): Iterable<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const item of value) yield* textsIn(item);
  else if (isJsonObject(value)) for (const item of Object.values(value)) yield* textsIn(item);
}
