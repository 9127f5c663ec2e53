import { readOutlook } from '../../home/index.ts';
import { defineCommand } from '../command.ts';
import { table } from '../panel.ts';
import { readHome } from '../session.ts';
import { sessionLine } from './outlook-report.ts';

/** `datum status` */
export const command = defineCommand({
  summary: 'State of the home on one screen',
  examples: ['datum status'],
  run: (invocation) =>
    readHome(invocation, async (home) => {
      const [outlook, underWay = []] = await Promise.all([
        readOutlook(home),
        home.git((repository) => repository.changes()),
      ]);
      const { known } = await home.log.at();
      const [session] = outlook.sessions;
      const rows: readonly (readonly [string, string])[] = [
        ['Home', home.root],
        ['Agent', `${outlook.agent}, ${outlook.state}`],
        ['Session', session === undefined ? 'none yet' : sessionLine(session)],
        [
          'Log',
          `${home.log.home?.slice(0, 12) ?? 'empty'} up to ${known?.slice(0, 12) ?? 'nothing'}`,
        ],
        [
          'Tasks',
          `${outlook.inProgress.length} in progress, ${outlook.open.length} open, ${outlook.done.length} done`,
        ],
        ['Journal', `${outlook.journalEntries} entries`],
        ['Mail', `${outlook.unread.length} unread`],
        ['Conflicts', String(outlook.conflicts.length)],
        ...(outlook.alerts.length === 0
          ? []
          : [['Alerts', `${outlook.alerts.length}, see datum alerts`] as const]),
        ['Git', underWay.length === 0 ? 'clean' : `${underWay.length} paths not committed`],
      ];
      const data = {
        home: home.root,
        agent: outlook.agent,
        state: outlook.state,
        log: { home: home.log.home ?? null, known: known ?? null },
        tasks: { inProgress: outlook.inProgress, open: outlook.open, done: outlook.done },
        journalEntries: outlook.journalEntries,
        unread: outlook.unread,
        conflicts: outlook.conflicts,
        alerts: outlook.alerts,
        uncommitted: underWay,
      };
      return { data, text: table(rows) };
    }),
});
