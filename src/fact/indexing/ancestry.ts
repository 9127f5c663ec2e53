import type { Stretch } from './line.ts';
import type { Address, TransactionRow, TransactionTable } from './transaction-table.ts';

/** For each writer the newest of its transactions in an ancestry; all its earlier ones are in it too. */
export type Vector = ReadonlyMap<number, number>;

/**
 * The ancestry of the given transactions, themselves included; `known` tells how far each writer is
 * left out of it, nothing when absent.
 */
export function vectorOf(
  transactions: TransactionTable,
  ends: readonly Address[],
  known: (writer: number) => number = () => 0,
): Vector {
  const vector = new Map<number, number>();
  const queue = [...ends];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { seq, writer } = next;
    const reached = vector.get(writer) ?? known(writer);
    if (reached >= seq) continue;
    vector.set(writer, seq);
    queue.push(...transactions.parents(writer, seq, reached));
  }
  return vector;
}

/**
 * The line that ends in a transaction: its writer's chain, before it the chain of the greatest parent
 * by `(at, id)` of that writer's first transaction, and so on back.
 */
export function lineOf(transactions: TransactionTable, end: Address): readonly Stretch[] {
  const ends: Address[] = [];
  for (let next: Address | undefined = end; next !== undefined; ) {
    ends.unshift(next);
    next = greatest(transactions, transactions.parents(next.writer, 1, 0));
  }
  const line: Stretch[] = [];
  let k = 1;
  for (const { seq, writer } of ends) {
    line.push({ k, writer, seq: 1 });
    k += seq;
  }
  return line;
}

/** The last of some transactions in order `(at, id)`. */
export function greatest(
  transactions: TransactionTable,
  addresses: readonly Address[],
): TransactionRow | undefined {
  const rows = addresses.flatMap(({ seq, writer }) => transactions.get(writer, seq) ?? []);
  return rows.sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1)).at(-1);
}
