import { isJsonObject, type Json, type JsonObject } from '../base/index.ts';
import {
  type Column,
  defineProjection,
  type FactInput,
  type Log,
  type ProjectionTables,
} from '../fact/index.ts';
import { ENTRY, RUN } from './entry-facts.ts';
import { dayOfRunLog, isPrimary, readRecord } from './format/run-log.ts';

/** Columns filled from `run/record`, under the keys of the line. */
const FIELDS = [
  'ts',
  'run_id',
  'primitive',
  'input_tokens',
  'output_tokens',
  'cost_usd',
  'cost_source',
  'latency_ms',
  'cache_hit_tokens',
  'cache_miss_tokens',
  'parent_run_id',
  'trigger',
] as const;

/** Neither a judge's nor an audit's, nor the line in which a coordinator repeats what its delegate's own says. */
const OWN_COST = `coalesce(cost_source, 'actor') = 'actor'
  and not (coalesce(trigger, '') = 'delegate' and coalesce(parent_run_id, '') = run_id)`;

/**
 * The run table: a row for each line of the run logs, as the facts have it, and what the agents' own
 * runs spent by day, agent and model, so that no question of costs reads the runs. The day is that
 * of the file's name, whatever the line's own time says (atomic-runtime §7.2).
 */
export const runTable = defineProjection({
  name: 'folder_runs',
  version: 4,
  order: 'log',
  tables: {
    run_record: `entity text primary key, file text, day text, agent text, status text, model text,
      summary text, is_primary int, ts text, run_id text, primitive text, input_tokens int,
      output_tokens int, cost_usd real, cost_source text, latency_ms real, cache_hit_tokens int,
      cache_miss_tokens int, parent_run_id text, trigger text,
      unique (agent, day, entity), unique (day, ts, entity)`,
    run_spend: `day text not null, agent text not null, model text not null,
      micro_usd int not null, records int not null, primary key (day, agent, model)`,
  },
  fold: ({ facts }, tables) => {
    const spend = new Map<string, SpendChange>();
    for (const [entity, stated] of Map.groupBy(facts, ({ e }) => e)) {
      if (entity.startsWith('run:')) foldLine(entity, stated, { tables, spend });
    }
    for (const { day, agent, model, micros, records } of spend.values()) {
      tables.run(
        `insert into run_spend values (?, ?, ?, ?, ?) on conflict do update set
           micro_usd = micro_usd + excluded.micro_usd, records = records + excluded.records`,
        ...[day, agent, model, micros, records],
      );
    }
  },
});

/** What a transaction changes of what was spent under one key; in millionths, which add up. */
interface SpendChange {
  readonly day: string;
  readonly agent: string;
  readonly model: string;
  micros: number;
  records: number;
}

interface Folding {
  readonly tables: ProjectionTables;
  readonly spend: Map<string, SpendChange>;
}

function foldLine(entity: string, facts: readonly FactInput[], folding: Folding): void {
  const { tables } = folding;
  const columns = Object.assign({}, ...facts.map(columnsOf)) as Readonly<Record<string, Column>>;
  const names = Object.keys(columns);
  if (names.length === 0) return;
  const values = Object.values(columns);
  if (tables.all('select 1 from run_record where entity = ?', entity).length === 0) {
    const places = names.map(() => ', ?').join('');
    const sql = `insert into run_record (entity, ${names.join(', ')}) values (?${places})`;
    tables.run(sql, entity, ...values);
  } else {
    book(entity, -1, folding);
    const set = names.map((name) => `${name} = ?`).join(', ');
    tables.run(`update run_record set ${set} where entity = ?`, ...values, entity);
  }
  book(entity, 1, folding);
}

