import type { DatabaseSync } from 'node:sqlite';
import type { Json, Micros } from '../../base/index.ts';
import type { ReadTransaction } from '../indexed-transaction.ts';
import type { Fact, Transaction } from '../log.ts';
import { type AttributeRow, type AttributeTable, isIndexed, manyAt } from './attribute-table.ts';
import { type Cell, encodeCell, isRef, sameCell } from './cell.ts';
import { Declarations, declaredBy } from './declaration.ts';
import type { Dictionary } from './dictionary.ts';
import { pairNumber } from './lone-table.ts';
import { ALWAYS, compareOrder, ONE, type Operation, type Slot, type Tie } from './operation.ts';
import type { OperationTable } from './operation-table.ts';
import type { PairTable } from './pair-table.ts';
import { PlainBatch } from './plain-batch.ts';
import type { PlainShared } from './plain-rows.ts';
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
  readonly pairs: PairTable;
  readonly timeline: Timeline;
  readonly values: ValueTable;
  /** Whether a writer counts for guarded attributes. */
  trusted(writer: number): boolean;
}

/** Writes the facts of transactions into the tables of the index. */
export class FactWriter {
  readonly #tables: FactTables;
  readonly declarations: Declarations;
  readonly #batch: PlainBatch;
  readonly #tie;

  constructor(db: DatabaseSync, tables: FactTables) {
    this.#tables = tables;
    this.declarations = new Declarations(db, tables);
    this.#batch = new PlainBatch(db, tables.operations);
    this.#tie = prepare<[Uint8Array, number, number, number, Cell, number, number]>(
      db,
      `update ix_op set tie = ? where e = ? and a = ? and b = ? and key = ? and at = ? and tie = 0
       and pos = ?`,
    );
  }

  write(transaction: ReadTransaction, entry: Entry): void {
    const { at, facts, seq } = transaction;
    const first = this.#tables.dictionary.next();
    const isListedTwice = facts.length > 1 ? repetition() : () => false;
    const shared = { at, seq, writer: entry.writer, k: entry.k };
    for (let pos = 0; pos < facts.length; pos += 1) {
      const fact = facts[pos];
      if (fact === undefined) continue;
      const e = this.#tables.dictionary.intern(fact.e);
      const attribute = this.#attributeFor(fact);
      const isNew = e >= first && !(isListed(attribute, fact.v) && isListedTwice(e, attribute.n));
      this.#tables.pairs.add(attribute.n, e);
      const placed = { e, attribute, fact, pos, isNew };
      if (isPlain(placed, at, entry)) this.#writePlain(placed, shared, entry);
      else this.#writeFact(placed, transaction, entry);
    }
  }

  /** Writes what waits for company; nothing may be read before. */
  flush(): void {
    this.#batch.flush();
    this.#tables.pairs.flush();
  }

  /** Drops what waits, after a rollback. */
  forget(): void {
    this.#batch.forget();
    this.#tables.operations.lone.forget();
    this.#tables.pairs.forget();
  }

  /** Gives the operations of a transaction already written their place among others of the same time. */
  setTie(
    transaction: Transaction,
    entry: Pick<Entry, 'k' | 'b'> & { readonly tie: Uint8Array },
  ): void {
    const { attributes, dictionary, operations, timeline } = this.#tables;
    const { at, facts } = transaction;
    this.#batch.flush();
    for (const [pos, fact] of facts.entries()) {
      const attribute = attributes.intern(fact.a);
      const cell = fact.v === undefined ? null : encodeCell(fact.v);
      const key = cell !== null && manyAt(attribute, entry.k) ? cell : ONE;
      const slot = { e: dictionary.intern(fact.e), a: attribute.n, b: entry.b, key };
      operations.spread(slot);
      this.#tie.run(entry.tie, slot.e, slot.a, slot.b, key, at, pos);
      if (attribute.mode === 2 && timeline.mode(slot) === 2) timeline.resolve(slot);
    }
  }

  #writePlain(
    { attribute, e, fact, isNew, pos }: Placed,
    shared: PlainShared,
    { lineAt }: Entry,
  ): void {
    const { op, v } = fact;
    const value = v === undefined ? null : encodeCell(v);
    if (isListed(attribute, v)) {
      // What went before is asked for, so it has to be there.
      if (this.#batch.holds(e, attribute.n)) this.#batch.flush();
      const slot = { e, a: attribute.n, b: 0, key: ONE };
      const previous = isNew ? undefined : this.#tables.operations.newest(slot);
      const covers = previous === undefined || previous.at <= shared.at;
      const on = { lineAt, attribute, previous, covers };
      this.#list({ ...slot, value, retract: op === 'retract' }, on);
    }
    this.#batch.add({ e, a: attribute.n, pos, retract: op === 'retract', value, shared });
  }

  #writeFact(placed: Placed, transaction: ReadTransaction, entry: Entry): void {
    const { attributes, operations, timeline } = this.#tables;
    const { attribute, fact } = placed;
    this.#batch.flush();
    const operation = operationFrom(placed, transaction, entry);
    operations.spread(operation);
    const listed = isListed(attribute, fact.v);
    const previous = listed ? operations.newest(operation) : undefined;
    if (attribute.mode === 0 && operation.vfrom === null && operation.vto === null) {
      operations.insert(operation);
    } else {
      const mode = timeline.insert(operation, attribute);
      if (mode > attribute.mode) attributes.save({ ...attribute, mode });
    }
    const isOpen = operation.vfrom === null && operation.vto === null;
    const isLast = previous === undefined || compareOrder(previous, operation) < 0;
    const covers = isOpen && isLast && entry.b === 0;
    if (listed) this.#list(operation, { ...entry, attribute, previous, covers });
    const declared = entry.b === 0 ? declaredBy(fact) : undefined;
    if (declared === undefined) return;
    this.#tables.pairs.flush();
    this.declarations.update(declared, entry.k);
  }

  /** The attribute's row, which remembers whether all its values have been references. */
  #attributeFor({ a, v }: Fact): AttributeRow {
    const { attributes } = this.#tables;
    const row = attributes.intern(a);
    if (row.kinds === 2 || v === undefined) return row;
    const kinds = isRef(v) && row.kinds < 2 ? 1 : 2;
    return kinds === row.kinds ? row : attributes.save({ ...row, kinds });
  }

  /** Makes a value findable; `covers`: from its time on the operation hides the one before. */
  #list(
    operation: Slot & Pick<Operation, 'value' | 'retract'>,
    on: Pick<Entry, 'lineAt'> & {
      readonly attribute: AttributeRow;
      readonly previous: Operation | undefined;
      readonly covers: boolean;
    },
  ): void {
    const { a, b, e, retract } = operation;
    const { attribute, covers, lineAt, previous } = on;
    const value = retract ? null : statedValue(operation);
    const before = previous?.retract === false ? statedValue(previous) : null;
    const stays = value !== null && before !== null && sameCell(before, value);
    // Guarded attributes are read by whom one trusts, so nothing is hidden for all.
    if (covers && !attribute.guarded && before !== null && !stays && lineAt !== undefined) {
      this.#tables.values.close({ a, b, e, value: before }, lineAt);
    }
    if (value !== null) this.#tables.values.add({ a, b, e, value });
  }
}

