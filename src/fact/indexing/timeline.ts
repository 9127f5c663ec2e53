import type { DatabaseSync } from 'node:sqlite';
import type { Micros } from '../../base/index.ts';
import type { AttributeRow, Mode } from './attribute-table.ts';
import type { Cell } from './cell.ts';
import {
  beginOf,
  compareOrder,
  FOREVER,
  type Operation,
  type Order,
  type Slot,
  type Tie,
} from './operation.ts';
import type { OperationTable } from './operation-table.ts';
import { prepare } from './query.ts';

/** A stretch of valid time in which one operation is the newest of all known. */
export interface Span extends Order {
  readonly vfrom: Micros;
  readonly vto: Micros;
}

type SpanColumns = [number, number, number, Tie, number];
type SlotColumns = [number, number, number, Cell];

/**
 * The slots whose operations do not all begin at their own time and stay open: those in writing
 * order get their beginnings into an index (mode 1), all others are kept resolved as spans (mode 2).
 */
export class Timeline {
  readonly #operations: OperationTable;
  readonly #mode;
  readonly #setMode;
  readonly #deleteMode;
  readonly #stateBeginnings;
  readonly #overlapping;
  readonly #deleteSpans;
  readonly #insertSpan;

  constructor(db: DatabaseSync, operations: OperationTable) {
    this.#operations = operations;
    const slot = 'e = ? and a = ? and b = ? and key = ?';
    this.#mode = prepare<SlotColumns, [Mode]>(db, `select mode from ix_mark where ${slot}`);
    this.#setMode = prepare<[...SlotColumns, Mode]>(
      db,
      'insert or replace into ix_mark (e, a, b, key, mode) values (?, ?, ?, ?, ?)',
    );
    this.#deleteMode = prepare<SlotColumns>(db, `delete from ix_mark where ${slot}`);
    this.#stateBeginnings = prepare<SlotColumns>(
      db,
      `update ix_op set vfrom = at where ${slot} and vfrom is null`,
    );
    this.#overlapping = prepare<
      [...SlotColumns, number, number, ...SlotColumns, number],
      SpanColumns
    >(
      db,
      `select vfrom, vto, at, tie, pos from ix_span where ${slot} and vfrom < ?
       and vfrom >= coalesce((select vfrom from ix_span where vfrom <= ? and ${slot}
                              order by vfrom desc limit 1), ?) order by vfrom`,
    );
    this.#deleteSpans = prepare<[...SlotColumns, number, number]>(
      db,
      `delete from ix_span where ${slot} and vfrom >= ? and vfrom <= ?`,
    );
    this.#insertSpan = prepare<[...SlotColumns, ...SpanColumns]>(
      db,
      'insert into ix_span (e, a, b, key, vfrom, vto, at, tie, pos) values (?,?,?,?,?,?,?,?,?)',
    );
  }

  mode({ a, b, e, key }: Slot): Mode {
    return this.#mode.get(e, a, b, key)?.[0] ?? 0;
  }

  /** Stores an operation that is not plain, or on an attribute that has such; gives the slot's mode. */
  insert(operation: Operation, attribute: AttributeRow): Mode {
    const before = attribute.mode === 0 ? 0 : this.mode(operation);
    const newest = before === 2 ? undefined : this.#operations.newest(operation);
    const after = before === 2 ? 2 : modeWith(before, operation, newest);
    if (after === 0) {
      this.#operations.insert(operation);
      return after;
    }
    this.#operations.insert(after === 1 ? { ...operation, vfrom: beginOf(operation) } : operation);
    if (after !== before) this.#raise(operation, after);
    else if (after === 2) this.#cover(operation);
    return after;
  }

  /** Finds out anew how the operations of a slot lie in time; gives its mode. */
  derive(slot: Slot): Mode {
    const { a, b, e, key } = slot;
    this.#deleteSpans.run(e, a, b, key, Number.MIN_SAFE_INTEGER, FOREVER);
    this.#deleteMode.run(e, a, b, key);
    const operations = this.#operations.slot(slot);
    const mode = operations.reduce<Mode>((before, operation, index) => {
      if (before === 2) return 2;
      return modeWith(before, operation, operations[index - 1]);
    }, 0);
    if (mode > 0) this.#raise(slot, mode);
    return mode;
  }

  /** Resolves a slot of mode 2 anew from its operations. */
  resolve(slot: Slot): void {
    const { a, b, e, key } = slot;
    this.#deleteSpans.run(e, a, b, key, Number.MIN_SAFE_INTEGER, FOREVER);
    for (const span of resolve(this.#operations.slot(slot))) this.#insert(slot, span);
  }

  #insert({ a, b, e, key }: Slot, { at, pos, tie, vfrom, vto }: Span): void {
    this.#insertSpan.run(e, a, b, key, vfrom, vto, at, tie, pos);
  }

  #raise(slot: Slot, mode: Mode): void {
    const { a, b, e, key } = slot;
    this.#setMode.run(e, a, b, key, mode);
    if (mode === 1) this.#stateBeginnings.run(e, a, b, key);
    else this.resolve(slot);
  }

  #cover(operation: Operation): void {
    const { a, b, e, key } = operation;
    const from = beginOf(operation);
    const to = operation.vto ?? FOREVER;
    const spans = this.#overlapping
      .all(e, a, b, key, to, from, e, a, b, key, from)
      .map(([vfrom, vto, at, tie, pos]) => ({ vfrom, vto, at, tie, pos }))
      .filter((span) => span.vto > from);
    const first = spans[0];
    const last = spans.at(-1);
    if (first !== undefined && last !== undefined) {
      this.#deleteSpans.run(e, a, b, key, first.vfrom, last.vfrom);
    }
    for (const span of cover(spans, operation)) this.#insert(operation, span);
  }
}

