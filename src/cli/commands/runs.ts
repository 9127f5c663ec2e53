import { listRuns } from '../../agent/index.ts';
import { defineCommand } from '../command.ts';
import { readCount } from '../count.ts';
import { readHome } from '../session.ts';

/** `datum runs` */
export const command = defineCommand({
  summary: 'The runs of agents, newest last',
  options: [
    { flags: '-a, --agent <name>', about: 'of this agent' },
    { flags: '--status <word>', about: 'ok, error, skipped, lock_busy, …' },
    { flags: '-n, --limit <count>', about: 'the newest so many (20)' },
  ],
  examples: ['datum runs', 'datum runs --status error -n 100'],
  run: (invocation) =>
    readHome(invocation, async ({ log }) => {
      const { agent, status, limit } = invocation.options;
      const runs = await listRuns(log, {
        limit: readCount('--limit', limit ?? '20'),
        ...(typeof agent === 'string' ? { agent } : {}),
        ...(typeof status === 'string' ? { status } : {}),
      });
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
