import { readReports } from '../../../agent/index.ts';
import { defineCommand } from '../../command.ts';
import { table } from '../../panel.ts';
import { readHome } from '../../session.ts';

/** `datum tune list` */
export const command = defineCommand({
  summary: 'Proposals and what was decided',
  about: 'Every proposal of every report under evals/tuning_reports, oldest first.',
  arguments: [{ name: '<agent>', about: 'the agent' }],
  examples: ['datum tune list harbor'],
  run: (invocation) =>
    readHome(invocation, async (home) => {
      const door = await home.agent(invocation.args[0] ?? '');
      const reports = await readReports(await door.snapshot());
      for (const { report } of reports) {
        for (const { file, line, message } of report.damaged) {
          invocation.terminal.note(`${file}:${line}: ${message}`);
        }
      }
      const proposals = reports.flatMap(({ path, report }) =>
        report.proposals.map((proposal) => ({ ...proposal, path })),
      );
      const rows = proposals.map(({ id, decision, targetFile, title }) => [
        id,
        decision,
        targetFile,
        title,
      ]);
      return { data: proposals, text: rows.length === 0 ? 'no proposals' : table(rows) };
    }),
});
