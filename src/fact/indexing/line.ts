import type { DatabaseSync } from 'node:sqlite';
import type { Micros } from '../../base/index.ts';
import { prepare } from './query.ts';
import type { Address, TransactionTable } from './transaction-table.ts';

/** A stretch of the line by one writer: position `k` is its transaction `seq`, and so on. */
export interface Stretch {
  readonly k: number;
  readonly writer: number;
  readonly seq: number;
}

/** The newest transaction of the line. */
export interface LineHead extends Address {
  readonly k: number;
  readonly at: Micros;
}

/**
 * The line of a home: its own writer's transactions, before them those of the writer it continued,
 * and so on back. What the home knew at a time is the ancestry of its newest transaction on the line
 * by then; every known transaction has the position `k` at which it entered that ancestry, so
 * visibility is one comparison.
 */
export class Line {
  readonly #transactions: TransactionTable;
  readonly #all;
  readonly #insert;
  #stretches: readonly Stretch[] | undefined;
  #head: LineHead | undefined;

  constructor(db: DatabaseSync, transactions: TransactionTable) {
    this.#transactions = transactions;
    this.#all = prepare<[], [number, number, number]>(
      db,
      'select k, writer, seq from ix_line order by k',
    );
    this.#insert = prepare<[number, number, number]>(
      db,
      'insert into ix_line (k, writer, seq) values (?, ?, ?)',
    );
  }

  get stretches(): readonly Stretch[] {
    this.#stretches ??= this.#all.all().map(([k, writer, seq]) => ({ k, writer, seq }));
    return this.#stretches;
  }

  /** `known`: how far a writer is known to this home. */
  head(known: (writer: number) => number): LineHead | undefined {
    if (this.#head !== undefined) return this.#head;
    const last = this.stretches.at(-1);
    if (last === undefined) return undefined;
    const seq = known(last.writer);
    const at = this.#transactions.time(last.writer, seq);
    this.#head = { writer: last.writer, seq, k: last.k + seq - last.seq, at };
    return this.#head;
  }

  /** Puts the next transaction on the line. */
  append(head: LineHead): void {
    const last = this.stretches.at(-1);
    if (last?.writer !== head.writer) {
      const stretch = { k: head.k, writer: head.writer, seq: head.seq };
      this.#insert.run(stretch.k, stretch.writer, stretch.seq);
      this.#stretches = [...this.stretches, stretch];
    }
    this.#head = head;
  }

  /** The transaction at a position from 1 to the head's. */
  address(k: number): Address | undefined {
    const stretch = this.stretches.findLast((item) => item.k <= k);
    return stretch && { writer: stretch.writer, seq: stretch.seq + k - stretch.k };
  }

  /** The position of a transaction, when it is on the line that ends in `head`. */
  position({ writer, seq }: Address, head: LineHead): number | undefined {
    const index = this.stretches.findIndex((item) => item.writer === writer && item.seq <= seq);
    const stretch = this.stretches[index];
    if (stretch === undefined) return undefined;
    const k = stretch.k + seq - stretch.seq;
    const next = this.stretches[index + 1]?.k ?? head.k + 1;
    return k < next ? k : undefined;
  }

  /** The newest position with `at` not after `time`; 0 when there is none. */
  positionAt(time: Micros, head: LineHead): number {
    if (head.at <= time) return head.k;
    let low = 0;
    let high = head.k;
    // Invariant: position `low` is at or before `time` (or 0), `high` is after it.
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      const address = this.address(middle);
      const at = address === undefined ? 0 : this.#transactions.time(address.writer, address.seq);
      if (at <= time) low = middle;
      else high = middle;
    }
    return low;
  }

  forget(): void {
    this.#stretches = undefined;
    this.#head = undefined;
  }
}
