import { canonicalize, type Json } from '../../base/index.ts';
import type { Datom, FactInput } from '../log.ts';
import {
  byValue,
  deciding,
  type Interval,
  type Operations,
  pieces,
  type Slot,
  within,
} from './slot.ts';

export interface RepairOptions {
  /** All operations on the slot, newest first. */
  readonly operations: Operations;
  /** Whether an operation counts, or belongs to a transaction that lost. */
  readonly stands: (operation: Datom) => boolean;
  readonly many: boolean;
}

/** The facts that make a slot read as if only the operations that stand had been written. */
export function repair(
  slot: Slot,
  { operations, stands, many }: RepairOptions,
): readonly FactInput[] {
  if (!many) return repairOne(slot, operations, stands);
  return [...byValue(operations).values()].flatMap((list) =>
    repairOne(slot, list, stands).map((fact) => ({ ...fact, v: list[0]?.v ?? null })),
  );
}

function repairOne(
  { e, a }: Slot,
  operations: Operations,
  stands: (operation: Datom) => boolean,
): readonly FactInput[] {
  const standing = operations.filter(stands);
  const changes: { readonly wanted: Json | undefined; interval: Interval }[] = [];
  for (const piece of pieces(operations)) {
    const wanted = outcome(standing, piece);
    const last = changes.at(-1);
    if (same(wanted, outcome(operations, piece))) continue;
    if (last !== undefined && last.interval.to === piece.from && same(last.wanted, wanted)) {
      const { to: _, ...open } = last.interval;
      last.interval = piece.to === undefined ? open : { ...open, to: piece.to };
    } else changes.push({ wanted, interval: piece });
  }
  return changes.map(
    ({ wanted, interval: { from, to } }): FactInput => ({
      e,
      a,
      ...(wanted === undefined ? { op: 'retract' as const } : { v: wanted }),
      validFrom: from ?? 'always',
      ...(to === undefined ? {} : { validTo: to }),
    }),
  );
}

function outcome(operations: Operations, piece: Interval): Json | undefined {
  const found = deciding(operations, within(piece));
  return found?.op === 'assert' ? found.v : undefined;
}

const same = (one: Json | undefined, other: Json | undefined): boolean =>
  one === undefined || other === undefined
    ? one === other
    : canonicalize(one) === canonicalize(other);
