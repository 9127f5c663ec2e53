import { type CapScope, capScopes } from './caps.ts';

/** Who spends: what a charge is booked on. */
export interface Spender {
  readonly agent: string;
  readonly run: string;
  /** The run at the root of the helpers and delegates; the run itself when absent. */
  readonly tree?: string;
  /** The agent that delegated to this one: what is spent also stands on its day and its month. */
  readonly coordinator?: string;
}

/** A spender on a day: the place a charge is booked at, fixed when it is reserved. */
export interface Booking {
  readonly agent: string;
  readonly run: string;
  readonly tree: string;
  readonly coordinator?: string;
  /** `YYYY-MM-DD`. */
  readonly day: string;
}

/** An account name, such as `day/harbor/2026-06-01`; a `*` stands for all agents. */
export function accountOf(scope: CapScope, { agent, run, tree, day }: Booking): string {
  const month = day.slice(0, 7);
  switch (scope) {
    case 'day':
      return `day/${agent}/${day}`;
    case 'month':
      return `month/${agent}/${month}`;
    case 'run':
      return `run/${run}`;
    case 'tree':
      return `tree/${tree}`;
    case 'fleet-day':
      return `day/*/${day}`;
    case 'fleet-month':
      return `month/*/${month}`;
  }
}

/**
 * The accounts a charge belongs to, each once. A delegate's stands on its own days and on those of
 * its coordinator; on the accounts of the run, the tree and the fleet it stands a single time.
 */
export function accountsOf(booking: Booking): readonly string[] {
  const { coordinator, agent } = booking;
  const own = capScopes.map((scope) => accountOf(scope, booking));
  if (coordinator === undefined || coordinator === agent) return own;
  const above = { ...booking, agent: coordinator };
  return [...own, accountOf('day', above), accountOf('month', above)];
}
