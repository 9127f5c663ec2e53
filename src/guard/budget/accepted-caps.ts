import type { Cap } from './caps.ts';

/** The caps that hold for somebody, and which of them only because this machine has not let go of them. */
export interface HeldCaps {
  readonly caps: readonly Cap[];
  /** Accepted here before, and looser or gone in what is stated now. */
  readonly loosened: readonly Cap[];
}

/**
 * What this machine has accepted as caps. They stand in files of a folder, which a pull or a program
 * may change: tighter ones count at once, looser ones beside the accepted ones until a person says so.
 */
export interface AcceptedCaps {
  /** What holds where these caps are stated; holders are `agent:<name>` and `budget:home`. */
  hold(holder: string, stated: readonly Cap[]): HeldCaps;
  /** Accepts stated caps that nobody has accepted others before, or that loosen none of those. */
  learn(holder: string, stated: readonly Cap[]): void;
}

const STRICTNESS = ['alert', 'fallback', 'skip', 'handoff'] as const;

/**
 * The stated caps, and each accepted one that none of them is as tight as. Nothing accepted yet: the
 * stated ones alone.
 *
 * @example
 * const one = { scope: 'day', usd: 1, action: 'skip' };
 * holdCaps([one], [{ scope: 'day', usd: 5, action: 'skip' }]).loosened; // => [one]
 */
export function holdCaps(accepted: readonly Cap[] | undefined, stated: readonly Cap[]): HeldCaps {
  const loosened = (accepted ?? []).filter(
    (old) => !stated.some((cap) => cap.scope === old.scope && isAsTight(cap, old)),
  );
  return { caps: [...stated, ...loosened], loosened };
}

const isAsTight = (cap: Cap, old: Cap): boolean =>
  cap.usd <= old.usd &&
  STRICTNESS.indexOf(cap.action) >= Math.min(STRICTNESS.indexOf(old.action), 2);
