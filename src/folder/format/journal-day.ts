import { type Section, sectionsOf } from './sections.ts';
import { printSource, readSource, type SourceText, spliceLines } from './source-text.ts';

/** One day of an agent's journal, `journal/YYYY-MM/YYYY-MM-DD.md`: free Markdown in sections. */
export interface JournalDay {
  readonly source: SourceText;
  readonly entries: readonly JournalEntry[];
}

/** A section with its heading, or the text before the first one; `line` counts from 1. */
export interface JournalEntry {
  /** Without `##`; empty for the text before the first heading. */
  readonly heading: string;
  /** Heading and text, trimmed, with `\n` line ends. */
  readonly text: string;
  readonly line: number;
}

export function parseJournalDay(content: Uint8Array | string, file: string): JournalDay {
  const source = readSource(content, file);
  const sections = sectionsOf(source);
  const before = { heading: '', start: 0, end: sections[0]?.start ?? source.lines.length };
  const entries = [before, ...sections]
    .map((section) => entryOf(source, section))
    .filter(({ text }) => text !== '');
  return { source, entries };
}

function entryOf(source: SourceText, { heading, start, end }: Section): JournalEntry {
  const text = source.lines.slice(start, end).join('').replaceAll('\r\n', '\n').trim();
  // The title of the day is no entry.
  const body = heading === '' ? text.replace(/^# [^\n]*\n?/, '').trim() : text;
  return { heading, text: body, line: start + 1 };
}

/** The text of a day, byte for byte as read. */
export const printJournalDay = ({ source }: JournalDay): string => printSource(source);

/** Path of a day inside the agent folder. */
export const journalDayPath = (day: string): string => `journal/${day.slice(0, 7)}/${day}.md`;

/** The first line of a new day. */
export const newJournalDay = (day: string, agent: string): string =>
  `# ${day} — ${agent} journal\n`;

/** The day with an entry at its end, an empty line before it. */
export function appendToDay(day: JournalDay, text: string): JournalDay {
  const { source } = day;
  const last = source.lines.at(-1);
  const gap = last === undefined || last.trim() === '' ? [] : [''];
  const insert = [...gap, ...text.trim().split(/\r?\n/)];
  const edited = spliceLines(source, { start: source.lines.length, remove: 0, insert });
  return parseJournalDay(printSource(edited), source.file);
}
