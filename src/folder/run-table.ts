import { isJsonObject, type Json, type JsonObject } from '../base/index.ts';
import {
  type Column,
  defineProjection,
  type FactInput,
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
export const OWN_COST = `coalesce(cost_source, 'actor') = 'actor'
  and not (coalesce(trigger, '') = 'delegate' and coalesce(parent_run_id, '') = run_id)`;

/**
 * The run table: a row for each line of the run logs, as the facts have it; what the agents' own runs
 * spent by day, agent and model, and each by itself; and how many lines there are by day, agent and
 * status. So no question of costs or counts reads the runs. The day is that of the file's name,
 * whatever the line's own time says (atomic-runtime §7.2).
 */
export const runTable = defineProjection({
  name: 'folder_runs',
  version: 5,
  order: 'log',
  tables: {
    run_record: `entity text primary key, file text, day text, agent text, status text, model text,
      summary text, is_primary int, ts text, run_id text, primitive text, input_tokens int,
      output_tokens int, cost_usd real, cost_source text, latency_ms real, cache_hit_tokens int,
      cache_miss_tokens int, parent_run_id text, trigger text,
      unique (agent, status, is_primary, day, ts, entity), unique (day, ts, entity)`,
    run_spend: `day text not null, agent text not null, model text not null,
      micro_usd int not null, records int not null, primary key (day, agent, model)`,
    run_cost: `run_id text primary key, micro_usd int not null, records int not null,
      unique (micro_usd, run_id, records)`,
    run_count: `agent text not null, status text not null, is_primary int not null,
      day text not null, records int not null, primary key (agent, status, is_primary, day)`,
  },
  fold: ({ facts }, tables) => {
    const changes = new Map<string, Change>();
    for (const [entity, stated] of Map.groupBy(facts, ({ e }) => e)) {
      if (entity.startsWith('run:')) foldLine(entity, stated, { tables, changes });
    }
    for (const change of changes.values()) add(change, tables);
  },
});

/** What a line counts for: under a key of a table, so many more and so many millionths. */
interface Change {
  readonly table: 'run_spend' | 'run_cost' | 'run_count';
  readonly key: readonly Column[];
  records: number;
  /** In millionths, which add up. */
  micros: number;
}

const SUMS = {
  run_spend: `insert into run_spend (day, agent, model, micro_usd, records) values (?, ?, ?, ?, ?)
    on conflict do update set
      micro_usd = micro_usd + excluded.micro_usd, records = records + excluded.records`,
  run_cost: `insert into run_cost (run_id, micro_usd, records) values (?, ?, ?)
    on conflict (run_id) do update set
      micro_usd = micro_usd + excluded.micro_usd, records = records + excluded.records`,
  run_count: `insert into run_count (agent, status, is_primary, day, records) values (?, ?, ?, ?, ?)
    on conflict do update set records = records + excluded.records`,
} as const;

function add({ table, key, micros, records }: Change, tables: ProjectionTables): void {
  const sums = table === 'run_count' ? [records] : [micros, records];
  tables.run(SUMS[table], ...key, ...sums);
  if (table === 'run_cost' && records < 1) {
    tables.run('delete from run_cost where run_id = ? and records = 0', ...key);
  }
}

interface Folding {
  readonly tables: ProjectionTables;
  readonly changes: Map<string, Change>;
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

/** Books what a line counts for, or takes it back before the line changes. */
function book(entity: string, sign: 1 | -1, { tables, changes }: Folding): void {
  const [row] = tables.all(
    `select coalesce(agent, '') as agent, coalesce(status, '') as status,
       coalesce(is_primary, 0) as is_primary, day,
       coalesce(model, '') as model, coalesce(run_id, '') as run_id,
       case when ${OWN_COST} then cast(round(cost_usd * 1e6) as int) end as micros
     from run_record where entity = ? and day is not null`,
    entity,
  );
  if (row === undefined) return;
  const { agent = '', day = '', is_primary: primary = 0, micros, model = '' } = row;
  const count = (table: Change['table'], key: readonly Column[]): void => {
    const name = JSON.stringify([table, ...key]);
    const change = changes.get(name) ?? { table, key, micros: 0, records: 0 };
    change.micros += sign * Number(micros);
    change.records += sign;
    changes.set(name, change);
  };
  count('run_count', [agent, row['status'] ?? '', primary, day]);
  if (typeof micros !== 'number') return;
  count('run_spend', [day, agent, model]);
  count('run_cost', [row['run_id'] ?? '']);
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
