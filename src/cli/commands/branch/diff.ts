import { defineCommand } from '../../command.ts';
import { table } from '../../panel.ts';
import { readHome } from '../../session.ts';
import { showValue } from '../../value.ts';

/** `datum branch diff` */
export const command = defineCommand({
  summary: 'What a branch would change',
  arguments: [{ name: '<name>', about: 'of the branch' }],
  examples: ['datum branch diff what-if'],
  run: (invocation) =>
    readHome(invocation, async ({ log }) => {
      const changes = await log.branches.diff(invocation.args[0] ?? '');
      const rows = changes.map(({ op, e, a, v, was, contested }) => [
        op === 'retract' ? '-' : '+',
        e,
        a,
        v === undefined ? '' : showValue(v),
        was === undefined ? '' : `was ${showValue(was)}`,
        contested ? 'changed there too' : '',
      ]);
      return {
        data: changes.map((change) => JSON.parse(JSON.stringify(change))),
        text: rows.length === 0 ? 'it changes nothing' : table(rows),
      };
    }),
});
