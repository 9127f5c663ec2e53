import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Micros } from '../../base/index.ts';
import type { Cell } from './cell.ts';
import { prepare, type Query } from './query.ts';
import type { Address } from './transaction-table.ts';

/** Rows of one statement; more cost more than they save (measured: 1.36 us a row alone, 0.88 by eight). */
const ROWS = 8;

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

/** Writes plain operations, several to a statement. */
export class PlainBatch {
  readonly #single;
  readonly #ofOne;
  readonly #ofSeveral;
  #rows: PlainRow[] = [];

  constructor(db: DatabaseSync) {
    this.#single = insertShared(db, 1);
    this.#ofOne = insertShared(db, ROWS);
    this.#ofSeveral = insertEach(db, ROWS);
  }

  add(row: PlainRow): void {
    this.#rows.push(row);
    if (this.#rows.length < ROWS) return;
    const isOne = this.#rows[0]?.shared === row.shared;
    if (isOne) this.#ofOne.run(...sharedValues(this.#rows));
    else this.#ofSeveral.run(...eachValues(this.#rows));
    this.#rows = [];
  }

  /** Whether a row on an entity and attribute waits to be written. */
  holds(e: number, a: number): boolean {
    return this.#rows.some((row) => row.e === e && row.a === a);
  }

  /** Writes what waits. */
  flush(): void {
    for (const row of this.#rows) this.#single.run(...sharedValues([row]));
    this.#rows = [];
  }

  /** Drops what waits, after a rollback. */
  forget(): void {
    this.#rows = [];
  }
}

/** Rows of one transaction: what they share is bound once. */
function sharedValues(rows: readonly PlainRow[]): SQLInputValue[] {
  const first = rows[0];
  if (first === undefined) return [];
  const { at, k, seq, writer } = first.shared;
  const values: SQLInputValue[] = [at, writer, seq, k];
  for (const { a, e, pos, retract, value } of rows) {
    values.push(e, a, pos, retract ? 1 : 0, value);
  }
  return values;
}

/** Rows of several transactions. */
function eachValues(rows: readonly PlainRow[]): SQLInputValue[] {
  const values: SQLInputValue[] = [];
  for (const { a, e, pos, retract, shared, value } of rows) {
    const { at, k, seq, writer } = shared;
    values.push(e, a, at, pos, retract ? 1 : 0, value, writer, seq, k);
  }
  return values;
}

const INSERT = 'insert into ix_op (e, a, b, key, at, tie, pos, op, value, writer, seq, k) values';

function insertShared(db: DatabaseSync, count: number): Query<SQLInputValue[]> {
  const rows = Array.from({ length: count }, (_, row) => {
    const first = 5 + 5 * row;
    const [e, a, pos, op, value] = [0, 1, 2, 3, 4].map((part) => `?${first + part}`);
    return `(${e}, ${a}, 0, x'', ?1, 0, ${pos}, ${op}, ${value}, ?2, ?3, ?4)`;
  });
  return prepare(db, `${INSERT} ${rows.join()}`);
}

function insertEach(db: DatabaseSync, count: number): Query<SQLInputValue[]> {
  const row = "(?, ?, 0, x'', ?, 0, ?, ?, ?, ?, ?, ?)";
  return prepare(db, `${INSERT} ${Array(count).fill(row).join()}`);
}
