import { defineCommand } from '../../command.ts';
import { writeHome } from '../../session.ts';

/** `datum keys import` */
export const command = defineCommand({
  summary: 'Take over keys that another machine exported',
  about:
    'Read keys from standard input; private values they belong to can be read here from then on.',
  examples: ['datum keys import < keys.txt'],
  run: (invocation) =>
    writeHome(invocation, async ({ log }) => {
      const count = await log.keys.import(await invocation.world.stdin());
      return { data: { imported: count }, text: `${count} keys are new here` };
    }),
});
