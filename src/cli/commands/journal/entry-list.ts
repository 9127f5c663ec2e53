import type { JsonObject } from '../../../base/index.ts';
import type { WorkEntry } from '../../../folder/index.ts';
import type { Report } from '../../command.ts';
import { showTime } from '../../instant.ts';

/** Journal entries for people and programs. */
export const reportEntries = (entries: readonly WorkEntry[]): Report => ({
  data: entries.map(entryData),
  text: entries.length === 0 ? 'no entry' : entries.map(showEntry).join('\n\n'),
});

const showEntry = ({ at, agent, category, content, tags }: WorkEntry): string => {
  const head = [at === undefined ? 'no time' : showTime(at), category, agent ?? '']
    .join('  ')
    .trim();
  const body = content.split('\n').map((line) => `    ${line}`.trimEnd());
  return [head, ...body, ...(tags.length === 0 ? [] : [`    [${tags.join(', ')}]`])].join('\n');
};

/** An entry as data. */
export const entryData = ({ at, agent, category, content, tags, line }: WorkEntry): JsonObject => ({
  at: at === undefined ? null : showTime(at),
  agent: agent ?? null,
  category,
  content,
  tags,
  line,
});
