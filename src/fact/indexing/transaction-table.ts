import type { DatabaseSync } from 'node:sqlite';
import type { Micros } from '../../base/index.ts';
import type { IndexedTransaction } from '../indexed-transaction.ts';
import type { SignedBytes } from '../line.ts';
import type { TransactionId } from '../log.ts';
import { prepare } from './query.ts';

/** A transaction's address: the number of its writer and its place in that writer's chain. */
export interface Address {
  readonly writer: number;
  readonly seq: number;
}

/** Since when a transaction is known here, as a position of the home's line, and its branch. */
export interface Known {
  readonly k: number;
  readonly b: number;
}

/** A stored transaction without its contents. */
export interface TransactionRow extends Address {
  readonly id: TransactionId;
  readonly at: Micros;
  /** Position of the home's line at which it became known; `undefined`: not known yet. */
  readonly k: number | undefined;
  readonly b: number | undefined;
}

type Columns = [n: number, id: Uint8Array, at: number, k: number | null, b: number | null];

const COLUMNS = 'n, id, at, k, b';

/** Writer and place in one exact number; a writer's transactions stand together. */
const numberOf = (writer: number, seq: number): number => writer * CHAIN_MAX + seq;
export const CHAIN_MAX = 2 ** 32;

/** The beginning of an id as an exact number. */
const markOf = (id: TransactionId): number => Number.parseInt(id.slice(0, 13), 16);

/** The stored transactions with their bytes: the index's own copy of the log. */
export class TransactionTable {
  readonly #insert;
  readonly #byMark;
  readonly #byNumber;
  readonly #atTime;
  readonly #makeKnown;
  readonly #time;
  readonly #content;
  readonly #page;
  readonly #pending;
  readonly #newestOn;
  readonly #insertParent;
  readonly #parents;

  constructor(db: DatabaseSync) {
    this.#insert = prepare<
      [number, number, Uint8Array, number, number | null, number | null, Uint8Array, Uint8Array]
    >(db, 'insert into ix_tx (n, mark, id, at, k, b, sig, bytes) values (?, ?, ?, ?, ?, ?, ?, ?)');
    this.#byMark = prepare<[number], Columns>(db, `select ${COLUMNS} from ix_tx where mark = ?`);
    this.#byNumber = prepare<[number], Columns>(db, `select ${COLUMNS} from ix_tx where n = ?`);
    this.#atTime = prepare<[number], Columns>(
      db,
      `select ${COLUMNS} from ix_tx where at = ? and k is not null`,
    );
    this.#makeKnown = prepare<[number, number, number]>(
      db,
      'update ix_tx set k = ?, b = ? where n = ?',
    );
    this.#time = prepare<[number], [number]>(db, 'select at from ix_tx where n = ?');
    this.#content = prepare<[number], [Uint8Array, Uint8Array]>(
      db,
      'select bytes, sig from ix_tx where n = ?',
    );
    this.#page = prepare<[number, number], Columns>(
      db,
      `select ${COLUMNS} from ix_tx where at >= ? and k is not null order by at limit ?`,
    );
    this.#pending = prepare<[number, number, number], Columns>(
      db,
      `select ${COLUMNS} from ix_tx where k is null and (at, n) > (?, ?) order by at, n limit ?`,
    );
    this.#newestOn = prepare<[number], Columns>(
      db,
      `select ${COLUMNS} from ix_tx where b = ? and b > 0 order by at desc limit 1`,
    );
    this.#insertParent = prepare<[number, number, number, number]>(
      db,
      'insert into ix_parent (writer, seq, parent_writer, parent_seq) values (?, ?, ?, ?)',
    );
    this.#parents = prepare<[number, number, number], [number, number]>(
      db,
      `select parent_writer, parent_seq from ix_parent where writer = ? and seq > ? and seq <= ?`,
    );
  }

  insert(writer: number, transaction: IndexedTransaction, known?: Known): void {
    const { at, bytes, id, seq, sig } = transaction;
    this.#insert.run(
      numberOf(writer, seq),
      markOf(id),
      Buffer.from(id, 'hex'),
      at,
      known?.k ?? null,
      known?.b ?? null,
      Buffer.from(sig, 'hex'),
      bytes,
    );
  }

  find(id: TransactionId): TransactionRow | undefined {
    const marked = this.#byMark.all(markOf(id));
    return marked.map(rowOf).find((row) => row.id === id);
  }

  get(writer: number, seq: number): TransactionRow | undefined {
    const columns = this.#byNumber.get(numberOf(writer, seq));
    return columns && rowOf(columns);
  }

  /** Known transactions of exactly this time. */
  atTime(at: Micros): readonly TransactionRow[] {
    return this.#atTime.all(at).map(rowOf);
  }

  /** The time of a stored transaction; 0 when there is none. */
  time(writer: number, seq: number): Micros {
    return this.#time.get(numberOf(writer, seq))?.[0] ?? 0;
  }

  makeKnown({ writer, seq }: Address, { k, b }: Known): void {
    this.#makeKnown.run(k, b, numberOf(writer, seq));
  }

  content({ seq, writer }: Address): SignedBytes | undefined {
    const found = this.#content.get(numberOf(writer, seq));
    if (found === undefined) return undefined;
    return { bytes: found[0], sig: Buffer.from(found[1]).toString('hex') };
  }

  /** The newest known transaction of a branch. */
  newestOn(b: number): TransactionRow | undefined {
    const columns = this.#newestOn.get(b);
    return columns && rowOf(columns);
  }

  addParent(child: Address, parent: Address): void {
    this.#insertParent.run(child.writer, child.seq, parent.writer, parent.seq);
  }

  /** What a writer's transactions after `after` up to `seq` name in `parents`. */
  parents(writer: number, seq: number, after: number): readonly Address[] {
    return this.#parents.all(writer, after, seq).map(([w, s]) => ({ writer: w, seq: s }));
  }

  /** Transactions not known yet, in order of time. */
  *pending(): IterableIterator<TransactionRow> {
    let last: [at: number, n: number] = [Number.MIN_SAFE_INTEGER, 0];
    for (;;) {
      const page = this.#pending.all(...last, PAGE).map(rowOf);
      yield* page;
      const end = page.at(-1);
      if (end === undefined || page.length < PAGE) return;
      last = [end.at, numberOf(end.writer, end.seq)];
    }
  }

  /** Known transactions in order `(at, id)`, those before `from` left out. */
  *inOrder(from: Micros): IterableIterator<TransactionRow> {
    let start = from;
    for (;;) {
      const page = this.#page.all(start, PAGE).map(rowOf);
      const last = page.at(-1);
      if (last === undefined) return;
      const full = page.length === PAGE;
      // The last time of a full page may go on behind it, so it begins the next page.
      const whole = full ? page.filter(({ at }) => at < last.at) : page;
      const ready = full && whole.length === 0 ? [...this.atTime(last.at)] : whole;
      yield* ready.sort(byOrder);
      if (!full) return;
      start = whole.length === 0 ? last.at + 1 : last.at;
    }
  }
}

const PAGE = 512;

const byOrder = (one: TransactionRow, other: TransactionRow): number =>
  one.at - other.at || (one.id < other.id ? -1 : 1);

function rowOf([n, id, at, k, b]: Columns): TransactionRow {
  const writer = Math.floor(n / CHAIN_MAX);
  return {
    writer,
    seq: n - writer * CHAIN_MAX,
    id: Buffer.from(id.buffer, id.byteOffset, id.length).toString('hex'),
    at,
    k: k ?? undefined,
    b: b ?? undefined,
  };
}
