import { readOutlook } from '../../home/index.ts';
import { defineCommand } from '../command.ts';
import { showTime } from '../instant.ts';
import { panel } from '../panel.ts';
import { readHome } from '../session.ts';
import { outlookData, outlookLines } from './outlook-report.ts';

/** `datum resume` */
export const command = defineCommand({
  summary: 'What was going on here, and what to do next',
  about: 'Read who was here last, what is in progress, open, unread or disputed. Changes nothing.',
  examples: ['datum resume', 'datum resume --format json'],
  run: (invocation) =>
    readHome(invocation, async (home) => {
      const outlook = await readOutlook(home);
      const recent = outlook.journal.map(
        ({ at, category, agent }) =>
          `  ${at === undefined ? 'no time' : showTime(at)}  ${category}${agent === undefined ? '' : `  ${agent}`}`,
      );
      const journal =
        recent.length === 0
          ? []
          : [`Journal: ${outlook.journalEntries} entries, latest:`, ...recent];
      const trail = outlook.trail
        .filter(({ items }) => items.length > 0)
        .flatMap(({ heading, items }) => [
          `Trail, ${heading}:`,
          ...items.map((item) => `  - ${item}`),
        ]);
      const text = panel(outlook.agent, [...journal, ...trail, ...outlookLines(outlook)]);
      return { data: outlookData(outlook), text };
    }),
});
