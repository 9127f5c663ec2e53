import type { DatabaseSync } from 'node:sqlite';
import type { Json, Micros } from '../../base/index.ts';
import type { Fact, Transaction } from '../log.ts';
import { type AttributeRow, type AttributeTable, isIndexed, manyAt } from './attribute-table.ts';
import { type Cell, encodeCell, isRef, sameCell } from './cell.ts';
import { Declarations, declaredBy } from './declaration.ts';
import type { Dictionary } from './dictionary.ts';
import {
  ALWAYS,
  compareOrder,
  ONE,
  type Operation,
  type OperationTable,
  type Tie,
} from './operation-table.ts';
import { prepare } from './query.ts';
import type { Timeline } from './timeline.ts';
import { statedValue, type ValueTable } from './value-table.ts';

/** How a transaction enters the index. */
export interface Entry {
  readonly writer: number;
  /** Position of the home's line at which it becomes known. */
  readonly k: number;
  readonly b: number;
  /** Time of the line's transaction at `k`; `undefined` while there is none. */
  readonly lineAt: Micros | undefined;
  readonly tie: Tie;
}

export interface FactTables {
  readonly dictionary: Dictionary;
  readonly attributes: AttributeTable;
  readonly operations: OperationTable;
  readonly timeline: Timeline;
  readonly values: ValueTable;
  /** Whether a writer counts for guarded attributes. */
  trusted(writer: number): boolean;
}

/** Writes the facts of transactions into the tables of the index. */
export class FactWriter {
  readonly #tables: FactTables;
  readonly declarations: Declarations;
  readonly #pair;
  readonly #tie;

  constructor(db: DatabaseSync, tables: FactTables) {
    this.#tables = tables;
    this.declarations = new Declarations(db, tables);
    this.#pair = prepare<[number, number]>(
      db,
      'insert or ignore into ix_pair (a, e) values (?, ?)',
    );
    this.#tie = prepare<[Uint8Array, number, number, number, Cell, number, number]>(
      db,
      `update ix_op set tie = ? where e = ? and a = ? and b = ? and key = ? and at = ? and tie = 0
       and pos = ?`,
    );
  }

  write(transaction: Transaction, entry: Entry): void {
    const { facts } = transaction;
    for (let pos = 0; pos < facts.length; pos += 1) {
      const fact = facts[pos];
      if (fact !== undefined) this.#writeFact(fact, { transaction, entry, pos });
    }
  }

  /** Gives the operations of a transaction already written their place among others of the same time. */
  setTie(
    transaction: Transaction,
    entry: Pick<Entry, 'k' | 'b'> & { readonly tie: Uint8Array },
  ): void {
    const { attributes, dictionary, timeline } = this.#tables;
    const { at, facts } = transaction;
    for (const [pos, fact] of facts.entries()) {
      const attribute = attributes.intern(fact.a);
      const cell = fact.v === undefined ? null : encodeCell(fact.v);
      const key = cell !== null && manyAt(attribute, entry.k) ? cell : ONE;
      const slot = { e: dictionary.intern(fact.e).n, a: attribute.n, b: entry.b, key };
      this.#tie.run(entry.tie, slot.e, slot.a, slot.b, key, at, pos);
      if (attribute.mode === 2 && timeline.mode(slot) === 2) timeline.resolve(slot);
    }
  }

  #writeFact(fact: Fact, from: { transaction: Transaction; entry: Entry; pos: number }): void {
    const { attributes, dictionary, operations, timeline } = this.#tables;
    const { n: e, fresh } = dictionary.intern(fact.e);
    const attribute = this.#attributeFor(fact);
    const operation = operationFrom(fact, attribute, { ...from, e });
    const previous =
      fresh || !isListed(attribute, fact.v) ? undefined : operations.newest(operation);
    if (attribute.mode === 0 && operation.vfrom === null && operation.vto === null) {
      operations.insert(operation);
    } else {
      const mode = timeline.insert(operation, attribute);
      if (mode > attribute.mode) attributes.save({ ...attribute, mode });
    }
    this.#pair.run(attribute.n, e);
    if (isListed(attribute, fact.v)) this.#list(operation, { attribute, previous, ...from.entry });
    const declared = from.entry.b === 0 ? declaredBy(fact) : undefined;
    if (declared !== undefined) this.declarations.update(declared, from.entry.k);
  }

  /** The attribute's row, which remembers whether all its values have been references. */
  #attributeFor({ a, v }: Fact): AttributeRow {
    const { attributes } = this.#tables;
    const row = attributes.intern(a);
    if (row.kinds === 2 || v === undefined) return row;
    const kinds = isRef(v) && row.kinds < 2 ? 1 : 2;
    return kinds === row.kinds ? row : attributes.save({ ...row, kinds });
  }

  #list(
    operation: Operation,
    on: { attribute: AttributeRow; previous: Operation | undefined; lineAt: Micros | undefined },
  ): void {
    const { a, b, e, retract } = operation;
    const value = statedValue(operation);
    const { attribute, lineAt, previous } = on;
    const before = previous?.retract === false ? statedValue(previous) : null;
    const stays = !retract && value !== null && before !== null && sameCell(before, value);
    const covers =
      !attribute.guarded &&
      b === 0 &&
      lineAt !== undefined &&
      operation.vfrom === null &&
      operation.vto === null &&
      previous !== undefined &&
      compareOrder(previous, operation) < 0;
    if (covers && before !== null && !stays) {
      this.#tables.values.close({ a, b, e, value: before }, lineAt);
    }
    if (!retract && value !== null) this.#tables.values.add({ a, b, e, value });
  }
}

/** Whether the values of an attribute can be looked up: declared so, or references. */
const isListed = (attribute: AttributeRow, value: Json | undefined): boolean =>
  isIndexed(attribute) || isRef(value);

function operationFrom(
  fact: Fact,
  attribute: AttributeRow,
  from: { transaction: Transaction; entry: Entry; pos: number; e: number },
): Operation {
  const { e, entry, pos, transaction } = from;
  const { at, seq } = transaction;
  const cell = fact.v === undefined ? null : encodeCell(fact.v);
  const many = manyAt(attribute, entry.k) && cell !== null;
  const { validFrom, validTo } = fact;
  const begin = validFrom === 'always' ? ALWAYS : validFrom;
  return {
    e,
    a: attribute.n,
    b: entry.b,
    key: many ? cell : ONE,
    at,
    tie: entry.tie,
    pos,
    vfrom: begin === undefined || begin === at ? null : begin,
    vto: validTo ?? null,
    retract: fact.op === 'retract',
    value: many ? null : cell,
    writer: entry.writer,
    seq,
    k: entry.k,
  };
}
