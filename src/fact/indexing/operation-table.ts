import type { DatabaseSync } from 'node:sqlite';
import type { Cell } from './cell.ts';
import { isLoneSlot, LoneTable, SPREAD } from './lone-table.ts';
import {
  OPERATION_COLUMNS,
  type Operation,
  type OperationColumns,
  operationOf,
  type Slot,
} from './operation.ts';
import { prepare } from './query.ts';

/** The operations, entity first; a slot with one plain operation is in the table of those. */
export class OperationTable {
  readonly lone: LoneTable;
  readonly #insert;
  readonly #newest;
  readonly #slot;

  constructor(db: DatabaseSync) {
    this.lone = new LoneTable(db);
    this.#insert = prepare<OperationColumns>(
      db,
      `insert into ix_op (${OPERATION_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#newest = prepare<[number, number, number, Cell], OperationColumns>(
      db,
      `select ${OPERATION_COLUMNS} from ix_op where e = ? and a = ? and b = ? and key = ?
       order by at desc, tie desc, pos desc limit 1`,
    );
    this.#slot = prepare<[number, number, number, Cell], OperationColumns>(
      db,
      `select ${OPERATION_COLUMNS} from ix_op where e = ? and a = ? and b = ? and key = ?
       order by at, tie, pos`,
    );
  }

  /** Stores an operation; what is lone of its slot has been spread before. */
  insert(row: Operation): void {
    const { a, at, b, e, k, key, pos, seq, tie, value, vfrom, vto, writer } = row;
    const op = row.retract ? 1 : 0;
    this.#insert.run(e, a, b, key, at, tie, pos, vfrom, vto, op, value, writer, seq, k);
  }

  /** Before a slot gets an operation that is not plain, or one of its own is changed. */
  spread(slot: Slot): void {
    if (isLoneSlot(slot)) this.lone.spread(slot.e, slot.a);
  }

  newest(slot: Slot): Operation | undefined {
    const lone = this.lone.find(slot);
    if (lone !== SPREAD) return lone;
    const { a, b, e, key } = slot;
    const columns = this.#newest.get(e, a, b, key);
    return columns && operationOf(columns);
  }

  /** All operations of a slot in order. */
  slot(slot: Slot): readonly Operation[] {
    const lone = this.lone.find(slot);
    if (lone !== SPREAD) return lone === undefined ? [] : [lone];
    const { a, b, e, key } = slot;
    return this.#slot.all(e, a, b, key).map(operationOf);
  }
}
