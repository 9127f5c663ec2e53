import { dayOfRunLog } from './format/run-log.ts';

/**
 * How a file is kept: as a document with a hash, or as entries that only grow. Files of other kinds
 * are not taken into the log.
 */
export type FileKind = 'document' | EntriesKind;

/** Append-only files: a day's run log, any other JSONL, a day's journal, the workshop's journal. */
export type EntriesKind = 'run-log' | 'json-lines' | 'journal-day' | 'work-journal';

const TEXT = /\.(?:md|toml|txt|ya?ml)$/i;
/** The JSON files the formats know; other JSON belongs to somebody's program. */
const KNOWN_JSON = /(?:^|\/)(?:manifest|result)\.json$/;
const KNOWN_HIDDEN = new Set(['.personas', '.superagent', '.versions']);
const PASSED_OVER = new Set(['node_modules', '_cache', '__pycache__']);

/** What a file is by its path; `undefined` when the log takes no notice of it. */
export function fileKind(path: string): FileKind | undefined {
  const parts = path.split('/');
  const name = parts.at(-1) as string;
  if (name.startsWith('.') || !parts.slice(0, -1).every(isEntered)) return undefined;
  if (path.includes('.superagent/') && name !== 'agent.toml') return undefined;
  if (name.endsWith('.jsonl')) return dayOfRunLog(path) === undefined ? 'json-lines' : 'run-log';
  if (name === 'JOURNAL.md') return 'work-journal';
  if (/(?:^|\/)journal\/\d{4}-\d{2}\/\d{4}-\d{2}-\d{2}\.md$/.test(path)) return 'journal-day';
  return TEXT.test(name) || KNOWN_JSON.test(path) ? 'document' : undefined;
}

/** True for a folder whose files may be taken in. */
export const isEntered = (folder: string): boolean =>
  (!folder.startsWith('.') || KNOWN_HIDDEN.has(folder)) && !PASSED_OVER.has(folder);
