import type { DatabaseSync } from 'node:sqlite';
import type { Json } from '../../base/index.ts';
import type { Fact } from '../log.ts';
import { isIndexed } from './attribute-table.ts';
import { type Cell, encodeCell, isRef } from './cell.ts';
import { ONE, OPERATION_COLUMNS, type OperationColumns, operationOf } from './operation.ts';
import { prepare } from './query.ts';
import type { IndexTables } from './tables.ts';
import type { TransactionRow } from './transaction-table.ts';
import { statedValue } from './value-table.ts';

/** Writes another value over one that was stated, wherever the index has it. */
export class ValueReplacer {
  readonly #tables: IndexTables;
  readonly #find;
  readonly #update;

  constructor(db: DatabaseSync, tables: IndexTables) {
    this.#tables = tables;
    const place = 'e = ? and a = ? and b = ? and at = ? and pos = ? and writer = ? and seq = ?';
    this.#find = prepare<Place, OperationColumns>(
      db,
      `select ${OPERATION_COLUMNS} from ix_op where ${place}`,
    );
    this.#update = prepare<[Cell, Cell | null, ...Place]>(
      db,
      `update ix_op set key = ?, value = ? where ${place}`,
    );
  }

  /** `fact` is the one at `position` of the transaction, whose value is `value` from now on. */
  replace(row: TransactionRow, position: number, { a, e }: Fact, value: Json): void {
    const { attributes, dictionary, operations, timeline, values } = this.#tables;
    const attribute = attributes.find(a);
    const number = dictionary.find(e);
    if (attribute === undefined || number === undefined || row.b === undefined) return;
    const { at, b, seq, writer } = row;
    operations.spread({ e: number, a: attribute.n, b, key: ONE });
    const place: Place = [number, attribute.n, b, at, position, writer, seq];
    const columns = this.#find.get(...place);
    if (columns === undefined) return;
    const before = operationOf(columns);
    const cell = encodeCell(value);
    const isKey = before.value === null && statedValue(before) !== null;
    const key = isKey ? cell : before.key;
    this.#update.run(key, isKey ? null : cell, ...place);
    const old = statedValue(before);
    if (old !== null) values.remove({ ...before, value: old });
    if (!before.retract && (isIndexed(attribute) || isRef(value))) {
      values.add({ ...before, value: cell });
    }
    if (isKey && attribute.mode > 0) {
      timeline.derive(before);
      timeline.derive({ ...before, key });
    }
  }
}

type Place = [
  e: number,
  a: number,
  b: number,
  at: number,
  pos: number,
  writer: number,
  seq: number,
];
