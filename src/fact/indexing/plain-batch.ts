import type { DatabaseSync } from 'node:sqlite';
import type { LoneTable } from './lone-table.ts';
import { ONE } from './operation.ts';
import type { OperationTable } from './operation-table.ts';
import { LONE, type PlainRow, PlainRows, ROWS, SPREAD_OUT } from './plain-rows.ts';

/** Writes plain operations, several to a statement. */
export class PlainBatch {
  readonly #lone: LoneTable;
  readonly #operations: OperationTable;
  readonly #toLone: PlainRows;
  readonly #toSpread: PlainRows;
  /** What waits for company: of slots that may be new, and of those known to be spread. */
  #rows: PlainRow[] = [];
  #spread: PlainRow[] = [];

  constructor(db: DatabaseSync, operations: OperationTable) {
    this.#lone = operations.lone;
    this.#operations = operations;
    this.#toLone = new PlainRows(db, LONE);
    this.#toSpread = new PlainRows(db, SPREAD_OUT);
  }

  add(row: PlainRow): void {
    const isSpread = this.#lone.isSpread(row.e, row.a);
    const rows = isSpread ? this.#spread : this.#rows;
    rows.push(row);
    if (rows.length < ROWS) return;
    if (isSpread) this.#toSpread.insertAll(rows);
    else if (this.#toLone.insertAll(rows) < ROWS) for (const each of rows) this.#settle(each);
    rows.length = 0;
  }

  /** Whether a row on an entity and attribute waits to be written. */
  holds(e: number, a: number): boolean {
    const isOn = (row: PlainRow): boolean => row.e === e && row.a === a;
    return this.#rows.some(isOn) || this.#spread.some(isOn);
  }

  /** Writes what waits. */
  flush(): void {
    for (const row of this.#rows) if (!this.#toLone.insert(row)) this.#spreadWith(row);
    for (const row of this.#spread) this.#toSpread.insert(row);
    this.forget();
  }

  /** Drops what waits, after a rollback. */
  forget(): void {
    this.#rows = [];
    this.#spread = [];
  }

  /** Of rows not all of which were taken, for their slots have one already: those that were not. */
  #settle(row: PlainRow): void {
    const { a, e, pos, shared } = row;
    const found = this.#lone.find({ e, a, b: 0, key: ONE });
    const isTaken =
      typeof found === 'object' &&
      found.writer === shared.writer &&
      found.seq === shared.seq &&
      found.pos === pos;
    if (!isTaken) this.#spreadWith(row);
  }

  #spreadWith({ a, e, shared, ...row }: PlainRow): void {
    this.#lone.spread(e, a);
    const slot = { e, a, b: 0, key: ONE };
    this.#operations.insert({ ...slot, ...shared, ...row, tie: 0, vfrom: null, vto: null });
  }
}
