import type { Micros } from '../base/index.ts';
import { parseWorkJournal, printWorkEntry, type WorkEntry } from '../folder/index.ts';
import type { Home } from './home.ts';

/** Where the journal of a workshop stands. */
export const JOURNAL = 'JOURNAL.md';

export interface NewJournalEntry {
  readonly category: string;
  readonly content: string;
  readonly tags?: readonly string[];
  /** Whose entry it is; the form of boot, without a name, when absent. */
  readonly agent?: string;
}

/** Adds an entry: the fact first, then the lines of the file. Answers when it was written. */
export async function addJournalEntry(home: Home, entry: NewJournalEntry): Promise<Micros> {
  const at = home.machine.clock.now();
  const text = printWorkEntry({ ...entry, at });
  await home.folder.appendEntry(JOURNAL, text, { by: home.by, why: { source: 'journal' } });
  return at;
}

export interface JournalQuery {
  /** Part of the content, whatever its case. */
  readonly text?: string;
  /** Part of the agent's name. */
  readonly agent?: string;
  readonly category?: string;
  /** The newest so many. */
  readonly limit?: number;
}

/** Entries that fit, oldest first. */
export async function readJournal(
  home: Home,
  query: JournalQuery = {},
): Promise<readonly WorkEntry[]> {
  const document = await home.folder.readDocument(JOURNAL);
  if (document === undefined) return [];
  const { entries } = parseWorkJournal(document.content, JOURNAL);
  const fitting = entries.filter((entry) => fits(entry, query));
  return query.limit === undefined ? fitting : fitting.slice(-query.limit);
}

function fits(entry: WorkEntry, { text, agent, category }: JournalQuery): boolean {
  const holds = (value: string, part: string | undefined): boolean =>
    part === undefined || value.toLowerCase().includes(part.toLowerCase());
  return (
    holds(entry.content, text) &&
    holds(entry.agent ?? '', agent) &&
    (category === undefined || entry.category.toLowerCase() === category.toLowerCase())
  );
}
