import { countRuns, listRuns, type RunQuery } from '../../folder/index.ts';
import type { Home } from '../../home/index.ts';
import { defineCommand, type Report } from '../command.ts';
import { readCount } from '../count.ts';
import { given } from '../given.ts';
import { readHome } from '../session.ts';

/** `datum runs` */
export const command = defineCommand({
  summary: 'The runs of agents, newest last',
  options: [
    { flags: '-a, --agent <name>', about: 'of this agent' },
    { flags: '--status <word>', about: 'ok, error, skipped, lock_busy, …' },
    { flags: '-n, --limit <count>', about: 'the newest so many (20)' },
    { flags: '--counts', about: 'how many there are, and how they ended, instead of a list' },
  ],
  examples: ['datum runs', 'datum runs --status error -n 100', 'datum runs --counts'],
  run: (invocation) =>
    readHome(invocation, async ({ log }) => {
      const { options, terminal } = invocation;
      const { agent, status, limit, counts } = options;
      if (counts === true) return tellCounts(log, given('agent', agent));
      const query = {
        limit: readCount('--limit', limit ?? '20'),
        ...given('agent', agent),
        ...given('status', status),
      };
      const runs = await terminal.during('reading the runs', () => listRuns(log, query));
      const lines = runs.map((run) => {
        const cost = run.costUsd === undefined ? '-' : run.costUsd.toFixed(6);
        const head = `${run.ts.slice(0, 19)}  ${run.status.padEnd(9)} ${cost.padStart(9)}`;
        return `${head}  ${run.agent}  ${run.run}\n    ${run.summary}`;
      });
      const none =
        agent === undefined && status === undefined ? 'no runs yet' : 'no run is like that';
      return {
        data: runs.map((run) => ({ ...run })),
        text: lines.length === 0 ? none : lines.join('\n'),
      };
    }),
});

/** Every line of the run logs, and the runs of their own among them by how they ended. */
async function tellCounts(log: Home['log'], query: RunQuery): Promise<Report> {
  const { records, primary } = await countRuns(log, query);
  const runs = Object.values(primary).reduce((sum, count) => sum + count, 0);
  const rows = Object.entries(primary).map(([status, count]) => ({
    status,
    runs: count,
    share: Number((count / runs).toFixed(4)),
  }));
  const width = Math.max(5, ...rows.map(({ status }) => status.length));
  const lines = rows.map(
    ({ status, runs: count, share }) =>
      `${status.padEnd(width)}  ${String(count).padStart(7)}  ${(share * 100).toFixed(2).padStart(6)} %`,
  );
  return {
    data: { records, runs, byStatus: rows },
    text: [
      ...lines,
      `${'runs'.padEnd(width)}  ${String(runs).padStart(7)}  of ${records} records`,
    ].join('\n'),
  };
}
