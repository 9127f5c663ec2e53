import { type JsonObject, type Sha256, sha256 } from '../base/index.ts';
import { FolderError, type Problem } from './error.ts';
import type { EntriesKind } from './file-kind.ts';
import { parseJournalDay } from './format/journal-day.ts';
import { parseJsonLines } from './format/json-lines.ts';
import { parseRunLog, type RunRecord } from './format/run-log.ts';
import { parseWorkJournal } from './format/work-journal.ts';

/** One entry of an append-only file; its text tells it from every other of the file. */
export interface Entry {
  readonly text: string;
  readonly hash: Sha256;
  /** Of a run log. */
  readonly record?: RunRecord;
  /** Of other JSONL. */
  readonly value?: JsonObject;
}

export interface ReadEntries {
  readonly entries: readonly Entry[];
  readonly damaged: readonly Problem[];
}

const entry = (text: string): Entry => ({ text, hash: sha256(text) });

/** The entries of a file; what cannot be read is reported with its line. */
export function readEntries(
  kind: EntriesKind,
  content: Uint8Array | string,
  path: string,
): ReadEntries {
  if (kind === 'run-log') {
    const { lines, damaged } = parseRunLog(content, path);
    return { entries: lines.map(({ text, record }) => ({ ...entry(text), record })), damaged };
  }
  if (kind === 'json-lines') {
    const { lines, damaged } = parseJsonLines(content, path);
    return { entries: lines.map(({ text, value }) => ({ ...entry(text), value })), damaged };
  }
  try {
    const parse = kind === 'journal-day' ? parseJournalDay : parseWorkJournal;
    return { entries: parse(content, path).entries.map(({ text }) => entry(text)), damaged: [] };
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    return { entries: [], damaged: error.problems };
  }
}

/** The bytes that put an entry at the end of a file that ends with `tail`. */
export function appendedText(kind: EntriesKind, text: string, tail: string): string {
  const newline = tail === '' || tail.endsWith('\n') ? '' : '\n';
  if (kind === 'run-log' || kind === 'json-lines') return `${newline}${text}\n`;
  const gap = tail === '' || /\n\r?\n$/.test(tail) ? '' : '\n';
  return `${newline}${gap}${text}\n`;
}
