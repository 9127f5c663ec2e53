import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Micros } from '../../base/index.ts';
import type { Cell } from './cell.ts';
import { pairNumber } from './lone-table.ts';
import { type LazyQuery, prepare } from './query.ts';
import type { Address } from './transaction-table.ts';

/** Rows of one statement; more cost more than they save (measured: 1.36 us a row alone, 0.88 by eight). */
export const ROWS = 8;

/** What the operations of one transaction have in common. */
export interface PlainShared extends Address {
  readonly at: Micros;
  readonly k: number;
}

/** A plain operation: main branch, cardinality one, from its transaction's time on and open. */
export interface PlainRow {
  readonly e: number;
  readonly a: number;
  readonly pos: number;
  readonly retract: boolean;
  readonly value: Cell | null;
  readonly shared: PlainShared;
}

/** How a table takes plain operations. */
interface Shape {
  /** The columns begin with `at, k, writer, seq`, which rows may share. */
  readonly into: string;
  /** The rest of a row. */
  readonly rest: string;
  readonly bind: (values: SQLInputValue[], row: PlainRow) => void;
}

/** Into the table of lone operations; a slot that is there already is left as it is. */
export const LONE: Shape = {
  into: 'insert or ignore into ix_lone (at, k, writer, seq, n, pos, op, value)',
  rest: '?, ?, ?, ?',
  bind: (values, { a, e, pos, retract, value }) => {
    values.push(pairNumber(e, a), pos, retract ? 1 : 0, value);
  },
};

/** Into the table of all others. */
export const SPREAD_OUT: Shape = {
  into: 'insert into ix_op (at, k, writer, seq, e, a, pos, op, value, b, key, tie)',
  rest: "?, ?, ?, ?, ?, 0, x'', 0",
  bind: (values, { a, e, pos, retract, value }) => {
    values.push(e, a, pos, retract ? 1 : 0, value);
  },
};

/** Parameters with a number are looked up by name for every value bound, so there are no more than these. */
const SHARED = '?1, ?2, ?3, ?4';
const OWN = '?, ?, ?, ?';

/** Writes plain operations into one table. */
export class PlainRows {
  readonly #shape: Shape;
  readonly #single: LazyQuery<SQLInputValue[]>;
  readonly #ofOne: LazyQuery<SQLInputValue[]>;
  readonly #ofSeveral: LazyQuery<SQLInputValue[]>;

  constructor(db: DatabaseSync, shape: Shape) {
    this.#shape = shape;
    this.#single = rowsOf(db, shape, { count: 1, shared: OWN });
    this.#ofOne = rowsOf(db, shape, { count: ROWS, shared: SHARED });
    this.#ofSeveral = rowsOf(db, shape, { count: ROWS, shared: OWN });
  }

  /** Writes a row; false when it was not taken. */
  insert(row: PlainRow): boolean {
    return Number(this.#single.statement.run(...this.#eachValues([row])).changes) === 1;
  }

  /** Writes {@link ROWS} rows; gives how many were taken. */
  insertAll(rows: readonly PlainRow[]): number {
    const isOne = rows[0]?.shared === rows[ROWS - 1]?.shared;
    const { changes } = isOne
      ? this.#ofOne.statement.run(...this.#sharedValues(rows))
      : this.#ofSeveral.statement.run(...this.#eachValues(rows));
    return Number(changes);
  }

  /** Rows of one transaction: what they share is bound once. */
  #sharedValues(rows: readonly PlainRow[]): SQLInputValue[] {
    const values: SQLInputValue[] = [];
    bindShared(values, rows[0]);
    for (const row of rows) this.#shape.bind(values, row);
    return values;
  }

  /** Rows of several transactions. */
  #eachValues(rows: readonly PlainRow[]): SQLInputValue[] {
    const values: SQLInputValue[] = [];
    for (const row of rows) {
      bindShared(values, row);
      this.#shape.bind(values, row);
    }
    return values;
  }
}

function bindShared(values: SQLInputValue[], row: PlainRow | undefined): void {
  if (row === undefined) return;
  const { at, k, seq, writer } = row.shared;
  values.push(at, k, writer, seq);
}

const rowsOf = (
  db: DatabaseSync,
  { into, rest }: Shape,
  { count, shared }: { readonly count: number; readonly shared: string },
): LazyQuery<SQLInputValue[]> =>
  prepare(db, `${into} values ${Array(count).fill(`(${shared}, ${rest})`).join()}`);
