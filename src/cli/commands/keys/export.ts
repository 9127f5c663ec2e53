import { defineCommand } from '../../command.ts';
import { writeHome } from '../../session.ts';
import { readEntity } from '../../value.ts';

/** `datum keys export` */
export const command = defineCommand({
  summary: 'The keys of private values, as a text to hand over',
  about:
    'Print the keys of private values on this machine. Whoever has the text can read the values.',
  arguments: [{ name: '[entity...]', about: 'of these subjects (default: all)' }],
  examples: ['datum keys export > keys.txt', 'datum keys export person:lin'],
  run: (invocation) =>
    writeHome(invocation, async (home) => {
      const subjects = invocation.args.map(readEntity);
      const text = await home.log.keys.export(subjects.length === 0 ? undefined : subjects);
      await home.commit('keys: handed over');
      return { data: { keys: text }, text: text.trimEnd() };
    }),
});
