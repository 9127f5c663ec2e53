import type { DatabaseSync } from 'node:sqlite';
import type { Json, Micros } from '../../base/index.ts';
import { type AttributeRow, manyAt } from '../indexing/attribute-table.ts';
import { type Cell, encodeCell, sameCell } from '../indexing/cell.ts';
import { SPREAD } from '../indexing/lone-table.ts';
import {
  ALWAYS,
  FOREVER,
  ONE,
  OPERATION_COLUMNS,
  type Operation,
  type OperationColumns,
  operationOf,
  type Slot,
} from '../indexing/operation.ts';
import { prepare, type Query } from '../indexing/query.ts';
import { statedValue } from '../indexing/value-table.ts';
import type { FactInput } from '../log.ts';
import { keyText } from './cell-order.ts';
import type { Readers } from './readers.ts';
import type { View } from './view.ts';

/** A fact about to be written, resolved. */
interface Candidate {
  readonly slot: Slot;
  readonly row: AttributeRow;
  readonly cell: Cell | undefined;
  readonly from: Micros;
  readonly to: Micros;
}

/** Tells which facts of a new transaction would change something. */
export class Changes {
  readonly #readers: Readers;
  readonly #began: Query<[number, number, number, Cell, number, number], OperationColumns>;

  constructor(db: DatabaseSync, readers: Readers) {
    this.#readers = readers;
    this.#began = prepare(
      db,
      `select ${OPERATION_COLUMNS} from ix_op where e = ? and a = ? and b = ? and key = ?
       and coalesce(vfrom, at) < ? and coalesce(vto, ${FOREVER}) > ?`,
    );
  }

  /**
   * The facts, in their order, without those whose value already holds over their whole interval and
   * without those that a later one of the same interval replaces. `view` is the head at time `at`.
   */
  of<F extends FactInput>(facts: readonly F[], view: View, at: Micros): F[] {
    const wins = repeated(facts) ? this.#winners(facts) : undefined;
    const unknown = new Set<string>();
    return facts.filter((fact) => {
      const win = wins?.(fact);
      if (win !== undefined) return win;
      if (unknown.has(fact.e)) return fact.op !== 'retract';
      const changes = this.#changes(fact, view, at);
      if (changes === 'unknown') unknown.add(fact.e);
      return changes === 'unknown' ? fact.op !== 'retract' : changes;
    });
  }

  /**
   * Of several facts on one slot the last of each interval is kept, and all others go; `undefined`
   * for a fact that is alone on its slot.
   */
  #winners<F extends FactInput>(facts: readonly F[]): (fact: F) => boolean | undefined {
    const last = new Map<string, F>();
    const count = new Map<string, number>();
    for (const fact of facts) {
      const slot = slotKey(fact, this.#isMany(fact));
      last.set(intervalKey(slot, fact), fact);
      count.set(slot, (count.get(slot) ?? 0) + 1);
    }
    return (fact) => {
      const slot = slotKey(fact, this.#isMany(fact));
      if (count.get(slot) === 1) return undefined;
      return last.get(intervalKey(slot, fact)) === fact;
    };
  }

  #isMany({ a }: FactInput): boolean {
    return this.#readers.tables.attributes.find(a)?.many ?? false;
  }

  #changes(fact: FactInput, view: View, at: Micros): boolean | 'unknown' {
    const { dictionary, attributes } = this.#readers.tables;
    const e = dictionary.find(fact.e);
    if (e === undefined) return 'unknown';
    const row = attributes.find(fact.a);
    if (row === undefined) return fact.op !== 'retract';
    const candidate = candidateOf(fact, { at, e, row, b: view.standpoint.layers[0]?.b ?? 0 });
    const plain = row.mode === 0 && fact.validTo === undefined && candidate.from >= at;
    if (plain) return !this.#holdsNow(candidate, view);
    // Where intervals meet on a branch, writing once too often is right and cheap.
    if (view.standpoint.layers.length > 1) return true;
    return !this.#holdsThroughout(candidate, view);
  }

  /** Whether the head says the same already; nothing begins later on such an attribute. */
  #holdsNow({ cell, row, slot }: Candidate, view: View): boolean {
    const { points } = this.#readers;
    const found = points.newestInLayers(slot, row, view.standpoint);
    return says(found, cell);
  }

  #holdsThroughout(candidate: Candidate, view: View): boolean {
    const { cell, from, row, slot, to } = candidate;
    const { points, tables } = this.#readers;
    const { layers } = view.standpoint;
    const { a, b, e, key } = slot;
    const lone = tables.operations.lone.find(slot);
    const began = lone === SPREAD ? this.#began.all(e, a, b, key, to, from).map(operationOf) : [];
    const inside = typeof lone === 'object' && lone.at < to ? [lone] : began;
    const ends = inside.flatMap(({ at, vfrom, vto }) => [vfrom ?? at, vto ?? to]);
    const moments = new Set([from, ...ends.filter((time) => time > from && time < to)]);
    return [...moments].every((valid) =>
      says(points.newestInLayers(slot, row, { layers, valid }), cell),
    );
  }
}

/** Whether an operation leaves the value, or with `undefined` the absence, that is asked for. */
function says(found: Operation | undefined, cell: Cell | undefined): boolean {
  const value = found === undefined || found.retract ? null : statedValue(found);
  return cell === undefined ? value === null : value !== null && sameCell(value, cell);
}

function candidateOf(
  { op, v, validFrom, validTo }: FactInput,
  on: { at: Micros; e: number; row: AttributeRow; b: number },
): Candidate {
  const { at, b, e, row } = on;
  const stated = v === undefined ? undefined : encodeCell(v);
  const key = stated !== undefined && manyAt(row, FOREVER) ? stated : ONE;
  return {
    slot: { e, a: row.n, b, key },
    row,
    cell: op === 'retract' ? undefined : stated,
    from: validFrom === 'always' ? ALWAYS : (validFrom ?? at),
    to: validTo ?? FOREVER,
  };
}

const slotKey = ({ a, e, v }: FactInput, many: boolean): string =>
  many ? `${e}\n${a}\n${valueKey(v)}` : `${e}\n${a}`;

const intervalKey = (slot: string, { validFrom, validTo }: FactInput): string =>
  `${slot}\n${validFrom ?? ''}\n${validTo ?? ''}`;

/**
 * Whether an entity and attribute may come more than once, as is rare; also true for facts of one
 * entity that do not stand together.
 */
function repeated(facts: readonly FactInput[]): boolean {
  if (facts.length === 1) return false;
  const entities = new Set<string>();
  const attributes = new Set<string>();
  let entity: string | undefined;
  for (const { a, e } of facts) {
    if (e !== entity) {
      if (entities.has(e)) return true;
      entities.add(e);
      attributes.clear();
      entity = e;
    } else if (attributes.has(a)) {
      return true;
    }
    attributes.add(a);
  }
  return false;
}

const valueKey = (value: Json | undefined): string =>
  value === undefined ? '' : keyText(encodeCell(value));
