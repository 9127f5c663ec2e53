import type { Database, Log } from '../../fact/index.ts';
import { estimateTokens } from '../../model/index.ts';
import { assemblePrompt, promptText, SECTION_RULE } from '../prompt/assemble.ts';
import { pinnedNotes, recentNotes } from '../prompt/notes.ts';
import { readPromptSource } from '../prompt/prompt-source.ts';
import { openSnapshot } from '../prompt/snapshot.ts';
import type { ReadFrom } from './story.ts';

/** What stood in the prompt of an agent at a point of the log, a run's own. */
export async function readFrom(log: Log, agent: string, database: Database): Promise<ReadFrom> {
  const source = await readPromptSource(log, await openSnapshot(log, { agent, database }));
  const sections = promptText(assemblePrompt(source))
    .split(SECTION_RULE)
    .map((text) => ({
      heading: /^# (.*)$/m.exec(text)?.[1] ?? '',
      tokens: estimateTokens(text),
    }));
  const files = (notes: ReturnType<typeof pinnedNotes>): readonly string[] =>
    notes.map(({ file }) => file);
  return {
    known: database.known ?? null,
    sections,
    pinned: files(pinnedNotes(source.notes)),
    recent: files(recentNotes(source.notes)),
    ...(source.journal === undefined ? {} : { journal: source.journal.day }),
  };
}
