import { defineCommand } from '../../command.ts';
import { usageError } from '../../error.ts';
import { pointOptions, readPoint } from '../../instant.ts';
import { readHome } from '../../session.ts';

/** `datum memory show` */
export const command = defineCommand({
  summary: 'A note as it is, or as it was known',
  arguments: [
    { name: '<agent>', about: 'the agent' },
    { name: '<note>', about: 'the file name of the note' },
  ],
  options: pointOptions,
  examples: ['datum memory show harbor user_reading_habits.md'],
  run: (invocation) =>
    readHome(invocation, async (home) => {
      const [agent = '', file = ''] = invocation.args;
      const snapshot = await home.agent(agent).snapshot(readPoint(invocation.options));
      const text = await snapshot.read(`memory/${file}`);
      if (text === undefined) {
        throw usageError(`${agent} knows no note ${file}`, `see: datum memory list ${agent}`);
      }
      return { data: { agent, file, text }, text: text.trimEnd() };
    }),
});
