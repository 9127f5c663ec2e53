import { readJournal } from '../../../home/index.ts';
import { defineCommand } from '../../command.ts';
import { readHome } from '../../session.ts';
import { entryData } from './entry-list.ts';

/** `datum journal export` */
export const command = defineCommand({
  summary: 'All entries as JSON lines',
  examples: ['datum journal export > journal.jsonl'],
  run: (invocation) =>
    readHome(invocation, async (home) => {
      const entries = (await readJournal(home)).map(entryData);
      return { data: entries, text: entries.map((entry) => JSON.stringify(entry)).join('\n') };
    }),
});
