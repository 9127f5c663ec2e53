import { resolve } from 'node:path';
import { recoverLog } from '../../fact/index.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../error.ts';
import { refuseReadOnly } from '../read-only.ts';
import { commitRepaired, placeOf } from '../session.ts';

/** `datum recover` */
export const command = defineCommand({
  summary: 'Bring back missing or damaged history',
  about:
    'Bring back lines of the log that are missing or damaged, from the index of this copy and from the other copies named. What it replaces is kept in .datum/local-damaged/.',
  arguments: [{ name: '[copy...]', about: 'folders with other copies of this home' }],
  examples: ['datum recover', 'datum recover ../clone'],
  run: async (invocation) => {
    refuseReadOnly(invocation);
    const { cwd, disk, clock, random, env } = invocation.world;
    const home = placeOf(invocation);
    const from = invocation.args.map((folder) => resolve(cwd, folder));
    const absent = from.find((folder) => !disk.exists(folder));
    if (absent !== undefined) {
      throw usageError(`there is no folder ${absent}`, 'name another copy of this home');
    }
    const recovered = await invocation.terminal.during('looking for what is missing', () =>
      recoverLog({ home, disk, clock, random, env, from }),
    );
    if (recovered.length > 0) await commitRepaired(invocation, 'recover: history brought back');
    const lines = recovered.map(
      ({ writer, from: first, to, source }) =>
        `transactions ${first} to ${to} of writer ${writer.slice(0, 12)} from ${source}`,
    );
    return {
      data: { recovered: recovered.map((each) => ({ ...each })) },
      text: lines.length === 0 ? 'nothing could be brought back' : lines.join('\n'),
    };
  },
});
