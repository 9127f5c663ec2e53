import { formatInstant, readInstant } from '../../base/index.ts';
import type { Log } from '../../fact/index.ts';
import { z } from '../../spec/index.ts';
import { AgentError } from '../error.ts';
import { openSnapshot } from '../prompt/snapshot.ts';
import { defineTool, type Tool } from './tool.ts';

const HITS_MAX = 20;

const searchInput = z.strictObject({
  words: z.string().min(1),
  limit: z.int().min(1).max(HITS_MAX).optional(),
});
const recallInput = z.strictObject({ path: z.string().min(1), known: z.string().nullish() });

/** Searching and recalling what the agent knows, or knew at a time. */
export function memoryTools(log: Log, agent: string): readonly Tool[] {
  return [
    defineTool({
      name: 'search_memory',
      description:
        'Full-text search over notes, wiki pages, journals and runs. All words must occur.',
      kind: 'read',
      input: searchInput,
      run: async ({ words, limit = 10 }) => {
        const hits = await log.search(words, { limit });
        return hits.map(({ entity, snippet }) => ({ where: entity, snippet }));
      },
    }),
    defineTool({
      name: 'recall',
      description:
        'A note or another file of yours, by its path (memory/user_x.md), as it is or as it was ' +
        'known at a time: a day (2026-01-31) or a time with a zone.',
      kind: 'read',
      input: recallInput,
      run: async ({ path, known }) => {
        const at = typeof known === 'string' ? readInstant(known) : undefined;
        if (typeof known === 'string' && at === undefined) throw notATime(known);
        const database = await log.at(at === undefined ? {} : { known: at });
        const snapshot = await openSnapshot(log, { agent, database });
        const text = await snapshot.read(path);
        if (text === undefined) throw unknownFile(path, known ?? formatInstant(database.valid));
        return text;
      },
    }),
  ];
}

const notATime = (known: string): AgentError =>
  new AgentError({
    code: 'agent/not-a-time',
    message: `${known} is not a time`,
    hint: 'write a day (2026-01-31) or a date and time with a zone (2026-01-31T09:30Z)',
  });

const unknownFile = (path: string, known: string): AgentError =>
  new AgentError({
    code: 'agent/no-file',
    message: `there was no ${path} known at ${known}`,
    hint: 'name a file that memory/INDEX.md lists, with its folder',
    data: { path },
  });
