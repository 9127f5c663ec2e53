import { joinRanges, widen } from './depth-range.ts';
import type { DepthRange } from './verified-program.ts';

/** What calling a routine asks of the stack and does to it. */
export interface Summary {
  /** Values below its entry that some path takes. */
  readonly need: number;
  /** Values below its entry that every path to some instruction takes. */
  readonly needAtLeast: number;
  /** Change of depth when it returns; absent while no way to a return is known. */
  readonly change?: DepthRange;
}

/** Of a routine nothing has been found out about. */
export const nothingKnown: Summary = { need: 0, needAtLeast: 0 };

/** What still changes after many rounds is taken to do so without bound. */
export function widenSummary(before: Summary, after: Summary): Summary {
  const { change } = after;
  return {
    need: after.need > before.need ? Number.POSITIVE_INFINITY : after.need,
    needAtLeast: Math.min(after.needAtLeast, before.needAtLeast),
    ...(change !== undefined && {
      change: before.change === undefined ? change : widen(before.change, change),
    }),
  };
}

/** What something that needs this much takes from below the entry of its routine. */
export function asked({ need, needAtLeast }: Summary, { min, max }: DepthRange): Summary {
  return { need: Math.max(0, need - min), needAtLeast: Math.max(0, needAtLeast - max) };
}

/** What either of two ways asks and leaves. */
export function joinSummaries(a: Summary, b: Summary): Summary {
  const change =
    a.change === undefined || b.change === undefined
      ? (a.change ?? b.change)
      : joinRanges(a.change, b.change);
  return {
    need: Math.max(a.need, b.need),
    needAtLeast: Math.max(a.needAtLeast, b.needAtLeast),
    ...(change !== undefined && { change }),
  };
}
