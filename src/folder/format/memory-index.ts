import type { NoteType } from './note.ts';
import { bulletsOf, type Section, sectionsOf } from './sections.ts';
import { lineAt, printSource, readSource, type SourceText, spliceLines } from './source-text.ts';

/** One line of `memory/INDEX.md`; `line` counts from 1. */
export interface IndexEntry {
  readonly section: string;
  readonly name: string;
  readonly file: string;
  readonly description: string;
  readonly line: number;
}

/** `memory/INDEX.md`: what the agent sees of its memory in every prompt (atomic-runtime §4.3). */
export interface MemoryIndex {
  readonly source: SourceText;
  readonly entries: readonly IndexEntry[];
}

const SECTIONS: Readonly<Record<NoteType, string>> = {
  user: 'User Profile',
  feedback: 'Critical Feedback',
  project: 'Active Projects',
  decision: 'Locked Decisions',
  reference: 'Reference',
};

/** The heading a note of this type stands under. */
export const sectionOfType = (type: NoteType): string => SECTIONS[type];

/** Reads an index; hand-written lines of other shapes are kept and are no entries. */
export function parseMemoryIndex(content: Uint8Array | string, file: string): MemoryIndex {
  const source = readSource(content, file);
  const entries = sectionsOf(source).flatMap((section) =>
    bulletsOf(source, section).flatMap(({ text, line }): readonly IndexEntry[] => {
      const entry = readEntry(text);
      return entry === undefined ? [] : [{ section: section.heading, ...entry, line: line + 1 }];
    }),
  );
  return { source, entries };
}

function readEntry(text: string): Omit<IndexEntry, 'section' | 'line'> | undefined {
  const close = text.indexOf('](');
  const stop = text.indexOf(')', close);
  if (!text.startsWith('[') || close < 0 || stop < 0) return undefined;
  const description = text.slice(stop + 1).replace(/^\s*[—–-]+\s*/, '');
  return { name: text.slice(1, close), file: text.slice(close + 2, stop), description };
}

/** The text of an index, byte for byte as read. */
export const printMemoryIndex = ({ source }: MemoryIndex): string => printSource(source);

/** What an index line says of a note. */
export interface IndexedNote {
  readonly type: NoteType;
  readonly name: string;
  readonly description: string;
  /** File name inside `memory/`. */
  readonly file: string;
}

const entryLine = ({ name, file, description }: IndexedNote): string =>
  `- [${name}](${file}) — ${description}`;

/** An empty index, as a first capture begins it. */
export const emptyIndex = (file: string): MemoryIndex => parseMemoryIndex('# Memory Index\n', file);

/**
 * The index with a note's line put first in the section of its type, and any older line of that
 * file removed. A section is found by its whole heading, so `## Reference docs` is not taken for
 * `## Reference`. No other line changes.
 */
export function indexNote(index: MemoryIndex, note: IndexedNote): MemoryIndex {
  const { file } = index.source;
  const without = unindexNote(index, note.file).source;
  const heading = sectionOfType(note.type);
  const section = sectionsOf(without).find((candidate) => candidate.heading === heading);
  const placed =
    section === undefined
      ? appendSection(without, heading, entryLine(note))
      : insertUnder(without, section, entryLine(note));
  return parseMemoryIndex(printSource(placed), file);
}

/** The index without some of its lines, counted from 1. */
export function withoutLines(index: MemoryIndex, lines: readonly number[]): MemoryIndex {
  let { source } = index;
  for (const line of lines.toSorted((a, b) => b - a)) {
    source = spliceLines(source, { start: line - 1, remove: 1, insert: [] });
  }
  return parseMemoryIndex(printSource(source), source.file);
}

/** The index without the lines of a file. */
export function unindexNote(index: MemoryIndex, file: string): MemoryIndex {
  const lines = index.source.lines.flatMap((_, at) => {
    const text = lineAt(index.source, at);
    return text.startsWith('- [') && readEntry(text.slice(2))?.file === file ? [at + 1] : [];
  });
  return withoutLines(index, lines);
}

function insertUnder(source: SourceText, section: Section, line: string): SourceText {
  // Hand-kept files have an empty line under the heading; it stays between heading and entries.
  const isSpaced =
    lineAt(source, section.start + 1) === '' && lineAt(source, section.start + 2).startsWith('- ');
  const start = section.start + (isSpaced ? 2 : 1);
  return spliceLines(source, { start, remove: 0, insert: [line] });
}

function appendSection(source: SourceText, heading: string, line: string): SourceText {
  let end = source.lines.length;
  while (end > 0 && lineAt(source, end - 1).trim() === '') end -= 1;
  return spliceLines(source, {
    start: end,
    remove: source.lines.length - end,
    insert: ['', `## ${heading}`, line],
  });
}

/** A whole index printed from notes: sections in the order user, feedback, project, decision, reference. */
export function generateIndex(notes: readonly IndexedNote[]): string {
  const sections = Object.entries(SECTIONS).flatMap(([type, heading]) => {
    const lines = notes.filter((note) => note.type === type).map(entryLine);
    return lines.length === 0 ? [] : [`## ${heading}\n${lines.join('\n')}\n`];
  });
  return ['# Memory Index\n', ...sections].join('\n');
}
