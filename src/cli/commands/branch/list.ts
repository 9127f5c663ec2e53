import { defineCommand } from '../../command.ts';
import { table } from '../../panel.ts';
import { readHome } from '../../session.ts';
import { branchData } from './branch-report.ts';

/** `datum branch list` */
export const command = defineCommand({
  summary: 'Open branches',
  examples: ['datum branch list'],
  run: (invocation) =>
    readHome(invocation, async ({ log }) => {
      const branches = await log.branches.list();
      const rows = branches.map(({ name, from, base }) => [
        name,
        `from ${from ?? 'main'}`,
        base.slice(0, 12),
      ]);
      return {
        data: branches.map(branchData),
        text: rows.length === 0 ? 'no branch is open' : table(rows),
      };
    }),
});
