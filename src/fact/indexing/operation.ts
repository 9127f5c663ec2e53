import type { Micros } from '../../base/index.ts';
import type { Cell } from './cell.ts';

/** The `key` of an attribute of cardinality one; those of cardinality many have the value there. */
export const ONE: Cell = new Uint8Array(0);

/** `vfrom` of what holds since ever; a number SQLite and JavaScript both hold. */
export const ALWAYS: Micros = Number.MIN_SAFE_INTEGER;
/** The end of what stays open, and a position or time after all others. */
export const FOREVER = Number.MAX_SAFE_INTEGER;

/** 0 where no other transaction has the same `at`, else the transaction's id. */
export type Tie = 0 | Uint8Array;

/** What operations are about: entity, attribute, branch, and the value for cardinality many. */
export interface Slot {
  readonly e: number;
  readonly a: number;
  readonly b: number;
  readonly key: Cell;
}

/** An operation's place in the order `(at, id, position)`. */
export interface Order {
  readonly at: Micros;
  readonly tie: Tie;
  readonly pos: number;
}

/** An operation as the index holds it; `vfrom` and `vto` absent as `null`: from its `at`, open. */
export interface Operation extends Slot, Order {
  readonly vfrom: Micros | null;
  readonly vto: Micros | null;
  readonly retract: boolean;
  /** `null` for a retract without value, and for cardinality many, where `key` has it. */
  readonly value: Cell | null;
  readonly writer: number;
  readonly seq: number;
  readonly k: number;
}

export type OperationColumns = [
  e: number,
  a: number,
  b: number,
  key: Cell,
  at: number,
  tie: Tie,
  pos: number,
  vfrom: number | null,
  vto: number | null,
  op: number,
  value: Cell | null,
  writer: number,
  seq: number,
  k: number,
];

export const OPERATION_COLUMNS =
  'e, a, b, key, at, tie, pos, vfrom, vto, op, value, writer, seq, k';

export function operationOf(columns: OperationColumns): Operation {
  const [e, a, b, key, at, tie, pos, vfrom, vto, op, value, writer, seq, k] = columns;
  return { e, a, b, key, at, tie, pos, vfrom, vto, retract: op === 1, value, writer, seq, k };
}

export const compareOrder = (one: Order, other: Order): number =>
  one.at - other.at || compareTie(one.tie, other.tie) || one.pos - other.pos;

function compareTie(one: Tie, other: Tie): number {
  if (one === 0 || other === 0) return Number(one !== 0) - Number(other !== 0);
  return Buffer.compare(one, other);
}

/** The first moment an operation holds. */
export const beginOf = ({ at, vfrom }: Operation): Micros => vfrom ?? at;
