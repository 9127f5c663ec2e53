import type { Database, Log, Row } from '../../fact/index.ts';
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

/** What the ledger says at one head of the log: asked for several times between two transactions. */
interface Page {
  readonly known: Database['known'];
  /** Read before any account: what is settled meanwhile then counts twice, and never not at all. */
  readonly open: readonly OpenCharge[];
  readonly spent: Map<string, number>;
}

const pages = new WeakMap<Log, Page>();

/** The page of a head; rows read later than that are read again at the next head. */
async function pageOf(log: Log, { known }: Database): Promise<Page> {
  const page = pages.get(log);
  if (page !== undefined && page.known === known) return page;
  const rows = await log.query(ledger, 'select * from guard_open order by id');
  const fresh: Page = { known, open: rows.map(chargeOf), spent: new Map() };
  pages.set(log, fresh);
  return fresh;
}

/** The reservations that are open at the head a database value was made of. */
export const openCharges = async (log: Log, database: Database): Promise<readonly OpenCharge[]> =>
  (await pageOf(log, database)).open;

const chargeOf = (row: Row): OpenCharge => ({
  id: String(row['id']),
  booking: bookingOf(row),
  estimate: Number(row['estimate']),
  bound: Number(row['bound']),
  until: Number(row['until']),
  ...(typeof row['step'] === 'string' ? { step: row['step'] } : {}),
  ...(typeof row['attempt'] === 'number' ? { attempt: row['attempt'] } : {}),
  isBatch: row['batch'] === 1,
  state: row['state'] === 'unknown' ? 'unknown' : 'held',
});

/** What was spent on accounts by then. */
async function spentOn(
  { log, database }: Accounts,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { spent } = await pageOf(log, database);
  const missing = [...new Set(accounts)].filter((account) => !spent.has(account));
  if (missing.length === 0) return spent;
  const rows = await log.query(
    ledger,
    `select account, usd from guard_account where account in (${missing.map(() => '?').join()})`,
    missing,
  );
  for (const account of missing) spent.set(account, 0);
  for (const { account, usd } of rows) spent.set(String(account), Number(usd));
  return spent;
}

/** Where standings are read. */
export interface Accounts {
  readonly log: Log;
  /** Made before the reservations were read. */
  readonly database: Database;
  /** What is reserved. */
  readonly open: readonly OpenCharge[];
}

/** What stands on the account of each cap, for a booking. */
export async function standingsOf(
  at: Accounts,
  { caps }: BudgetSettings,
  booking: Booking,
): Promise<readonly CapStanding[]> {
  const accounts = caps.map((cap) => accountFor(cap, booking));
  const spent = await spentOn(at, accounts);
  const held = at.open
    .filter(({ state }) => state === 'held')
    .map((charge) => ({ charge, accounts: accountsOf(charge.booking) }));
  return caps.map((cap, index) => {
    const account = accounts[index] as string;
    return {
      ...cap,
      account,
      spent: spent.get(account) ?? 0,
      open: held.filter((each) => each.accounts.includes(account)).map(({ charge }) => charge),
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
