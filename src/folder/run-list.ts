import type { Log } from '../fact/index.ts';
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
  const rows = await log.query(
    runTable,
    `select run_id, agent, ts, status, model, summary, cost_usd from run_record
     where ${where} order by day desc, ts desc limit ?`,
    [...used.map(([, value]) => value as string), limit],
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
