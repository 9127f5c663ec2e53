import { readJournal } from '../../../home/index.ts';
import { defineCommand } from '../../command.ts';
import { readCount } from '../../count.ts';
import { readHome } from '../../session.ts';
import { reportEntries } from './entry-list.ts';

/** `datum journal recent` */
export const command = defineCommand({
  summary: 'The newest entries',
  options: [{ flags: '-n, --limit <count>', about: 'so many (20)' }],
  examples: ['datum journal recent', 'datum journal recent -n 3'],
  run: (invocation) =>
    readHome(invocation, async (home) => {
      const limit = readCount('--limit', invocation.options['limit'] ?? '20');
      return reportEntries(await readJournal(home, { limit }));
    }),
});
