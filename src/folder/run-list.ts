import type { Log } from '../fact/index.ts';
import { filterOf, type RunQuery } from './run-query.ts';
import { runTable } from './run-table.ts';

/** One run of its own, as its newest line in the run log has it. */
export interface ListedRun {
  readonly run: string;
  readonly agent: string;
  readonly ts: string;
  readonly status: string;
  readonly model: string;
  readonly summary: string;
  /** Absent: nothing was called. */
  readonly costUsd?: number;
}

export interface RunListQuery {
  readonly agent?: string;
  readonly status?: string;
  /** The newest so many. */
  readonly limit: number;
}

/** The newest runs, oldest first; what happened inside a run is not among them. */
export async function listRuns(
  log: Log,
  { agent, status, limit }: RunListQuery,
): Promise<readonly ListedRun[]> {
  const parts = [
    ['agent = ?', agent],
    ['status = ?', status],
  ] as const;
  const used = parts.filter(([, value]) => value !== undefined);
  const where = ['is_primary = 1', ...used.map(([sql]) => sql)].join(' and ');
  // Of each agent and status the newest so many, from the index; of those the newest.
  const rows = await log.query(
    runTable,
    `with kind as (select distinct agent, status from run_count where ${where} and records > 0)
     select run_id, run_record.agent, ts, run_record.status, model, summary, cost_usd
     from kind cross join run_record on entity in (
       select entity from run_record as one
       where one.agent is nullif(kind.agent, '') and one.status is nullif(kind.status, '')
         and one.is_primary = 1 and one.day is not null
       order by day desc, ts desc, entity desc limit ?)
     order by day desc, ts desc, entity desc limit ?`,
    [...used.map(([, value]) => value as string), limit, limit],
  );
  return rows.toReversed().map((row) => ({
    run: String(row['run_id'] ?? ''),
    agent: String(row['agent'] ?? ''),
    ts: String(row['ts'] ?? ''),
    status: String(row['status'] ?? ''),
    model: String(row['model'] ?? ''),
    summary: String(row['summary'] ?? ''),
    ...(typeof row['cost_usd'] === 'number' ? { costUsd: row['cost_usd'] } : {}),
  }));
}

/** Numbers of records and of runs of their own, by status. */
export async function countRuns(
  log: Log,
  query: RunQuery = {},
): Promise<{ readonly records: number; readonly primary: Readonly<Record<string, number>> }> {
  const { where, parameters } = filterOf(query);
  const rows = await log.query(
    runTable,
    `select status, is_primary, sum(records) as records from run_count
     where ${where} group by status, is_primary having sum(records) > 0 order by status`,
    parameters,
  );
  const primary = rows.filter((row) => row['is_primary'] === 1);
  return {
    records: rows.reduce((sum, { records }) => sum + Number(records), 0),
    primary: Object.fromEntries(
      primary.map(({ status, records }) => [String(status), Number(records)]),
    ),
  };
}
