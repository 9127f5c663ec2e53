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

type Columns = [number, number, Uint8Array, number, number | null, number | null];

const COLUMNS = 'writer, seq, id, at, k, b';

/** The stored transactions with their bytes: the index's own copy of the log. */
export class TransactionTable {
  readonly #insert;
  readonly #keep;
  readonly #byId;
  readonly #byAddress;
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
    this.#insert = prepare<Columns>(db, `insert into ix_tx (${COLUMNS}) values (?, ?, ?, ?, ?, ?)`);
    this.#keep = prepare<[number, Uint8Array, Uint8Array]>(
      db,
      'insert into ix_content (n, sig, bytes) values (?, ?, ?)',
    );
    this.#byId = prepare<[Uint8Array], Columns>(db, `select ${COLUMNS} from ix_tx where id = ?`);
    this.#byAddress = prepare<[number, number], Columns>(
      db,
      `select ${COLUMNS} from ix_tx where writer = ? and seq = ?`,
    );
    this.#atTime = prepare<[number], Columns>(
      db,
      `select ${COLUMNS} from ix_tx where at = ? and k is not null`,
    );
    this.#makeKnown = prepare<[number, number, number, number]>(
      db,
      'update ix_tx set k = ?, b = ? where writer = ? and seq = ?',
    );
    this.#time = prepare<[number, number], [number]>(
      db,
      'select at from ix_tx where writer = ? and seq = ?',
    );
    this.#content = prepare<[number], [Uint8Array, Uint8Array]>(
      db,
      'select bytes, sig from ix_content where n = ?',
    );
    this.#page = prepare<[number, number], Columns>(
      db,
      `select ${COLUMNS} from ix_tx where at >= ? and k is not null order by at limit ?`,
    );
    this.#pending = prepare<[number, number, number, number], Columns>(
      db,
      `select ${COLUMNS} from ix_tx where k is null and (at, writer, seq) > (?, ?, ?)
       order by at, writer, seq limit ?`,
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
    this.#insert.run(writer, seq, Buffer.from(id, 'hex'), at, known?.k ?? null, known?.b ?? null);
    this.#keep.run(contentNumber({ writer, seq }), Buffer.from(sig, 'hex'), bytes);
  }

  find(id: TransactionId): TransactionRow | undefined {
    return row(this.#byId.get(Buffer.from(id, 'hex')));
  }

  get(writer: number, seq: number): TransactionRow | undefined {
    return row(this.#byAddress.get(writer, seq));
  }

  /** Known transactions of exactly this time. */
  atTime(at: Micros): readonly TransactionRow[] {
    return this.#atTime.all(at).flatMap((columns) => row(columns) ?? []);
  }

  /** The time of a stored transaction; 0 when there is none. */
  time(writer: number, seq: number): Micros {
    return this.#time.get(writer, seq)?.[0] ?? 0;
  }

  makeKnown({ writer, seq }: Address, { k, b }: Known): void {
    this.#makeKnown.run(k, b, writer, seq);
  }

  content(address: Address): SignedBytes | undefined {
    const found = this.#content.get(contentNumber(address));
    if (found === undefined) return undefined;
    return { bytes: found[0], sig: Buffer.from(found[1]).toString('hex') };
  }

  /** The newest known transaction of a branch. */
  newestOn(b: number): TransactionRow | undefined {
    return row(this.#newestOn.get(b));
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
    let last: [number, number, number] = [0, 0, 0];
    for (;;) {
      const page = this.#pending.all(...last, PAGE).flatMap((columns) => row(columns) ?? []);
      yield* page;
      const end = page.at(-1);
      if (end === undefined || page.length < PAGE) return;
      last = [end.at, end.writer, end.seq];
    }
  }

  /** Known transactions in order `(at, id)`, those before `from` left out. */
  *inOrder(from: Micros): IterableIterator<TransactionRow> {
    let start = from;
    for (;;) {
      const page = this.#page.all(start, PAGE).flatMap((columns) => row(columns) ?? []);
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

/**
 * Contents have a table of their own: in a table without rowid SQLite reads the whole of a row,
 * however long, to compare its key.
 */
const contentNumber = ({ seq, writer }: Address): number => writer * 2 ** 32 + seq;

const PAGE = 512;

const byOrder = (one: TransactionRow, other: TransactionRow): number =>
  one.at - other.at || (one.id < other.id ? -1 : 1);

function row(columns: Columns | undefined): TransactionRow | undefined {
  if (columns === undefined) return undefined;
  const [writer, seq, id, at, k, b] = columns;
  return {
    writer,
    seq,
    id: Buffer.from(id).toString('hex'),
    at,
    k: k ?? undefined,
    b: b ?? undefined,
  };
}
