import type { DatabaseSync } from 'node:sqlite';
import type { Micros } from '../../base/index.ts';
import type { AttributeRow } from '../indexing/attribute-table.ts';
import type { Cell } from '../indexing/cell.ts';
import { ofPair, pairNumber, SPREAD } from '../indexing/lone-table.ts';
import {
  compareOrder,
  OPERATION_COLUMNS,
  type Operation,
  type OperationColumns,
  operationOf,
  type Slot,
} from '../indexing/operation.ts';
import type { OperationTable } from '../indexing/operation-table.ts';
import { prepare } from '../indexing/query.ts';
import type { Timeline } from '../indexing/timeline.ts';
import type { Horizon, Layer } from './horizon.ts';

type SlotColumns = [number, number, number, Cell];

const SLOT = 'e = ? and a = ? and b = ? and key = ?';
const NEWEST = 'order by at desc, tie desc, pos desc';

/** What point reads ask besides the operations. */
export interface PointTables {
  readonly timeline: Timeline;
  readonly operations: OperationTable;
  trusted(writer: number): boolean;
}

/** Reads the newest operation that holds at a point: one seek for slots of one operation, at most two more for others. */
export class PointReader {
  readonly #tables: PointTables;
  readonly #plainValue;
  readonly #plain;
  readonly #began;
  readonly #span;
  readonly #walk;

  constructor(db: DatabaseSync, tables: PointTables) {
    this.#tables = tables;
    this.#plainValue = prepare<[number, number, number], [Cell | null]>(
      db,
      `select case
         when op = 2 then (
           select case op when 0 then value end from ix_op
           where ${ofPair('?1')} and b = 0 and key = x'' and at <= ?2 and k <= ?3
           ${NEWEST} limit 1)
         when op = 0 and at <= ?2 and k <= ?3 then value end
       from ix_lone where n = ?1`,
    );
    this.#plain = prepare<[...SlotColumns, number, number], OperationColumns>(
      db,
      `select ${OPERATION_COLUMNS} from ix_op where ${SLOT} and at <= ? and k <= ? ${NEWEST} limit 1`,
    );
    this.#began = prepare<[...SlotColumns, number, number, number], OperationColumns>(
      db,
      `select ${OPERATION_COLUMNS} from ix_op indexed by ix_op_from
       where ${SLOT} and vfrom is not null and vfrom <= ? and at <= ? and k <= ?
       order by vfrom desc, at desc, tie desc, pos desc limit 1`,
    );
    this.#span = prepare<[...SlotColumns, number], [number, ...OperationColumns]>(
      db,
      `select s.vto, o.* from (select * from ix_span where ${SLOT} and vfrom <= ?
       order by vfrom desc limit 1) s
       join ix_op o on o.e = s.e and o.a = s.a and o.b = s.b and o.key = s.key
       and o.at = s.at and o.tie = s.tie and o.pos = s.pos`,
    );
    this.#walk = prepare<[...SlotColumns, number, number, number, number], OperationColumns>(
      db,
      `select ${OPERATION_COLUMNS} from ix_op where ${SLOT} and at <= ? and k <= ?
       and coalesce(vfrom, at) <= ? and (vto is null or vto > ?) ${NEWEST}`,
    );
  }

  /** The value on the main branch of a plain attribute of cardinality one, the shortest way. */
  plainValue(
    e: number,
    a: number,
    { horizon, valid }: { readonly horizon: Horizon; readonly valid: Micros },
  ): Cell | undefined {
    const at = Math.min(horizon.at, valid);
    return this.#plainValue.get(pairNumber(e, a), at, horizon.k)?.[0] ?? undefined;
  }

  /** The newest known operation of one partition that holds at `valid`; may be a retract. */
  newest(slot: Slot, attribute: AttributeRow, { horizon, valid }: At): Operation | undefined {
    const lone = this.#tables.operations.lone.find(slot);
    if (lone !== SPREAD) {
      const isKnown =
        lone !== undefined && lone.at <= Math.min(horizon.at, valid) && lone.k <= horizon.k;
      return isKnown && this.counts(lone, attribute, horizon) ? lone : undefined;
    }
    if (attribute.guarded || horizon.vector !== undefined) {
      return this.#firstCounting(slot, attribute, { horizon, valid });
    }
    const mode = attribute.mode === 0 ? 0 : this.#tables.timeline.mode(slot);
    if (mode === 0) return this.#newestPlain(slot, Math.min(horizon.at, valid), horizon.k);
    if (mode === 1) return this.#newestOrdered(slot, { horizon, valid });
    return this.#newestSpan(slot, attribute, { horizon, valid });
  }

  #newestPlain({ a, b, e, key }: Slot, time: Micros, k: number): Operation | undefined {
    const columns = this.#plain.get(e, a, b, key, time, k);
    return columns && operationOf(columns);
  }

  /** Operations begin in writing order: the newest known, or the newest of those that have begun. */
  #newestOrdered(slot: Slot, { horizon, valid }: At): Operation | undefined {
    const newest = this.#newestPlain(slot, horizon.at, horizon.k);
    if (newest === undefined || (newest.vfrom ?? newest.at) <= valid) return newest;
    const { a, b, e, key } = slot;
    const columns = this.#began.get(e, a, b, key, valid, horizon.at, horizon.k);
    return columns && operationOf(columns);
  }

  #newestSpan(slot: Slot, attribute: AttributeRow, at: At): Operation | undefined {
    const { a, b, e, key } = slot;
    const found = this.#span.get(e, a, b, key, at.valid);
    if (found === undefined) return undefined;
    const [vto, ...columns] = found;
    if (vto <= at.valid) return undefined;
    const operation = operationOf(columns);
    // The newest of all is the newest of those known, when it is known.
    const isKnown = operation.k <= at.horizon.k;
    return isKnown ? operation : this.#firstCounting(slot, attribute, at);
  }

  /** Walks one slot's own operations back from the newest. */
  #firstCounting(slot: Slot, attribute: AttributeRow, at: At): Operation | undefined {
    const { a, b, e, key } = slot;
    const { horizon, valid } = at;
    for (const columns of this.#walk.iterate(e, a, b, key, horizon.at, horizon.k, valid, valid)) {
      const operation = operationOf(columns);
      if (this.counts(operation, attribute, horizon)) return operation;
    }
    return undefined;
  }

  /** Whether an operation is in the ancestry, and by a writer that counts for the attribute. */
  counts({ seq, writer }: Operation, attribute: AttributeRow, { vector }: Horizon): boolean {
    if (vector !== undefined && seq > (vector.get(writer) ?? 0)) return false;
    return !attribute.guarded || this.#tables.trusted(writer);
  }

  /** The newest over a branch and its bases. */
  newestInLayers(
    slot: Omit<Slot, 'b'>,
    attribute: AttributeRow,
    { layers, valid }: { readonly layers: readonly Layer[]; readonly valid: Micros },
  ): Operation | undefined {
    for (const { b, horizon } of layers) {
      const found = this.newest({ ...slot, b }, attribute, { horizon, valid });
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

interface At {
  readonly horizon: Horizon;
  readonly valid: Micros;
}

/** Newest first. */
export const newestFirst = (one: Operation, other: Operation): number => compareOrder(other, one);
