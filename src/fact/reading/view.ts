import type { Json, Micros } from '../../base/index.ts';
import { type AttributeRow, isIndexed, manyAt } from '../indexing/attribute-table.ts';
import { decodeCell, encodeCell, isRef } from '../indexing/cell.ts';
import { ALWAYS, beginOf, compareOrder, ONE, type Operation } from '../indexing/operation.ts';
import { statedValue } from '../indexing/value-table.ts';
import type { Attribute, Datom, Entity, Transaction, TransactionId } from '../log.ts';
import { causesOf } from './causes.ts';
import { keyText } from './cell-order.ts';
import type { Standpoint } from './horizon.ts';
import { newestFirst } from './point-reader.ts';
import type { Readers } from './readers.ts';
import type { FactView, Range } from './source.ts';

/** The facts as they stand at one point; synchronous. */
export class View implements FactView {
  readonly standpoint: Standpoint;
  readonly known: TransactionId | undefined;
  readonly valid: Micros;
  readonly branch: string | undefined;
  readonly #readers: Readers;
  readonly #isMain: boolean;
  /** The position whose cardinalities hold. */
  readonly #k: number;

  constructor(readers: Readers, standpoint: Standpoint) {
    this.#readers = readers;
    this.standpoint = standpoint;
    this.known = standpoint.known;
    this.valid = standpoint.valid;
    this.branch = standpoint.branch;
    const horizon = standpoint.layers[0]?.horizon;
    this.#isMain = standpoint.layers.length === 1 && horizon?.vector === undefined;
    this.#k = horizon?.k ?? 0;
  }

  /** The value, or `undefined`; an array of values for an attribute of cardinality many. */
  get(entity: Entity, attribute: Attribute): Json | undefined {
    const { points, tables } = this.#readers;
    const row = tables.attributes.find(attribute);
    const e = row && tables.dictionary.find(entity);
    if (row === undefined || e === undefined) return undefined;
    const horizon = this.standpoint.layers[0]?.horizon;
    if (this.#isMain && horizon !== undefined && isPlain(row)) {
      const cell = points.plainValue(e, row.n, { horizon, valid: this.standpoint.valid });
      return cell === undefined ? undefined : decodeCell(cell);
    }
    return this.#value(e, row);
  }

  together<T>(work: () => T): T {
    return this.#readers.snapshot(work);
  }

  values(entity: Entity, attribute: Attribute): readonly Json[] {
    const { tables } = this.#readers;
    const row = tables.attributes.find(attribute);
    const e = row && tables.dictionary.find(entity);
    return row === undefined || e === undefined ? [] : this.holding(e, row).map(valueOfOperation);
  }

