import { readJournal } from '../../../home/index.ts';
import { defineCommand } from '../../command.ts';
import { given } from '../../given.ts';
import { readHome } from '../../session.ts';
import { reportEntries } from './entry-list.ts';

/** `datum journal search` */
export const command = defineCommand({
  summary: 'Entries that hold a text',
  arguments: [{ name: '<text>', about: 'part of an entry, whatever its case' }],
  options: [
    { flags: '-a, --agent <name>', about: 'of this agent' },
    { flags: '-c, --category <name>', about: 'of this category' },
  ],
  examples: ['datum journal search ledger', 'datum journal search dates --category FIX'],
  run: (invocation) =>
    readHome(invocation, async (home) => {
      const { agent, category } = invocation.options;
      return reportEntries(
        await readJournal(home, {
          text: invocation.args[0] ?? '',
          ...given('agent', agent),
          ...given('category', category),
        }),
      );
    }),
});
