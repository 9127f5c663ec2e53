import { type TrustItem, trustItems } from '../../../home/index.ts';
import { defineCommand } from '../../command.ts';
import { table } from '../../panel.ts';
import { readHome } from '../../session.ts';

/** `datum trust` */
export const command = defineCommand({
  summary: 'Whose words count here, what may run, and what the rest would be allowed',
  about:
    'List what this machine trusts and what it does not: writers of the log, and what of the folder could run. Changes nothing.',
  examples: ['datum trust'],
  run: (invocation) =>
    readHome(invocation, async (home) => {
      const writers = await home.log.trust.writers();
      const items = await trustItems(home);
      const isTrusted = (trust: string): boolean => !['unknown', 'changed'].includes(trust);
      const rows = [
        ...writers.map(({ writer, trust }) => [writer, trust, 'counts for what guards decide on']),
        ...items.map(({ path, trust, about }: TrustItem) => [path, trust, about]),
      ];
      const part = (title: string, wanted: boolean): readonly string[] => {
        const found = rows.filter(([, trust = '']) => isTrusted(trust) === wanted);
        return found.length === 0 ? [] : [title, table(found)];
      };
      return {
        data: {
          writers: writers.map(({ writer, trust }) => ({ writer, trust })),
          items: items.map(({ caps: _, ...item }) => item),
        },
        text: [
          ...part('trusted here:', true),
          ...part('not trusted; trusting it would allow:', false),
          'trust with: datum trust writers <writer>, datum trust tools <path>',
        ].join('\n'),
      };
    }),
});
