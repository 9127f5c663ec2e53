import type { DepthRange } from './verified-program.ts';

/** Changes after which a depth that still grows (or shrinks) is taken to do so without bound. */
export const WIDEN_AFTER = 12;

/** Both together, with all that lies between. */
export const joinRanges = (a: DepthRange, b: DepthRange): DepthRange => ({
  min: Math.min(a.min, b.min),
  max: Math.max(a.max, b.max),
});

/** Ends that have moved are taken to move without bound. */
export const widen = (before: DepthRange, after: DepthRange): DepthRange => ({
  min: after.min < before.min ? Number.NEGATIVE_INFINITY : after.min,
  max: after.max > before.max ? Number.POSITIVE_INFINITY : after.max,
});

/** How often the two ends of a depth have moved; a loop moves one of them each time round. */
export interface DepthChanges {
  readonly shrunk: number;
  readonly grown: number;
}

export const countChanges = (
  changes: DepthChanges = { shrunk: 0, grown: 0 },
  before: DepthRange | undefined,
  after: DepthRange,
): DepthChanges => ({
  shrunk: changes.shrunk + (before !== undefined && after.min < before.min ? 1 : 0),
  grown: changes.grown + (before !== undefined && after.max > before.max ? 1 : 0),
});

/** Each end on its own: a loop that only pushes says nothing against the least depth. */
export const widenCounted = (
  before: DepthRange,
  after: DepthRange,
  { shrunk, grown }: DepthChanges,
): DepthRange => {
  const { min, max } = widen(before, after);
  return {
    min: shrunk > WIDEN_AFTER ? min : after.min,
    max: grown > WIDEN_AFTER ? max : after.max,
  };
};

export const shift = ({ min, max }: DepthRange, low: number, high: number): DepthRange => ({
  min: min + low,
  max: max + high,
});

/** After an instruction that needs so many values there were so many, or the run has ended. */
export const atLeast = ({ min, max }: DepthRange, need: number): DepthRange =>
  Number.isFinite(need) ? { min: Math.max(min, need), max: Math.max(max, need) } : { min, max };

export const sameRange = (a: DepthRange | undefined, b: DepthRange | undefined): boolean =>
  a?.min === b?.min && a?.max === b?.max;
