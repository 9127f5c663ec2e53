import type { Database, Log } from '../../fact/index.ts';
import type { BudgetSettings, Cap } from './caps.ts';
import type { CapStanding } from './decide.ts';
import { bookingOf, LEDGER, ledger } from './ledger.ts';
import { accountOf, accountsOf, type Booking } from './spender.ts';

/** A reservation that is not settled, or was settled without knowing what it cost. */
export interface OpenCharge {
  readonly id: string;
  readonly booking: Booking;
  readonly estimate: number;
  readonly bound: number;
  readonly until: number;
  readonly step?: string;
  readonly attempt?: number;
  /** What a batch has left for its calls. */
  readonly isBatch: boolean;
  readonly state: 'held' | 'unknown';
}

export async function openCharges(log: Log): Promise<readonly OpenCharge[]> {
  const rows = await log.query(ledger, 'select * from guard_open order by id');
  return rows.map((row) => ({
    id: String(row['id']),
    booking: bookingOf(row),
    estimate: Number(row['estimate']),
    bound: Number(row['bound']),
    until: Number(row['until']),
    ...(typeof row['step'] === 'string' ? { step: row['step'] } : {}),
    ...(typeof row['attempt'] === 'number' ? { attempt: row['attempt'] } : {}),
    isBatch: row['batch'] === 1,
    state: row['state'] === 'unknown' ? 'unknown' : 'held',
  }));
}

/** What stands on the account of each cap, for a booking; `except` leaves out one reservation. */
export async function standingsOf(
  log: Log,
  { caps }: BudgetSettings,
  booking: Booking,
  open: readonly OpenCharge[],
): Promise<readonly CapStanding[]> {
  const accounts = caps.map((cap) => accountFor(cap, booking));
  const rows = await log.query(
    ledger,
    `select account, usd from guard_account where account in (${accounts.map(() => '?').join()})`,
    accounts,
  );
  const spent = new Map(rows.map(({ account, usd }) => [account, Number(usd)]));
  const held = open.filter(({ state }) => state === 'held');
  return caps.map((cap) => {
    const account = accountFor(cap, booking);
    return {
      ...cap,
      account,
      spent: spent.get(account) ?? 0,
      open: held.filter((charge) => accountsOf(charge.booking).includes(account)),
    };
  });
}

const accountFor = ({ scope, agent }: Cap, booking: Booking): string =>
  accountOf(scope, agent === undefined ? booking : { ...booking, agent });

/** A threshold of a cap that was passed and not yet warned of. */
export interface Warning {
  readonly account: string;
  readonly scope: CapStanding['scope'];
  readonly threshold: number;
  readonly spent: number;
  readonly capUsd: number;
}

/** The warnings that are due, ascending; of two caps on one account the lower speaks. */
export async function warningsDue(
  standings: readonly CapStanding[],
  thresholds: readonly number[],
  database: Database,
): Promise<readonly Warning[]> {
  const due = new Map<string, Warning>();
  for (const { account, scope, spent, usd } of standings.toSorted((a, b) => b.usd - a.usd)) {
    const warned = await database.get(`budget:${account}`, LEDGER.warned);
    const last = typeof warned === 'number' ? warned : 0;
    for (const threshold of thresholds) {
      if (threshold <= last || usd <= 0 || spent < threshold * usd * 1e6) continue;
      due.set(`${account} ${threshold}`, { account, scope, threshold, spent, capUsd: usd });
    }
  }
  return [...due.values()].toSorted((a, b) => a.threshold - b.threshold);
}
