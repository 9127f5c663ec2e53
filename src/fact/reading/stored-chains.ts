import type { Micros } from '../../base/index.ts';
import { vectorOf } from '../indexing/ancestry.ts';
import { ALWAYS } from '../indexing/operation.ts';
import type { IndexTables } from '../indexing/tables.ts';
import type { TransactionRow } from '../indexing/transaction-table.ts';
import type { SignedBytes } from '../line.ts';
import type { TransactionId } from '../log.ts';

/** A stored transaction by name: what heads and look-ups answer with. */
export interface Located {
  readonly id: TransactionId;
  readonly writer: string;
  readonly seq: number;
  readonly at: Micros;
  /** Whether it is in the ancestry of this copy's newest transaction. */
  readonly known: boolean;
}

/** The chains of all writers as they are stored, known here or not. */
export class StoredChains {
  readonly #tables: IndexTables;

  constructor(tables: IndexTables) {
    this.#tables = tables;
  }

  /** The newest stored transaction of every writer. */
  heads(): readonly Located[] {
    return this.#tables.writers.all().flatMap(({ n, seq }) => this.#located(n, seq) ?? []);
  }

  head(writer: string): Located | undefined {
    const row = this.#tables.writers.find(writer);
    return row && this.#located(row.n, row.seq);
  }

  /** How many transactions of a writer are stored. */
  length(writer: string): number {
    return this.#tables.writers.find(writer)?.seq ?? 0;
  }

  locate(id: TransactionId): Located | undefined {
    return this.#name(this.#tables.transactions.find(id));
  }

  locateSeq(writer: string, seq: number): Located | undefined {
    const row = this.#tables.writers.find(writer);
    return row && this.#located(row.n, seq);
  }

  /** The bytes of a stored transaction with their signature. */
  signed(id: TransactionId): SignedBytes | undefined {
    const row = this.#tables.transactions.find(id);
    return row && this.#tables.transactions.content(row);
  }

  /** The newest transaction of the home's line: this copy's own, or the one it continues. */
  known(): TransactionId | undefined {
    const head = this.#tables.head();
    return head && this.#tables.transactions.get(head.writer, head.seq)?.id;
  }

  /** The time of that transaction; 0 before it. */
  at(): Micros {
    return this.#tables.head()?.at ?? 0;
  }

  isKnown(id: TransactionId): boolean {
    return this.#tables.transactions.find(id)?.k !== undefined;
  }

  /** Newest transactions of writers that have some not known yet: what a take-in would make known. */
  pending(): readonly Located[] {
    const rows = this.#tables.writers.all().filter(({ known, seq }) => known < seq);
    return rows.flatMap(({ n, seq }) => this.#located(n, seq) ?? []);
  }

  /** Whether one transaction is in the ancestry of another, or is it. */
  isAncestor(id: TransactionId, of: TransactionId): boolean {
    const { transactions } = this.#tables;
    const row = transactions.find(id);
    const end = transactions.find(of);
    if (row === undefined || end === undefined) return false;
    return row.seq <= (vectorOf(transactions, [end]).get(row.writer) ?? 0);
  }

  /** The ancestry of a transaction, itself included: the newest `seq` of each writer in it. */
  ancestry(id: TransactionId): ReadonlyMap<string, number> {
    const { transactions, writers } = this.#tables;
    const row = transactions.find(id);
    const vector = row === undefined ? [] : vectorOf(transactions, [row]);
    return new Map([...vector].map(([writer, seq]) => [writers.at(writer).name, seq]));
  }

  /** Known transactions in order `(at, id)`, after a given one or from a time on. */
  *order(
    options: { readonly after?: TransactionId; readonly from?: Micros } = {},
  ): IterableIterator<Located> {
    const { transactions } = this.#tables;
    const after = options.after === undefined ? undefined : transactions.find(options.after);
    for (const row of transactions.inOrder(after?.at ?? options.from ?? ALWAYS)) {
      const isBefore = after !== undefined && row.at === after.at && row.id <= after.id;
      const located = isBefore ? undefined : this.#name(row);
      if (located !== undefined) yield located;
    }
  }

  #located(writer: number, seq: number): Located | undefined {
    return this.#name(this.#tables.transactions.get(writer, seq));
  }

  #name(row: TransactionRow | undefined): Located | undefined {
    if (row === undefined) return undefined;
    const { at, id, k, seq } = row;
    const writer = this.#tables.writers.at(row.writer).name;
    return { id, writer, seq, at, known: k !== undefined };
  }
}
