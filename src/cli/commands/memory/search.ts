import { defineCommand } from '../../command.ts';
import { readCount } from '../../count.ts';
import { pointOptions, readPoint } from '../../instant.ts';
import { readHome } from '../../session.ts';

/** Hits are asked for beyond what is shown, since other documents of the home are among them. */
const ASKED_FACTOR = 10;

/** `datum memory search` */
export const command = defineCommand({
  summary: 'Full-text search over what an agent remembers',
  arguments: [
    { name: '<agent>', about: 'the agent' },
    { name: '<text...>', about: 'words; all must occur' },
  ],
  options: [...pointOptions, { flags: '-n, --limit <count>', about: 'at most so many hits (20)' }],
  examples: ['datum memory search harbor ledger dates'],
  run: (invocation) =>
    readHome(invocation, async (home) => {
      const [agent = '', ...words] = invocation.args;
      const limit = readCount('--limit', invocation.options['limit'] ?? '20');
      const point = readPoint(invocation.options);
      const snapshot = await home.agent(agent).snapshot(point);
      const prefix = `doc:${snapshot.inHome('memory/')}`;
      const found = await home.log.search(words.join(' '), {
        ...point,
        limit: limit * ASKED_FACTOR,
      });
      const hits = found
        .filter(({ entity }) => entity.startsWith(prefix) && !entity.includes('/.versions/'))
        .slice(0, limit)
        .map(({ entity, snippet, score }) => ({
          file: entity.slice(prefix.length),
          snippet,
          score,
        }));
      const lines = hits.map(({ file, snippet }) => `${file}\n    ${snippet}`);
      return { data: hits, text: lines.length === 0 ? 'no note says that' : lines.join('\n') };
    }),
});