/** Books what a line cost, or takes it back before the line changes. */
function book(entity: string, sign: 1 | -1, { tables, spend }: Folding): void {
  const [row] = tables.all(
    `select day, coalesce(agent, '') as agent, coalesce(model, '') as model,
       cast(round(cost_usd * 1e6) as int) as micros
     from run_record where entity = ? and cost_usd is not null and day is not null and ${OWN_COST}`,
    entity,
  );
  if (row === undefined) return;
  const [day, agent, model] = [String(row['day']), String(row['agent']), String(row['model'])];
  const key = JSON.stringify([day, agent, model]);
  const change = spend.get(key) ?? { day, agent, model, micros: 0, records: 0 };
  change.micros += sign * Number(row['micros']);
  change.records += sign;
  spend.set(key, change);
}

/** What a fact says of a row; all `null` when it is a retract. */
function columnsOf({ a, v, op }: FactInput): Readonly<Record<string, Column>> | undefined {
  const value = op === 'retract' ? undefined : v;
  if (a === RUN.agent) return { agent: textOf(value) };
  if (a === RUN.status) return { status: textOf(value) };
  if (a === RUN.model) return { model: textOf(value) };
  if (a === RUN.summary) return { summary: textOf(value) };
  if (a === ENTRY.file) {
    const file = textOf(value);
    return { file, day: file === null ? null : (dayOfRunLog(file) ?? null) };
  }
  if (a !== RUN.record) return undefined;
  const record = isJsonObject(value) ? (value as JsonObject) : {};
  const fields = FIELDS.map((name) => [name, columnOf(record[name])] as const);
  return { ...Object.fromEntries(fields), is_primary: isPrimary(readRecord(record)) ? 1 : 0 };
}

const textOf = (value: Json | undefined): string | null =>
  typeof value === 'string' ? value : null;

const columnOf = (value: Json | undefined): Column =>
  typeof value === 'string' || typeof value === 'number' ? value : null;

/** Which lines of the run logs are asked for. */
export interface RunQuery {
  readonly agent?: string;
  /** Days, `YYYY-MM-DD`, both included. */
  readonly from?: string;
  readonly to?: string;
}

/** What was spent under one key. */
export interface Spend {
  readonly key: string;
  /** To six decimals, as records have it. */
  readonly usd: number;
  readonly records: number;
}

/** What spending is added up by. */
export type SpendKey = 'day' | 'model' | 'agent' | 'run';

/** The agents' own spend by a key; what judges and audits cost is not in it. */
export async function spendBy(
  log: Log,
  key: SpendKey,
  query: RunQuery = {},
): Promise<readonly Spend[]> {
  const { where, parameters } = filter(query);
  const sql =
    key === 'run'
      ? `select run_id as key, sum(cost_usd) as usd, count(*) as records from run_record
         where cost_usd is not null and ${OWN_COST} and ${where}
         group by run_id order by run_id`
      : `select ${key} as key, sum(micro_usd) / 1e6 as usd, sum(records) as records from run_spend
         where ${where} group by ${key} having sum(records) > 0 order by ${key}`;
  const rows = await log.query(runTable, sql, parameters);
  return rows.map(({ key: name, usd, records }) => ({
    key: String(name),
    usd: Number(Number(usd).toFixed(6)),
    records: Number(records),
  }));
}

/** Numbers of records and of runs of their own, by status. */
export async function countRuns(
  log: Log,
  query: RunQuery = {},
): Promise<{ readonly records: number; readonly primary: Readonly<Record<string, number>> }> {
  const { where, parameters } = filter(query);
  const rows = await log.query(
    runTable,
    `select status, is_primary, count(*) as records from run_record where ${where}
     group by status, is_primary order by status`,
    parameters,
  );
  const primary = rows.filter((row) => row['is_primary'] === 1);
  return {
    records: rows.reduce((sum, { records }) => sum + Number(records), 0),
    primary: Object.fromEntries(
      primary.map(({ status, records }) => [String(status ?? ''), Number(records)]),
    ),
  };
}

function filter({ agent, from, to }: RunQuery) {
  const parts = [
    ['agent = ?', agent],
    ['day >= ?', from],
    ['day <= ?', to],
  ] as const;
  const used = parts.filter(([, value]) => value !== undefined);
  return {
    where: ['day is not null', ...used.map(([sql]) => sql)].join(' and '),
    parameters: used.map(([, value]) => value as string),
  };
}
