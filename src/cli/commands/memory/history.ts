import { defineCommand } from '../../command.ts';
import { usageError } from '../../error.ts';
import { showTime } from '../../instant.ts';
import { readHome } from '../../session.ts';

/** `datum memory history` */
export const command = defineCommand({
  summary: 'Every version of a note',
  arguments: [
    { name: '<agent>', about: 'the agent' },
    { name: '<note>', about: 'the file name of the note' },
  ],
  examples: ['datum memory history harbor user_reading_habits.md'],
  run: (invocation) =>
    readHome(invocation, async (home) => {
      const [agent = '', file = ''] = invocation.args;
      const snapshot = await home.agent(agent).snapshot();
      const entity = `doc:${snapshot.inHome(`memory/${file}`)}`;
      const datoms = await snapshot.database.history(entity, 'doc/hash');
      const versions = await Promise.all(
        datoms.map(async ({ at, tx, op, v }) => ({
          at: showTime(at),
          tx,
          by: (await home.log.transaction(tx))?.by ?? 'unknown',
          hash: op === 'assert' ? String(v) : null,
        })),
      );
      if (versions.length === 0) {
        throw usageError(`${agent} never had a note ${file}`, `see: datum memory list ${agent}`);
      }
      const lines = versions.map(
        ({ at, tx, by, hash }) =>
          `${at}  ${tx.slice(0, 12)}  ${by}  ${hash === null ? 'removed' : hash.slice(0, 12)}`,
      );
      return { data: versions, text: lines.join('\n') };
    }),
});
