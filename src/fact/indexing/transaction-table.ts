import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Micros } from '../../base/index.ts';
import type { IndexedTransaction } from '../indexed-transaction.ts';
import { decodeLine, type SignedBytes } from '../line.ts';
import type { TransactionId } from '../log.ts';
import { type LazyQuery, prepare } from './query.ts';

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

/** The first 13 hex digits of an id as an exact number. */
const markOf = (id: Buffer): number => id.readUIntBE(0, 6) * 16 + (id.readUInt8(6) >> 4);

/** Rows of one statement: by sixteen a rebuild of one-fact transactions takes 6 % less than by four. */
const ROWS = 16;
/** Values of a row. */
const ROW_VALUES = 7;
/** `k` and `b` of what is only stored. */
const UNKNOWN = Object.freeze({ k: null, b: null });

/** The stored transactions with their bytes: the index's own copy of the log. */
export class TransactionTable {
  readonly #db: DatabaseSync;
  readonly #insert;
  readonly #insertRows;
  readonly #byMark;
  readonly #marked;
  readonly #byNumber;
  readonly #atTime;
  readonly #makeKnown;
  readonly #time;
  readonly #line;
  readonly #page;
  readonly #pending;
  readonly #newestOn;
  readonly #insertParent;
  readonly #parents;

  /** Values of the rows that wait, one row after the other. */
  #waiting: SQLInputValue[] = [];
  /** The row last asked for by address, which mostly is the newest and is asked for again. */
  #last: TransactionRow | undefined;
  /** Whether the index of ids is there; `undefined`: to be looked up. */
  #hasMarks: boolean | undefined;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#insert = insertRows(db, 1);
    this.#insertRows = insertRows(db, ROWS);
    this.#byMark = prepare<[number], Columns>(db, `select ${COLUMNS} from ix_tx where mark = ?`);
    this.#marked = prepare<[], [number]>(
      db,
      "select 1 from sqlite_schema where name = 'ix_tx_mark'",
    );
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
    this.#line = prepare<[number], [Uint8Array]>(db, 'select line from ix_tx where n = ?');
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

  /** Stores a transaction; its row may wait for company until {@link flush} or the next read. */
  insert(writer: number, transaction: IndexedTransaction, known?: Known): void {
    const { at, id, line, seq } = transaction;
    const { k, b } = known ?? UNKNOWN;
    this.#last = { writer, seq, id, at, k: known?.k, b: known?.b };
    const raw = Buffer.from(id, 'hex');
    this.#waiting.push(numberOf(writer, seq), markOf(raw), raw, at, k, b, line);
    if (this.#waiting.length < ROWS * ROW_VALUES) return;
    this.#insertRows.statement.run(...this.#waiting);
    this.#waiting = [];
  }

  /** Writes the rows that wait. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    for (let at = 0; at < this.#waiting.length; at += ROW_VALUES) {
      this.#insert.statement.run(...this.#waiting.slice(at, at + ROW_VALUES));
    }
    this.#waiting = [];
  }

  /** Drops the rows that wait, after a rollback. */
  forget(): void {
    this.#waiting = [];
    this.#hasMarks = undefined;
    this.refresh();
  }

  /** Drops what another process may have changed. */
  refresh(): void {
    this.#last = undefined;
  }

  /** Leaves the index of ids until {@link makeMarks}: made at once it costs a third. */
  dropMarks(): void {
    this.#db.exec('drop index if exists ix_tx_mark');
    this.#hasMarks = false;
  }

  /** Makes the index of ids if it is not there; inside the caller's SQL transaction. */
  makeMarks(): void {
    if (this.#hasMarks === true) return;
    this.flush();
    this.#db.exec('create index if not exists ix_tx_mark on ix_tx (mark)');
    this.#hasMarks = true;
  }

  find(id: TransactionId): TransactionRow | undefined {
    this.flush();
    this.#hasMarks ??= this.#marked.get() !== undefined;
    if (!this.#hasMarks && this.#db.isTransaction) this.makeMarks();
    const marked = this.#byMark.all(markOf(Buffer.from(id, 'hex')));
    return marked.map(rowOf).find((row) => row.id === id);
  }

  get(writer: number, seq: number): TransactionRow | undefined {
    if (this.#last?.seq === seq && this.#last.writer === writer) return this.#last;
    this.flush();
    const columns = this.#byNumber.get(numberOf(writer, seq));
    this.#last = columns && rowOf(columns);
    return this.#last;
  }

  /** Known transactions of exactly this time. */
  atTime(at: Micros): readonly TransactionRow[] {
    this.flush();
    return this.#atTime.all(at).map(rowOf);
  }

  /** The time of a stored transaction; 0 when there is none. */
  time(writer: number, seq: number): Micros {
    this.flush();
    return this.#time.get(numberOf(writer, seq))?.[0] ?? 0;
  }

  makeKnown({ writer, seq }: Address, { k, b }: Known): void {
    this.flush();
    this.#last = undefined;
    this.#makeKnown.run(k, b, numberOf(writer, seq));
  }

  content({ seq, writer }: Address): SignedBytes | undefined {
    this.flush();
    const found = this.#line.get(numberOf(writer, seq));
    return found && decodeLine(found[0]);
  }

  /** The newest known transaction of a branch. */
  newestOn(b: number): TransactionRow | undefined {
    this.flush();
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
    this.flush();
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
    this.flush();
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

const insertRows = (db: DatabaseSync, count: number): LazyQuery<SQLInputValue[]> =>
  prepare(
    db,
    `insert into ix_tx (n, mark, id, at, k, b, line)
     values ${Array(count).fill('(?, ?, ?, ?, ?, ?, ?)').join()}`,
  );

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