  isMany(attribute: Attribute): boolean {
    const row = this.#readers.tables.attributes.find(attribute);
    return row !== undefined && manyAt(row, this.#k);
  }

  attributesOf(entity: Entity): readonly Attribute[] {
    const { slots, tables } = this.#readers;
    const e = tables.dictionary.find(entity);
    return e === undefined ? [] : slots.attributes(e).map((a) => tables.attributes.at(a).name);
  }

  *entitiesWith(attribute: Attribute): IterableIterator<Entity> {
    const { slots, tables } = this.#readers;
    const row = tables.attributes.find(attribute);
    if (row === undefined) return;
    for (const e of slots.entities(row.n)) yield tables.dictionary.name(e);
  }

  *entities(): IterableIterator<Entity> {
    const { slots, tables } = this.#readers;
    for (const e of slots.entities(undefined)) yield tables.dictionary.name(e);
  }

  entitiesHolding(attribute: Attribute, value: Json): readonly Entity[] | undefined {
    const { tables, values } = this.#readers;
    const row = tables.attributes.find(attribute);
    if (row === undefined) return [];
    const cell = encodeCell(value);
    if (!isIndexed(row) && !isRef(value)) return undefined;
    const text = keyText(cell);
    return [...values.candidates({ a: row.n, value: cell }, this.standpoint)]
      .filter((e) => this.holding(e, row).some((one) => keyText(statedValue(one) ?? ONE) === text))
      .sort((one, other) => one - other)
      .map((e) => tables.dictionary.name(e));
  }

  entitiesWithin(attribute: Attribute, range: Range): readonly Entity[] | undefined {
    const { tables, values } = this.#readers;
    const row = tables.attributes.find(attribute);
    if (row === undefined) return [];
    if (!isIndexed(row)) return undefined;
    const found = values.candidatesWithin({ a: row.n, range }, this.standpoint);
    return [...found].map((e) => tables.dictionary.name(e));
  }

  estimate(attribute: Attribute, by: { value?: Json; range?: Range }, most: number): number {
    const { tables, values } = this.#readers;
    const row = tables.attributes.find(attribute);
    if (row === undefined) return 0;
    const isListed = isIndexed(row) || isRef(by.value);
    const value = by.value === undefined || !isListed ? undefined : encodeCell(by.value);
    const range = isIndexed(row) ? by.range : undefined;
    return values.estimate({ a: row.n, most, range, value }, this.standpoint);
  }

  /** The datoms that hold, of one entity and attribute, of one of them, or all. */
  *datoms(match: { readonly e?: Entity; readonly a?: Attribute } = {}): IterableIterator<Datom> {
    const { slots, tables } = this.#readers;
    const only = match.a === undefined ? undefined : tables.attributes.find(match.a);
    if (match.a !== undefined && only === undefined) return;
    const number = match.e === undefined ? undefined : tables.dictionary.find(match.e);
    if (match.e !== undefined && number === undefined) return;
    const entities = number === undefined ? slots.entities(only?.n) : [number];
    for (const e of entities) {
      const rows = only ? [only] : slots.attributes(e).map((a) => tables.attributes.at(a));
      for (const row of rows) {
        for (const operation of this.holding(e, row)) yield this.datom(operation);
      }
    }
  }

  /** Every known operation on an entity, oldest first. */
  history(entity: Entity, attribute?: Attribute): readonly Datom[] {
    const { slots, tables } = this.#readers;
    const e = tables.dictionary.find(entity);
    const row = attribute === undefined ? undefined : tables.attributes.find(attribute);
    if (e === undefined || (attribute !== undefined && row === undefined)) return [];
    const all = [...slots.operations(e, row?.n, this.standpoint.layers)];
    return all.sort(compareOrder).map((operation) => this.datom(operation));
  }

  /** The operations that hold: at most one for cardinality one. */
  holding(e: number, row: AttributeRow): readonly Operation[] {
    const { points, slots } = this.#readers;
    if (isMixed(row)) return this.#folded(e, row);
    const keys = row.many ? slots.keys(e, row.n, this.standpoint.layers) : [ONE];
    return keys.flatMap((key) => {
      const found = points.newestInLayers({ e, a: row.n, key }, row, this.standpoint);
      return found === undefined || found.retract || statedValue(found) === null ? [] : [found];
    });
  }

  /** The transaction that made the value hold, and what its `why` leads to. */
  causes(entity: Entity, attribute: Attribute): readonly Transaction[] {
    const { tables } = this.#readers;
    const row = tables.attributes.find(attribute);
    const e = row && tables.dictionary.find(entity);
    const made = row === undefined || e === undefined ? [] : this.holding(e, row);
    return causesOf(this.#readers, made, this.standpoint);
  }

  datom(operation: Operation): Datom {
    const { tables } = this.#readers;
    const { a, at, e, pos, retract, seq, vto, writer } = operation;
    const begin = beginOf(operation);
    return {
      e: tables.dictionary.name(e),
      a: tables.attributes.at(a).name,
      v: valueOfOperation(operation),
      op: retract ? 'retract' : 'assert',
      tx: tables.transactions.get(writer, seq)?.id ?? '',
      position: pos,
      at,
      ...(begin === ALWAYS ? {} : { validFrom: begin }),
      ...(vto === null ? {} : { validTo: vto }),
    };
  }

  #value(e: number, row: AttributeRow): Json | undefined {
    const values = this.holding(e, row).map(valueOfOperation);
    if (manyAt(row, this.#k)) return values.length === 0 ? undefined : values;
    return values[0];
  }

  /** For an attribute whose cardinality changed when histories met: the rule itself, over its operations. */
  #folded(e: number, row: AttributeRow): readonly Operation[] {
    const { points, slots } = this.#readers;
    const { layers, valid } = this.standpoint;
    const many = manyAt(row, this.#k);
    const decided = new Map<string, Operation>();
    for (const layer of layers) {
      const operations = slots
        .operations(e, row.n, [layer])
        .filter((one) => points.counts(one, row, layer.horizon) && contains(one, valid));
      for (const operation of [...operations].sort(newestFirst)) {
        const key = many ? keyText(statedValue(operation) ?? ONE) : '';
        if (!decided.has(key)) decided.set(key, operation);
      }
    }
    return [...decided.values()].filter((one) => !one.retract && statedValue(one) !== null);
  }
}

const valueOfOperation = (operation: Operation): Json => {
  const cell = statedValue(operation);
  return cell === null ? null : decodeCell(cell);
};

/** One seek on the main branch answers it: cardinality one, every operation open from its own time on. */
const isPlain = (row: AttributeRow): boolean =>
  row.mode === 0 && !row.guarded && row.cards.length === 0;

/** Some operations were written under another cardinality than others. */
const isMixed = ({ cards }: AttributeRow): boolean =>
  cards.length > 1 || (cards[0] !== undefined && cards[0].k > 0);

const contains = (operation: Operation, valid: number): boolean =>
  beginOf(operation) <= valid && (operation.vto === null || valid < operation.vto);
