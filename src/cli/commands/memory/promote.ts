import { promoteNote } from '../../../agent/index.ts';
import { defineCommand } from '../../command.ts';
import { writeHome } from '../../session.ts';

/** `datum memory promote` */
export const command = defineCommand({
  summary: 'Mark a note as taken into the persona',
  about:
    'Links the note to the place in the persona that says it now; the note stays and no longer stands ' +
    'among the recent ones. What the persona says is yours to write.',
  arguments: [
    { name: '<agent>', about: 'the agent' },
    { name: '<note>', about: 'the file name of the note' },
    { name: '<place>', about: 'persona/USER.md#section, or IDENTITY.md or SOUL.md' },
  ],
  examples: ['datum memory promote harbor user_reading_habits.md persona/USER.md#reading'],
  run: (invocation) =>
    writeHome(invocation, async (home) => {
      const [agent = '', file = '', to = ''] = invocation.args;
      const snapshot = await home.agent(agent).snapshot();
      const now = home.machine.clock.now();
      const write = { by: home.by, why: { source: 'memory promote' } };
      await promoteNote({ folder: home.folder, snapshot, write, now }, { file, to });
      await home.commit(`memory: ${file} promoted`);
      return { data: { agent, file, to }, text: `${file} is superseded by ${to}` };
    }),
});