/** How a slot's operations lie in time with one more; `newest` is the last of those before. */
function modeWith(before: 0 | 1, operation: Operation, newest: Operation | undefined): Mode {
  const { at, vfrom, vto } = operation;
  if (before === 0 && (vfrom === null || vfrom === at) && vto === null) return 0;
  if (vto !== null) return 2;
  if (newest === undefined) return 1;
  const inOrder = compareOrder(newest, operation) < 0 && beginOf(newest) <= beginOf(operation);
  return inOrder ? 1 : 2;
}

/** The spans of operations given in order: in each stretch of valid time the newest of them. */
export function resolve(operations: readonly Operation[]): readonly Span[] {
  const spans: Span[] = [];
  for (const operation of operations) {
    const begin = beginOf(operation);
    const end = operation.vto ?? FOREVER;
    const first = firstIndex(spans, ({ vto }) => vto > begin);
    let last = first;
    while (last < spans.length && (spans[last]?.vfrom ?? FOREVER) < end) last += 1;
    spans.splice(first, last - first, ...cover(spans.slice(first, last), operation));
  }
  return spans;
}

/** The first index for which a test that turns true once holds. */
function firstIndex(spans: readonly Span[], holds: (span: Span) => boolean): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const span = spans[middle];
    if (span !== undefined && holds(span)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The spans after one more operation: it takes its interval from all spans of older operations, and
 * none from newer ones. `spans` are disjoint, in order, and all those that overlap the interval.
 */
export function cover(spans: readonly Span[], operation: Operation): readonly Span[] {
  const from = beginOf(operation);
  const to = operation.vto ?? FOREVER;
  const { at, pos, tie } = operation;
  const result: Span[] = [];
  const push = (span: Span): void => {
    const last = result.at(-1);
    const joins = last !== undefined && last.vto === span.vfrom && compareOrder(last, span) === 0;
    if (joins) result[result.length - 1] = { ...last, vto: span.vto };
    else if (span.vfrom < span.vto) result.push(span);
  };
  const own = (vfrom: Micros, vto: Micros): void => push({ at, tie, pos, vfrom, vto });
  let reached = from;
  for (const span of spans) {
    const newer = compareOrder(span, operation) > 0;
    if (span.vfrom > reached) own(reached, span.vfrom);
    if (newer) {
      push(span);
    } else {
      if (span.vfrom < from) push({ ...span, vto: from });
      own(Math.max(span.vfrom, from), Math.min(span.vto, to));
      if (span.vto > to) push({ ...span, vfrom: to });
    }
    reached = Math.max(reached, span.vto);
  }
  if (reached < to) own(reached, to);
  return result;
}
