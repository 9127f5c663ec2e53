import { defineCommand } from '../../command.ts';
import { readCount } from '../../count.ts';
import { pointOptions, readPoint } from '../../instant.ts';
import { readHome } from '../../session.ts';

/** `datum memory search` */
export const command = defineCommand({
  summary: 'The notes that answer a question best',
  about:
    'Searches by words, all of which must occur, and by meaning too where model.md names an embedding ' +
    'model. What was seen lately or is pinned goes first; superseded and archived notes are left out.',
  arguments: [
    { name: '<agent>', about: 'the agent' },
    { name: '<text...>', about: 'the question' },
  ],
  options: [
    ...pointOptions,
    { flags: '-n, --limit <count>', about: 'at most so many hits (20)' },
    { flags: '--words', about: 'by words alone: asks no model and writes nothing' },
  ],
  examples: [
    'datum memory search harbor ledger dates',
    'datum memory search harbor "whom does she trust?" --known 2026-06-01',
  ],
  run: (invocation) =>
    readHome(invocation, async (home) => {
      const { args, options } = invocation;
      const [agent = '', ...words] = args;
      const hits = await home.agent(agent).recall({
        question: words.join(' '),
        limit: readCount('--limit', options['limit'] ?? '20'),
        point: readPoint(options),
        byWords: home.readOnly || options['words'] === true,
      });
      const lines = hits.map(
        ({ file, snippet, by }) => `${file}  (${by.join(', ')})\n    ${snippet}`,
      );
      return {
        data: hits.map((hit) => ({ ...hit, by: [...hit.by] })),
        text: lines.length === 0 ? 'no note says that' : lines.join('\n'),
      };
    }),
});
