import { programsOf, trustPrograms } from '../../../home/index.ts';
import { defineCommand } from '../../command.ts';
import { usageError } from '../../error.ts';
import { table } from '../../panel.ts';
import { readHome, refuseReadOnly } from '../../session.ts';

/** `datum trust tools` */
export const command = defineCommand({
  summary: 'Which programs of the folder may run here',
  about:
    'List the programs of the folder with their content hash. Nothing in a folder runs until this machine has trusted it, and a changed program asks again.',
  arguments: [{ name: '[path...]', about: 'programs to trust as they are now' }],
  options: [{ flags: '--all', about: 'trust all of them as they are now' }],
  examples: ['datum trust tools', 'datum trust tools tools/conformance-check.mjs'],
  run: (invocation) => {
    const { args, options } = invocation;
    if (args.length > 0 || options['all'] === true) refuseReadOnly(invocation);
    return readHome(invocation, async (home) => {
      const programs = programsOf(home);
      const chosen = programs.filter(({ path }) => options['all'] === true || args.includes(path));
      const absent = args.find((path) => !programs.some((program) => program.path === path));
      if (absent !== undefined) {
        throw usageError(
          `${absent} is not a program of this home`,
          'see datum trust tools for their paths',
        );
      }
      if (chosen.length > 0) trustPrograms(home, chosen);
      const now = programsOf(home);
      const rows = now.map(({ path, hash, trust }) => [path, trust, hash.slice(0, 16)]);
      return {
        data: now.map((program) => ({ ...program })),
        text: rows.length === 0 ? 'there is no program in this folder' : table(rows),
      };
    });
  },
});
