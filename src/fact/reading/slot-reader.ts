import type { DatabaseSync } from 'node:sqlite';
import type { Cell } from '../indexing/cell.ts';
import type { LoneTable } from '../indexing/lone-table.ts';
import {
  OPERATION_COLUMNS,
  type Operation,
  type OperationColumns,
  operationOf,
} from '../indexing/operation.ts';
import type { OperationTable } from '../indexing/operation-table.ts';
import type { PairTable } from '../indexing/pair-table.ts';
import { prepare } from '../indexing/query.ts';
import { compareCells, keyText } from './cell-order.ts';
import type { Layer } from './horizon.ts';

/** The tables that list slots. */
export interface SlotTables {
  readonly operations: OperationTable;
  readonly pairs: PairTable;
}

/** Lists what there are operations on; every list is read with one seek an item. */
export class SlotReader {
  readonly #attributes;
  readonly #keys;
  readonly #pairs: PairTable;
  readonly #lone: LoneTable;
  readonly #entityNumbers;
  readonly #history;
  readonly #historyOf;

  constructor(db: DatabaseSync, { operations, pairs }: SlotTables) {
    this.#pairs = pairs;
    this.#lone = operations.lone;
    this.#attributes = prepare<[number], [number]>(
      db,
      `with recursive next (a) as (
         select min(a) from ix_op where e = ?1
         union all select (select min(a) from ix_op where e = ?1 and a > next.a) from next
         where next.a is not null)
       select a from next where a is not null`,
    );
    this.#keys = prepare<[number, number, number], [Cell]>(
      db,
      `with recursive next (key) as (
         select min(key) from ix_op where e = ?1 and a = ?2 and b = ?3
         union all
         select (select min(key) from ix_op where e = ?1 and a = ?2 and b = ?3 and key > next.key)
         from next where next.key is not null)
       select key from next where key is not null`,
    );
    this.#entityNumbers = prepare<[number, number], [number]>(
      db,
      'select n from ix_entity where n > ? order by n limit ?',
    );
    this.#history = prepare<[number, number, number, number], OperationColumns>(
      db,
      `select ${OPERATION_COLUMNS} from ix_op where e = ? and b = ? and at <= ? and k <= ?`,
    );
    this.#historyOf = prepare<[number, number, number, number, number], OperationColumns>(
      db,
      `select ${OPERATION_COLUMNS} from ix_op where e = ? and a = ? and b = ? and at <= ? and k <= ?`,
    );
  }

  /** Attributes an entity ever had a fact on. */
  attributes(e: number): readonly number[] {
    const lone = this.#lone.attributes(e);
    const others = this.#attributes.all(e).map(([a]) => a);
    if (others.length === 0) return lone;
    return [...new Set([...lone, ...others])].sort((one, other) => one - other);
  }

  /** Keys of an attribute that has always been of cardinality many, in any of the layers, each once. */
  keys(e: number, a: number, layers: readonly Layer[]): readonly Cell[] {
    if (layers.length === 1) return this.#keys.all(e, a, layers[0]?.b ?? 0).map(([key]) => key);
    const distinct = new Map<string, Cell>();
    for (const { b } of layers) {
      for (const [key] of this.#keys.all(e, a, b)) distinct.set(keyText(key), key);
    }
    return [...distinct.values()].sort(compareCells);
  }

  /** Entities that ever had a fact on an attribute, or all entities. */
  *entities(a: number | undefined): IterableIterator<number> {
    if (a !== undefined) {
      yield* this.#pairs.entities(a);
      return;
    }
    let last = 0;
    for (;;) {
      const page = this.#entityNumbers.all(last, PAGE);
      for (const [e] of page) yield e;
      if (page.length < PAGE) return;
      last = page.at(-1)?.[0] ?? last;
    }
  }

  /** Operations on an entity in the layers, unordered; those beside the ancestry are still among them. */
  operations(e: number, a: number | undefined, layers: readonly Layer[]): readonly Operation[] {
    return layers.flatMap(({ b, horizon }) => {
      const { at, k, vector } = horizon;
      const rows =
        a === undefined ? this.#history.all(e, b, at, k) : this.#historyOf.all(e, a, b, at, k);
      const lone = b === 0 ? this.#lone.operations(e, a) : [];
      const known = lone.filter((one) => one.at <= at && one.k <= k);
      const all = [...known, ...rows.map(operationOf)];
      return vector === undefined
        ? all
        : all.filter(({ seq, writer }) => seq <= (vector.get(writer) ?? 0));
    });
  }
}

const PAGE = 256;
