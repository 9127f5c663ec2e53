import type { Json } from '../../base/index.ts';
import { type AttributeRow, manyAt } from '../indexing/attribute-table.ts';
import { type Cell, decodeCell } from '../indexing/cell.ts';
import { ALWAYS, beginOf, compareOrder, ONE, type Operation } from '../indexing/operation-table.ts';
import type { IndexTables } from '../indexing/tables.ts';
import { statedValue } from '../indexing/value-table.ts';
import type { Attribute, Datom, Entity } from '../log.ts';
import type { Standpoint } from './horizon.ts';
import { newestFirst, type PointReader } from './point-reader.ts';
import { keyText, type SlotReader } from './slot-reader.ts';
import type { ValueReader } from './value-reader.ts';

/** What reads stand on. */
export interface Readers {
  readonly tables: IndexTables;
  readonly points: PointReader;
  readonly slots: SlotReader;
  readonly values: ValueReader;
}

/** The facts as they stand at one point; synchronous. */
export class View {
  readonly standpoint: Standpoint;
  readonly #readers: Readers;
  readonly #isMain: boolean;
  /** The position whose cardinalities hold. */
  readonly #k: number;

  constructor(readers: Readers, standpoint: Standpoint) {
    this.#readers = readers;
    this.standpoint = standpoint;
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

  /** Whether a value holds, alone or among many. */
  has(entity: Entity, attribute: Attribute, value: Cell): boolean {
    const found = this.#find(entity, attribute);
    return found.some((operation) => keyText(statedValue(operation) ?? ONE) === keyText(value));
  }

  entity(entity: Entity): Readonly<Record<Attribute, Json>> {
    const { slots, tables } = this.#readers;
    const e = tables.dictionary.find(entity);
    const rows = e === undefined ? [] : slots.attributes(e).map((a) => tables.attributes.at(a));
    const entries = rows.flatMap((row): [Attribute, Json][] => {
      const value = e === undefined ? undefined : this.#value(e, row);
      return value === undefined ? [] : [[row.name, value]];
    });
    return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
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

  /** Entities that hold a value of an attribute whose values can be looked up, in the order of their making. */
  holders(attribute: Attribute, value: Cell): readonly Entity[] {
    const { tables, values } = this.#readers;
    const row = tables.attributes.find(attribute);
    if (row === undefined) return [];
    const candidates = values.candidates({ a: row.n, value }, this.standpoint);
    const text = keyText(value);
    const confirmed = [...candidates].filter((e) =>
      this.holding(e, row).some((operation) => keyText(statedValue(operation) ?? ONE) === text),
    );
    return confirmed.sort((one, other) => one - other).map((e) => tables.dictionary.name(e));
  }

  datom(operation: Operation): Datom {
    const { tables } = this.#readers;
    const { a, at, e, pos, retract, seq, vto, writer } = operation;
    const begin = beginOf(operation);
    return {
      e: tables.dictionary.name(e),
      a: tables.attributes.at(a).name,
      v: decodeCell(statedValue(operation) ?? NULL),
      op: retract ? 'retract' : 'assert',
      tx: tables.transactions.get(writer, seq)?.id ?? '',
      position: pos,
      at,
      ...(begin === ALWAYS ? {} : { validFrom: begin }),
      ...(vto === null ? {} : { validTo: vto }),
    };
  }

  #find(entity: Entity, attribute: Attribute): readonly Operation[] {
    const { tables } = this.#readers;
    const row = tables.attributes.find(attribute);
    const e = tables.dictionary.find(entity);
    return row === undefined || e === undefined ? [] : this.holding(e, row);
  }

  #value(e: number, row: AttributeRow): Json | undefined {
    const values = this.holding(e, row).map((operation) =>
      decodeCell(statedValue(operation) ?? NULL),
    );
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

const NULL: Cell = Buffer.from('null');

/** One seek on the main branch answers it: cardinality one, every operation open from its own time on. */
const isPlain = (row: AttributeRow): boolean =>
  row.mode === 0 && !row.guarded && row.cards.length === 0;

/** Some operations were written under another cardinality than others. */
const isMixed = ({ cards }: AttributeRow): boolean =>
  cards.length > 1 || (cards[0] !== undefined && cards[0].k > 0);

const contains = (operation: Operation, valid: number): boolean =>
  beginOf(operation) <= valid && (operation.vto === null || valid < operation.vto);
