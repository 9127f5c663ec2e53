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
}

/** Writes plain operations and their pairs of attribute and entity, several to a statement. */
export class PlainBatch {
  readonly #operation;
  readonly #operations;
  readonly #pair;
  readonly #pairs;
  #shared: PlainShared = { at: 0, k: 0, writer: 0, seq: 0 };
  #rows: PlainRow[] = [];

  constructor(db: DatabaseSync) {
    this.#operation = insertOperations(db, 1);
    this.#operations = insertOperations(db, ROWS);
    this.#pair = insertPairs(db, 1);
    this.#pairs = insertPairs(db, ROWS);
  }

  /** Begins a transaction; the one before has been flushed. */
  begin(shared: PlainShared): void {
    this.#shared = shared;
  }

  add(row: PlainRow): void {
    this.#rows.push(row);
    if (this.#rows.length < ROWS) return;
    this.#run(this.#operations, this.#pairs, this.#rows);
    this.#rows = [];
  }

  /** Whether a row on an entity and attribute waits to be written. */
  holds(e: number, a: number): boolean {
    return this.#rows.some((row) => row.e === e && row.a === a);
  }

  flush(): void {
    for (const row of this.#rows) this.#run(this.#operation, this.#pair, [row]);
    this.#rows = [];
  }

  #run(
    operations: Query<SQLInputValue[]>,
    pairs: Query<number[]>,
    rows: readonly PlainRow[],
  ): void {
    const { at, k, seq, writer } = this.#shared;
    const values: SQLInputValue[] = [at, writer, seq, k];
    const keys: number[] = [];
    for (const { a, e, pos, retract, value } of rows) {
      values.push(e, a, pos, retract ? 1 : 0, value);
      keys.push(a, e);
    }
    operations.run(...values);
    pairs.run(...keys);
  }
}

const insertPairs = (db: DatabaseSync, count: number): Query<number[]> =>
  prepare(db, `insert or ignore into ix_pair (a, e) values ${Array(count).fill('(?, ?)').join()}`);

/** Parameters: `at`, writer, seq and `k` of all rows, then entity, attribute, position, op and value of each. */
function insertOperations(db: DatabaseSync, count: number): Query<SQLInputValue[]> {
  const rows = Array.from({ length: count }, (_, row) => {
    const first = 5 + 5 * row;
    const [e, a, pos, op, value] = [0, 1, 2, 3, 4].map((part) => `?${first + part}`);
    return `(${e}, ${a}, 0, x'', ?1, 0, ${pos}, ${op}, ${value}, ?2, ?3, ?4)`;
  });
  return prepare(
    db,
    `insert into ix_op (e, a, b, key, at, tie, pos, op, value, writer, seq, k)
     values ${rows.join()}`,
  );
}
