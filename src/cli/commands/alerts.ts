import { modelWarnings } from '../../agent/index.ts';
import { readAlerts } from '../../guard/index.ts';
import { defineCommand } from '../command.ts';
import { readCount } from '../count.ts';
import { showTime } from '../instant.ts';
import { table } from '../panel.ts';
import { readHome } from '../session.ts';

/** `datum alerts` */
export const command = defineCommand({
  summary: 'Caps that spending came near or passed, newest last',
  about:
    'List each threshold of a cap that was passed, once a day, month, run or tree. `alert_channel` of model.md sends them on: `journal`, or an https address that this machine trusts.',
  options: [
    { flags: '-a, --agent <name>', about: 'of this agent' },
    { flags: '-n, --limit <count>', about: 'the newest so many (20)' },
  ],
  examples: ['datum alerts', 'datum alerts --agent harbor'],
  run: (invocation) =>
    readHome(invocation, async ({ log }) => {
      const { agent, limit } = invocation.options;
      for (const line of await modelWarnings(log)) invocation.terminal.note(line);
      const all = await readAlerts(await log.at());
      const wanted = all.filter((each) => agent === undefined || each.agent === agent);
      const rows = wanted.slice(-readCount('--limit', limit ?? '20')).map((alert) => ({
        at: showTime(alert.at),
        account: alert.account,
        text: alert.text,
        run: alert.run,
      }));
      return {
        data: rows,
        text:
          rows.length === 0
            ? 'no cap was come near'
            : table(rows.map(({ at, account, text, run }) => [at, account, text, run])),
      };
    }),
});
