import { isJsonObject, type Json, type JsonObject } from '../../base/index.ts';
import {
  defineProjection,
  type Fact,
  type ProjectionTables,
  type Row,
  type Transaction,
} from '../../fact/index.ts';
import { LedgerSheet } from './ledger-sheet.ts';
import { type MicroUsd, microUsd } from './money.ts';
import { accountOf, accountsOf, type Booking } from './spender.ts';

/** Attributes of a charge (`charge:<id>`), and of the budget as a whole. */
export const LEDGER = Object.freeze({
  /** `{ agent, run, tree, coordinator?, day, model, operation, source, estimate, bound, until, batch?, step?, attempt? }`. */
  reserved: 'budget/reserved',
  /** `{ usd, as }`; written again when more becomes known. */
  settled: 'budget/settled',
  /** What was decided and the numbers it saw. */
  decision: 'budget/decision',
  /** On `budget:<account>`: the highest threshold that was warned of. */
  warned: 'budget/warned',
  /** Beside it, what the warning said: `{ text, agent, run, threshold, spent, cap }`. */
  alert: 'budget/alert',
  /** On `budget:home`: the newest reservation, so that each is made knowing all before it. */
  turn: 'budget/turn',
});

/** How a charge ended: `released` was never paid, `unknown` may have been and counts in full. */
export type SettledAs = 'measured' | 'estimated' | 'released' | 'unknown';

export const chargeEntity = (id: string): string => `charge:${id}`;

/**
 * What was spent on each account, and what is reserved. Charges count as they are settled. A run
 * log line (atomic-runtime §6) counts for what it says beyond the charges of its run: all of it for
 * a run of another program, nothing for one of ours, whose line repeats its charges. A line in which
 * a coordinator repeats the cost of its delegate's own run counts for nothing.
 */
export const ledger = defineProjection({
  name: 'guard_ledger',
  version: 6,
  order: 'log',
  tables: {
    // Sums are real: a whole number to 9e15, and beyond it no end at which taking back makes room.
    guard_account: 'account text primary key, usd real not null',
    guard_charge: `id text primary key, agent text not null, run text not null, tree text not null,
      coordinator text, day text not null, usd int not null`,
    guard_settled:
      'id text not null, writer text not null, usd int not null, primary key (id, writer)',
    guard_open: `id text primary key, agent text not null, run text not null, tree text not null,
      coordinator text, day text not null, estimate int not null, bound int not null, until int not null,
      step text, attempt int, batch int not null, state text not null, writer text not null`,
    guard_line: 'entity text primary key, agent text not null, run text not null, usd int not null',
    guard_run: `agent text not null, run text not null, charged real not null, lines real not null,
      day text, primary key (agent, run)`,
  },
  fold: (transaction, tables) => {
    const folding = { transaction, tables, sheet: new LedgerSheet(tables) };
    for (const { e, a, v, op } of transaction.facts) {
      if (op === 'retract' || v === undefined) continue;
      if (a === LEDGER.reserved) reserve(e, v, folding);
      if (a === LEDGER.settled) settle(e, v, folding);
      if (a === 'run/record') foldLine(lineOf(transaction, e, v), folding);
    }
    folding.sheet.write();
  },
});

const textAt = (value: JsonObject, key: string): string => String(value[key] ?? '');

/** No amount is taken for more. */
const MOST: MicroUsd = 1e12;

/** What anybody may have written there: `undefined` for what is no amount, as a negative one. */
function usdAt(value: JsonObject, key: string): MicroUsd | undefined {
  const usd = value[key] ?? 0;
  return typeof usd === 'number' && usd >= 0 ? Math.min(MOST, microUsd(usd)) : undefined;
}

/** A reservation is held no longer, whatever it says. */
const HOLD_MICROS_MAX = 86_400_000_000;

interface Folding {
  readonly transaction: Transaction;
  readonly tables: ProjectionTables;
  readonly sheet: LedgerSheet;
}

/** A new charge; or one that its writer reserves anew, as a batch is when a call draws from it. */
function reserve(e: string, v: Json, { transaction, tables }: Folding): void {
  if (!isJsonObject(v)) return;
  const [estimate, bound] = [usdAt(v, 'estimate'), usdAt(v, 'bound')];
  if (estimate === undefined || bound === undefined) return;
  const until = typeof v['until'] === 'number' ? v['until'] : 0;
  const id = e.slice('charge:'.length);
  const coordinator = typeof v['coordinator'] === 'string' ? v['coordinator'] : null;
  const [agent = '', run = '', tree = '', day = ''] = ['agent', 'run', 'tree', 'day'].map((key) =>
    textAt(v, key),
  );
  const booking = [agent, run, tree, coordinator, day];
  tables.run(
    'insert into guard_charge values (?, ?, ?, ?, ?, ?, 0) on conflict do nothing',
    id,
    ...booking,
  );
  tables.run(
    `insert into guard_open values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'held', ?)
     on conflict do update set estimate = excluded.estimate, bound = excluded.bound,
     until = excluded.until where writer = excluded.writer`,
    id,
    ...booking,
    estimate,
    bound,
    Math.floor(Math.max(0, Math.min(until, transaction.at + HOLD_MICROS_MAX))),
    typeof v['step'] === 'string' ? v['step'] : null,
    Number.isSafeInteger(v['attempt']) ? Number(v['attempt']) : null,
    v['batch'] === true ? 1 : 0,
    transaction.writer,
  );
}

