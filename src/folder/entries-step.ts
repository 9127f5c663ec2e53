import { type Sha256, sha256 } from '../base/index.ts';
import type { Database, Entity, TransactionId } from '../fact/index.ts';
import type { DiskFile, FolderContext } from './context.ts';
import { type Entry, readEntries } from './entries.ts';
import { knownEntries } from './entry-facts.ts';
import type { Problem } from './error.ts';
import type { EntriesKind } from './file-kind.ts';
import type { Mark } from './marks.ts';

/** What is to be done so that an append-only file and its facts agree. */
export interface EntriesStep {
  /** Entries read from the file, the known among them. */
  readonly read: readonly Entry[];
  /** Entries of the log that never reached the file: their line is written now. */
  readonly unwritten: readonly Entity[];
  /** Entries of the log that somebody took out of a Markdown journal. */
  readonly removed: readonly Entity[];
  readonly problems: readonly Problem[];
}

export interface EntriesSides {
  readonly path: string;
  readonly kind: EntriesKind;
  readonly file: DiskFile | undefined;
  readonly mark: Mark | undefined;
  /** True when the log has new entries of this file since the mark. */
  readonly isTouched: boolean;
}

/**
 * Reads what follows the known prefix, or the whole file when the prefix is no longer there, and
 * finds what the log holds and the file does not. A line missing from a run log is reported and
 * still counts, so that spend cannot be deleted; a journal is text and follows its editor.
 */
export async function entriesStep(
  sides: EntriesSides,
  { log, database }: Pick<FolderContext, 'log'> & { readonly database: Database },
): Promise<EntriesStep> {
  const { path, kind, file, mark, isTouched } = sides;
  const rest = afterPrefix(sides);
  const { entries, damaged } = readRest(rest ?? file?.content ?? Buffer.alloc(0), sides, rest);
  const step: EntriesStep = { read: entries, unwritten: [], removed: [], problems: damaged };
  if (rest !== undefined && !isTouched) return step;
  const known = await knownEntries(database, path);
  const then = await knownThen(mark?.known, { path, log });
  const whole = rest === undefined ? entries : readEntries(kind, file?.content ?? '', path).entries;
  const inFile = new Set(whole.map(({ hash }) => hash));
  const missing = [...known].filter(([hash]) => !inFile.has(hash));
  const unwritten = missing.filter(([hash]) => !then.has(hash)).map(([, entity]) => entity);
  const gone = missing.filter(([hash]) => then.has(hash)).map(([, entity]) => entity);
  const isText = kind === 'journal-day' || kind === 'work-journal';
  const problems = isText || gone.length === 0 ? damaged : [...damaged, goneProblem(path, gone)];
  return { read: entries, unwritten, removed: isText ? gone : [], problems };
}

/** The bytes after the marked prefix when that is still there, ends a line, and lines stand alone. */
function afterPrefix({ kind, file, mark }: EntriesSides): Buffer | undefined {
  if (file === undefined || mark === undefined || mark.size > file.content.length) return undefined;
  if (kind === 'journal-day' || kind === 'work-journal') return undefined;
  const prefix = file.content.subarray(0, mark.size);
  const endsLine = mark.size === 0 || prefix.at(-1) === 0x0a;
  return endsLine && sha256(prefix) === mark.hash ? file.content.subarray(mark.size) : undefined;
}

function readRest(content: Buffer, { kind, path, file }: EntriesSides, rest: Buffer | undefined) {
  const read = readEntries(kind, content, path);
  if (rest === undefined || read.damaged.length === 0 || file === undefined) return read;
  const before = file.content.subarray(0, file.content.length - rest.length);
  const offset = before.reduce((count, byte) => (byte === 0x0a ? count + 1 : count), 0);
  const damaged = read.damaged.map((problem) => ({ ...problem, line: problem.line + offset }));
  return { entries: read.entries, damaged };
}

/** The entries that were known when the file was last in step, all of which were in it. */
async function knownThen(
  known: TransactionId | undefined,
  { path, log }: Pick<FolderContext, 'log'> & { readonly path: string },
): Promise<ReadonlyMap<Sha256, Entity>> {
  if (known === undefined || (await log.transaction(known)) === undefined) return new Map();
  return knownEntries(await log.at({ known }), path);
}

const goneProblem = (path: string, gone: readonly Entity[]): Problem => ({
  file: path,
  line: 1,
  message: `${gone.length} of its entries were taken out of the file; the log still holds and counts them`,
  hint: 'bring the file back with git, or leave it; the facts stay',
});
