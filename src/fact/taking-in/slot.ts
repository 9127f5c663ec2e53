import { canonicalize, type Json, type Micros } from '../../base/index.ts';
import { decodeCell, encodeCell } from '../indexing/cell.ts';
import type { Attribute, Datom, Entity, TransactionId } from '../log.ts';
import { compareCells } from '../reading/cell-order.ts';

/** What a value is kept under: an entity and an attribute, on a branch. */
export interface Slot {
  readonly e: Entity;
  readonly a: Attribute;
  readonly branch: string | undefined;
}

/** Where a transaction stands in the one order all clones share. */
export interface Standing {
  readonly at: Micros;
  readonly id: TransactionId;
}

/** The operations on a slot that count, newest first. */
export type Operations = readonly Datom[];

export const nameOf = ({ e, a, branch = '' }: Slot): string => JSON.stringify([branch, e, a]);

/** True when an operation comes before a transaction in order `(at, id)`. */
export const isBefore = ({ at, tx }: Datom, standing: Standing): boolean =>
  at < standing.at || (at === standing.at && tx < standing.id);

const covers = ({ validFrom, validTo }: Datom, time: Micros): boolean =>
  (validFrom === undefined || validFrom <= time) && (validTo === undefined || time < validTo);

/** The operation that decides a slot of cardinality one at a time, of those that stand. */
export const deciding = (
  operations: Operations,
  time: Micros,
  stands: (operation: Datom) => boolean = () => true,
): Datom | undefined =>
  operations.find((operation) => covers(operation, time) && stands(operation));

/** The operations of an attribute of cardinality many, by value. */
export function byValue(operations: Operations): ReadonlyMap<string, Operations> {
  const values = new Map<string, Datom[]>();
  for (const operation of operations) {
    const name = canonicalize(operation.v);
    const list = values.get(name) ?? [];
    list.push(operation);
    values.set(name, list);
  }
  return values;
}

/** The values of a slot of cardinality many, in the order of every read; `undefined` for none. */
export function valuesAt(operations: Operations, time: Micros): readonly Json[] | undefined {
  const holding = [...byValue(operations)]
    .filter(([, list]) => deciding(list, time)?.op === 'assert')
    .map(([text]) => encodeCell(JSON.parse(text) as Json))
    .sort(compareCells);
  return holding.length === 0 ? undefined : holding.map(decodeCell);
}

/** A stretch of the time axis; open ends are absent. */
export interface Interval {
  readonly from?: Micros;
  readonly to?: Micros;
}

/** The time axis, cut wherever an operation begins or ends. */
export function pieces(operations: Operations): readonly Interval[] {
  const cuts = new Set<Micros>();
  for (const { validFrom, validTo } of operations) {
    if (validFrom !== undefined) cuts.add(validFrom);
    if (validTo !== undefined) cuts.add(validTo);
  }
  const times = [...cuts].sort((one, other) => one - other);
  return [undefined, ...times].map((from, index) => {
    const to = times[index];
    return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  });
}

/** A time inside a piece. */
export const within = ({ from, to }: Interval): Micros => from ?? (to === undefined ? 0 : to - 1);