/** A fact with the numbers of what it names. */
interface Placed {
  readonly e: number;
  readonly attribute: AttributeRow;
  readonly fact: Fact;
  readonly pos: number;
  /** Nothing was said before of this entity and attribute that could be looked up. */
  readonly isNew: boolean;
}

/** One row says it all: main branch, cardinality one, from the transaction's time on, no declaration. */
const isPlain = ({ attribute, fact }: Placed, at: Micros, entry: Entry): boolean =>
  attribute.mode === 0 &&
  attribute.cards.length === 0 &&
  fact.validTo === undefined &&
  (fact.validFrom === undefined || fact.validFrom === at) &&
  entry.b === 0 &&
  entry.tie === 0 &&
  declaredBy(fact) === undefined;

/** Tells of numbers whether their pair has come before. */
function repetition(): (e: number, a: number) => boolean {
  const seen = new Set<number>();
  return (e, a) => {
    const pair = pairNumber(e, a);
    const before = seen.has(pair);
    if (!before) seen.add(pair);
    return before;
  };
}

/** Whether the values of an attribute can be looked up: declared so, or references. */
const isListed = (attribute: AttributeRow, value: Json | undefined): boolean =>
  isIndexed(attribute) || isRef(value);

function operationFrom(
  { attribute, e, fact, pos }: Placed,
  { at, seq }: ReadTransaction,
  { b, k, tie, writer }: Entry,
): Operation {
  const cell = fact.v === undefined ? null : encodeCell(fact.v);
  const many = manyAt(attribute, k) && cell !== null;
  const { validFrom, validTo } = fact;
  const begin = validFrom === 'always' ? ALWAYS : validFrom;
  return {
    e,
    a: attribute.n,
    b,
    key: many ? cell : ONE,
    at,
    tie,
    pos,
    vfrom: begin === undefined || begin === at ? null : begin,
    vto: validTo ?? null,
    retract: fact.op === 'retract',
    value: many ? null : cell,
    writer,
    seq,
    k,
  };
}
