import { acceptRollback } from '../../fact/index.ts';
import { defineCommand } from '../command.ts';
import { refuseReadOnly } from '../read-only.ts';
import { commitRepaired, placeOf } from '../session.ts';

/** `datum accept-rollback` */
export const command = defineCommand({
  summary: 'Go on without the history that is missing',
  about:
    'Go on without transactions that this machine has seen and that are not here any more. What is given up is recorded, and a new writer begins. Where nothing is missing it changes nothing.',
  examples: ['datum accept-rollback'],
  run: async (invocation) => {
    refuseReadOnly(invocation);
    const { disk, clock, random, env } = invocation.world;
    const home = placeOf(invocation);
    const { log, missing, isNewWriter } = await invocation.terminal.during(
      'reading what is left',
      () => acceptRollback({ home, disk, clock, random, env }),
    );
    await log.close();
    if (isNewWriter)
      await commitRepaired(invocation, 'accept-rollback: go on without what is missing');
    const lines = missing.map(
      ({ writer, kept, seq }) =>
        `transactions ${kept + 1} to ${seq} of writer ${writer.slice(0, 12)}`,
    );
    return {
      data: { missing: missing.map((each) => ({ ...each })) },
      text: textOf(lines, isNewWriter),
    };
  },
});

function textOf(lines: readonly string[], isNewWriter: boolean): string {
  if (lines.length > 0) return `given up:\n${lines.join('\n')}`;
  return isNewWriter
    ? 'what this machine had seen is given up; a new writer begins'
    : 'nothing is missing: nothing was changed';
}
