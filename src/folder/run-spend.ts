import type { Log, Row } from '../fact/index.ts';
import { filterOf, type RunQuery } from './run-query.ts';
import { OWN_COST, runTable } from './run-table.ts';

/** What was spent under one key. */
export interface Spend {
  readonly key: string;
  /** To six decimals, as records have it. */
  readonly usd: number;
  readonly records: number;
}

/** What spending is added up by. */
export type SpendKey = 'day' | 'model' | 'agent';

/** The agents' own spend by a key; what judges and audits cost is not in it. */
export async function spendBy(
  log: Log,
  key: SpendKey,
  query: RunQuery = {},
): Promise<readonly Spend[]> {
  const { where, parameters } = filterOf(query);
  const rows = await log.query(
    runTable,
    `select ${key} as key, sum(micro_usd) as micros, sum(records) as records from run_spend
     where ${where} group by ${key} having sum(records) > 0 order by ${key}`,
    parameters,
  );
  return rows.map(spendOf);
}

/** What runs cost: the dearest of them, and all together. */
export interface RunSpend {
  /** Dearest first. */
  readonly rows: readonly Spend[];
  readonly runs: number;
  readonly usd: number;
  readonly records: number;
}

/** The runs that spent most of their own, so many at most. */
export async function dearestRuns(
  log: Log,
  { limit, ...query }: RunQuery & { readonly limit: number },
): Promise<RunSpend> {
  const { where, parameters } = filterOf(query);
  const rows = (await isEverything(log, query))
    ? await log.query(
        runTable,
        `select run_id as key, micro_usd as micros, records,
           (select count(*) from run_cost) as runs
         from run_cost order by micro_usd desc, run_id desc limit ?`,
        [limit],
      )
    : await log.query(
        runTable,
        `select coalesce(run_id, '') as key, sum(cast(round(cost_usd * 1e6) as int)) as micros,
           count(*) as records, count(*) over () as runs
         from run_record where cost_usd is not null and ${OWN_COST} and ${where}
         group by 1 order by 2 desc, 1 desc limit ?`,
        [...parameters, limit],
      );
  const [all] = await log.query(
    runTable,
    `select '' as key, coalesce(sum(micro_usd), 0) as micros,
       coalesce(sum(records), 0) as records from run_spend where ${where}`,
    parameters,
  );
  const { usd, records } = spendOf(all ?? {});
  return { rows: rows.map(spendOf), runs: Number(rows[0]?.['runs'] ?? 0), usd, records };
}

/** Whether a query leaves out nothing that was spent, so that the sums of whole runs answer it. */
async function isEverything(log: Log, query: RunQuery): Promise<boolean> {
  const { where, parameters } = filterOf(query);
  const left = await log.query(
    runTable,
    `select 1 from run_spend where records > 0 and not (${where}) limit 1`,
    parameters,
  );
  return left.length === 0;
}

const spendOf = ({ key, micros, records }: Row): Spend => ({
  key: String(key),
  usd: Number((Number(micros) / 1e6).toFixed(6)),
  records: Number(records),
});
