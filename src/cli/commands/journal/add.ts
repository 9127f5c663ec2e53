import { addJournalEntry } from '../../../home/index.ts';
import { defineCommand } from '../../command.ts';
import { usageError } from '../../error.ts';
import { showTime } from '../../instant.ts';
import { writeHome } from '../../session.ts';

/** `datum journal add` */
export const command = defineCommand({
  summary: 'Add an entry to the journal',
  arguments: [
    { name: '<category>', about: 'BOOT, AUDIT, ANALYSIS, TASK, NOTE, DISCOVERY, FIX, or your own' },
    { name: '[content]', about: 'the text; standard input when absent' },
  ],
  options: [
    { flags: '-t, --tag <tag...>', about: 'tags' },
    { flags: '-a, --agent <name>', about: 'whose entry it is (default: the agent of the home)' },
  ],
  examples: [
    'datum journal add NOTE "the ledger ends in 1791"',
    'datum journal add FIX -t dates < entry.txt',
  ],
  run: (invocation) =>
    writeHome(invocation, async (home) => {
      const [category = '', given] = invocation.args;
      const content = (given ?? (await invocation.world.stdin())).trim();
      if (content === '') throw usageError('the entry is empty', 'give its text, or pipe it in');
      const { tag, agent } = invocation.options;
      const at = await addJournalEntry(home, {
        category,
        content,
        agent: typeof agent === 'string' ? agent : home.settings.agent,
        tags: Array.isArray(tag) ? tag : [],
      });
      await home.commit(`journal: ${category}`);
      return { data: { at: showTime(at), category, content }, text: `entered at ${showTime(at)}` };
    }),
});
