import { distrustNow, type TrustItem, trustItems, trustNow } from '../../../home/index.ts';
import { defineCommand } from '../../command.ts';
import { usageError } from '../../error.ts';
import { table } from '../../panel.ts';
import { refuseReadOnly } from '../../read-only.ts';
import { readHome } from '../../session.ts';

/** `datum trust tools` */
export const command = defineCommand({
  summary: 'What of the folder may run here, and what that would allow',
  about:
    'List what could run out of this folder, with its content hash and what trusting it allows. Nothing in a folder runs until this machine has trusted it, and a changed one asks again.',
  arguments: [{ name: '[path...]', about: 'what to trust as it is now' }],
  options: [
    { flags: '--all', about: 'trust all of it as it is now' },
    { flags: '--remove', about: 'trust the named ones no longer' },
  ],
  examples: ['datum trust tools', 'datum trust tools tools/conformance-check.mjs'],
  run: (invocation) => {
    const { args, options } = invocation;
    if (args.length > 0 || options['all'] === true) refuseReadOnly(invocation);
    return readHome(invocation, async (home) => {
      const items = await trustItems(home);
      const chosen = items.filter(({ path }) => options['all'] === true || args.includes(path));
      const absent = args.find((path) => !items.some((item) => item.path === path));
      if (absent !== undefined) {
        throw usageError(
          `${absent} is nothing that could run out of this home`,
          'see datum trust tools for what could',
        );
      }
      if (chosen.length > 0)
        await (options['remove'] === true ? distrustNow : trustNow)(home, chosen);
      const now = await trustItems(home);
      return {
        data: now.map(({ caps: _, ...item }) => item),
        text: now.length === 0 ? 'nothing in this folder could run' : table(now.map(rowOf)),
      };
    });
  },
});

const rowOf = ({ path, trust, hash, about }: TrustItem): readonly string[] => [
  path,
  trust,
  hash.slice(0, 16),
  about,
];
