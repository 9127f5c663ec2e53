import type { BudgetSettings, Cap } from './caps.ts';
import { type MicroUsd, microUsd, usdOf } from './money.ts';

/** The worst case of one call. */
export interface Worst {
  /** What it will cost at most, by the usual length of a token. */
  readonly estimate: MicroUsd;
  /** What it cannot exceed, were every byte a token. */
  readonly bound: MicroUsd;
}

/** A cap with what stands on its account now. */
export interface CapStanding extends Cap {
  readonly account: string;
  readonly spent: MicroUsd;
  /** What is reserved and not settled. */
  readonly open: readonly Worst[];
}

/** `critical`: a cap says no, and the caller goes past it. `handoff`: refused, and left to a person. */
export type Verdict = 'allow' | 'alert' | 'fallback' | 'critical' | 'skip' | 'handoff';

/** True when the call must not leave. */
export const isRefusal = (verdict: Verdict): boolean => verdict === 'skip' || verdict === 'handoff';

/** True for the actions of a cap that nothing passes. */
export const isHard = ({ action }: Cap): boolean => action === 'skip' || action === 'handoff';

export interface Question {
  readonly standings: readonly CapStanding[];
  readonly settings: BudgetSettings;
  readonly worst: Worst;
  /** The same call on the fallback model. */
  readonly fallback?: Worst;
  readonly critical?: boolean;
  readonly finishing?: boolean;
}

export interface Answer {
  readonly verdict: Verdict;
  readonly reason: string;
}

/**
 * Whether a call may be paid for: the strictest of the actions of all caps it would pass, `handoff`
 * and `skip` before `fallback` before `alert`. An account that has reached its cap has passed it
 * (atomic-runtime §7.3).
 */
export function decide(question: Question): Answer {
  const { standings, settings, worst, fallback, critical = false } = question;
  const share = question.finishing === true ? 0 : (settings.finishShare ?? 0);
  const firing = standings.filter((cap) => isPassed(cap, worst, 1 - share));
  const [first] = firing;
  if (first === undefined) return { verdict: 'allow', reason: 'within all caps' };
  if (critical) return { verdict: 'critical', reason: `critical goes past ${describe(first)}` };
  const hard = firing.find(({ action }) => action === 'handoff') ?? firing.find(isHard);
  if (hard !== undefined) {
    return { verdict: hard.action === 'handoff' ? 'handoff' : 'skip', reason: describe(hard) };
  }
  const soft = firing.filter(({ action }) => action === 'fallback');
  const [softest] = soft;
  if (softest === undefined) return { verdict: 'alert', reason: describe(first) };
  if (fallback === undefined) {
    return {
      verdict: 'skip',
      reason: `${describe(softest)}, and model.md names no fallback model`,
    };
  }
  if (fallback.estimate > worst.estimate || fallback.bound > worst.bound) {
    return { verdict: 'skip', reason: `${describe(softest)}, and the fallback model costs more` };
  }
  const ceiling = settings.fallbackCeiling ?? 1.25;
  if (soft.some((cap) => isPassed(cap, fallback, ceiling))) {
    return { verdict: 'skip', reason: `${describe(softest)}, and the fallback has had its share` };
  }
  return { verdict: 'fallback', reason: describe(softest) };
}

function isPassed(cap: CapStanding, worst: Worst, factor: number): boolean {
  const limit = Math.floor(microUsd(cap.usd) * factor);
  return cap.spent >= limit || cap.spent + heldBy([...cap.open, worst]) > limit;
}

/**
 * What reservations hold together: their bounds, but for one of them its estimate, so that together
 * they never cost more than that one call exceeds its estimate by. A call alone holds its estimate.
 */
export function heldBy(open: readonly Worst[]): MicroUsd {
  const bounds = open.reduce((sum, { bound }) => sum + bound, 0);
  return bounds - Math.max(0, ...open.map(({ estimate, bound }) => bound - estimate));
}

const NAMES = {
  day: 'daily cap',
  month: 'monthly cap',
  run: 'cap of the run',
  tree: 'cap of the run and all it set off',
  'fleet-day': 'daily cap of all agents',
  'fleet-month': 'monthly cap of all agents',
} as const;

const describe = ({ scope, usd, spent, open }: CapStanding): string =>
  `${NAMES[scope]} of $${usd} is reached: $${usdOf(spent)} spent, $${usdOf(heldBy(open))} reserved`;
