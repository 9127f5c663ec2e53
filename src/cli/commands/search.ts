import { defineCommand } from '../command.ts';
import { readCount } from '../count.ts';
import { pointOptions, readPoint } from '../instant.ts';
import { readHome } from '../session.ts';

/** `datum search` */
export const command = defineCommand({
  summary: 'Full-text search over facts and documents',
  arguments: [{ name: '<text...>', about: 'words; all must occur' }],
  options: [...pointOptions, { flags: '-n, --limit <count>', about: 'at most so many hits (20)' }],
  examples: ['datum search reading room', 'datum search ledger --known 2026-06-01'],
  run: (invocation) =>
    readHome(invocation, async ({ log }) => {
      const limit = readCount('--limit', invocation.options['limit'] ?? '20');
      const words = invocation.args.join(' ');
      const point = readPoint(invocation.options);
      const hits = await invocation.terminal.during('searching', () =>
        log.search(words, { ...point, limit }),
      );
      const lines = hits.map(
        ({ entity, attribute, snippet }) => `${entity}  ${attribute}\n    ${snippet}`,
      );
      const text = lines.length === 0 ? `nothing holds "${words}"` : lines.join('\n');
      return { data: hits.map((hit) => ({ ...hit })), text };
    }),
});