/** Each writer speaks for itself: the most that any of them says counts, so nobody lowers another's word. */
function settle(e: string, v: Json, { transaction, tables, sheet }: Folding): void {
  const id = e.slice('charge:'.length);
  const { writer } = transaction;
  const [row] = tables.all(
    `select *, (select max(usd) from guard_settled where id = ?1 and writer <> ?2) as others
     from guard_charge where id = ?1`,
    id,
    writer,
  );
  if (row === undefined || !isJsonObject(v)) return;
  const said = usdAt(v, 'usd');
  if (said === undefined) return;
  tables.run('insert or replace into guard_settled values (?, ?, ?)', id, writer, said);
  const usd = Math.max(said, Number(row['others'] ?? 0));
  const more = usd - Number(row['usd']);
  if (more !== 0) tables.run('update guard_charge set usd = ? where id = ?', usd, id);
  if (v['as'] === 'unknown') tables.run("update guard_open set state = 'unknown' where id = ?", id);
  else tables.run('delete from guard_open where id = ?', id);
  const booking = bookingOf(row);
  sheet.add(accountsOf(booking), more);
  // Charges alone leave the day that the lines are booked on.
  if (more !== 0) changeRun(booking, sheet, { charged: more });
}

export const bookingOf = (row: Row): Booking => ({
  agent: String(row['agent']),
  run: String(row['run']),
  tree: String(row['tree']),
  ...(typeof row['coordinator'] === 'string' ? { coordinator: row['coordinator'] } : {}),
  day: String(row['day']),
});

interface Line {
  readonly entity: string;
  readonly agent: string;
  readonly run: string;
  readonly day: string;
  readonly usd: MicroUsd;
}

function lineOf({ facts }: Transaction, entity: string, record: Json): Line | undefined {
  if (!isJsonObject(record)) return undefined;
  const of = (name: string): string => {
    const found = facts.find((fact: Fact) => fact.e === entity && fact.a === name);
    return typeof found?.v === 'string' ? found.v : '';
  };
  const day = /(\d{4}-\d{2}-\d{2})\.jsonl$/.exec(of('entry/file'))?.[1];
  if (day === undefined) return undefined;
  const run = textAt(record, 'run_id') || entity;
  const repeats = record['trigger'] === 'delegate' && record['parent_run_id'] === run;
  const usd = repeats ? 0 : (usdAt(record, 'cost_usd') ?? 0);
  return { entity, agent: of('run/agent'), run, day, usd };
}

function foldLine(line: Line | undefined, { tables, sheet }: Folding): void {
  if (line === undefined) return;
  const { entity, agent, run, usd, day } = line;
  const [old] = tables.all('select usd from guard_line where entity = ?', entity);
  // A line that costs nothing counts like one that is not there.
  if (old !== undefined || usd > 0) {
    tables.run(
      `insert into guard_line values (?, ?, ?, ?)
       on conflict do update set agent = excluded.agent, run = excluded.run, usd = excluded.usd`,
      entity,
      agent,
      run,
      usd,
    );
  }
  changeRun({ agent, run, day }, sheet, { lines: usd - Number(old?.['usd'] ?? 0) });
}

/** What a transaction says more of a run: its charges, or its lines. */
interface More {
  readonly charged?: MicroUsd;
  readonly lines?: MicroUsd;
}

/** Books what a run's lines say beyond its charges on the day of its last line. */
function changeRun(
  { agent, run, day }: Pick<Booking, 'agent' | 'run' | 'day'>,
  sheet: LedgerSheet,
  more: More,
): void {
  const old = sheet.sumsOf({ agent, run });
  const now = {
    charged: old.charged + (more.charged ?? 0),
    lines: old.lines + (more.lines ?? 0),
    day: more.lines === undefined ? (old.day ?? day) : day,
  };
  bookExcess(agent, old.day ?? day, sheet, -beyond(old));
  bookExcess(agent, now.day, sheet, beyond(now));
  sheet.setSums({ agent, run }, now);
}

const beyond = ({ charged, lines }: { charged: MicroUsd; lines: MicroUsd }): MicroUsd =>
  Math.max(0, lines - charged);

function bookExcess(agent: string, day: string, sheet: LedgerSheet, usd: MicroUsd): void {
  const booking = { agent, day, run: '', tree: '' };
  const scopes = ['day', 'month', 'fleet-day', 'fleet-month'] as const;
  sheet.add(
    scopes.map((scope) => accountOf(scope, booking)),
    usd,
  );
}
