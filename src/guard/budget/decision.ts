import type { JsonObject } from '../../base/index.ts';
import { type CapStanding, heldBy, type Verdict, type Worst } from './decide.ts';
import { usdOf } from './money.ts';
import type { Spender } from './spender.ts';
import type { Warning } from './standing.ts';

/** What the budget said to a call, with the numbers it saw; kept as the fact `budget/decision`. */
export interface Decision {
  readonly verdict: Verdict;
  readonly reason: string;
  readonly spender: Spender;
  readonly operation: string;
  /** The model that is used: the fallback model when the verdict is `fallback`. */
  readonly model: string;
  readonly worst: Worst;
  readonly caps: readonly CapStanding[];
  readonly warnings: readonly Warning[];
}

/** The value of the fact: dollars instead of micro-dollars. */
export const encodeDecision = (decision: Decision): JsonObject => ({
  verdict: decision.verdict,
  reason: decision.reason,
  agent: decision.spender.agent,
  run: decision.spender.run,
  operation: decision.operation,
  model: decision.model,
  estimate: usdOf(decision.worst.estimate),
  bound: usdOf(decision.worst.bound),
  caps: decision.caps.map(({ account, usd, action, spent, open }) => ({
    account,
    cap: usd,
    action,
    spent: usdOf(spent),
    held: usdOf(heldBy(open)),
  })),
});

/**
 * A warning as the run log has it (atomic-runtime §7.4).
 *
 * @example
 * const warning = { account: 'day/harbor/2026-06-01', scope: 'day', threshold: 0.8 };
 * warningText({ ...warning, spent: 850_000, capUsd: 1 });
 * // => 'WARN: daily cost at 85% of cap (threshold 80%)'
 */
export function warningText({ scope, threshold, spent, capUsd }: Warning): string {
  const level = threshold >= 0.8 ? 'WARN' : 'INFO';
  const share = Math.floor((100 * spent) / (capUsd * 1e6) + 1e-9);
  return `${level}: ${PERIODS[scope]} cost at ${share}% of cap (threshold ${Math.round(100 * threshold)}%)`;
}

const PERIODS = {
  day: 'daily',
  month: 'monthly',
  run: 'run',
  tree: 'tree',
  'fleet-day': 'daily fleet',
  'fleet-month': 'monthly fleet',
} as const;
