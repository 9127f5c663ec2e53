import type { Entity, TransactionId } from '../fact/index.ts';
import { appendToFile } from './append-file.ts';
import type { FolderContext } from './context.ts';
import { DECLARED } from './document-facts.ts';
import { appendedText, type Entry, readEntries } from './entries.ts';
import { ENTRY, entryFacts, placeOf } from './entry-facts.ts';
import { FolderError } from './error.ts';
import { type EntriesKind, fileKind } from './file-kind.ts';
import type { AppendResult, WriteOptions } from './folder.ts';
import { refuseDuringMerge } from './git-state.ts';
import { homePath } from './home-path.ts';

/** Adds one entry: the fact, then the line. A crash in between is finished by the next reconcile. */
export async function appendEntry(
  context: FolderContext,
  { path: given, text }: { readonly path: string; readonly text: string },
  options: WriteOptions,
): Promise<AppendResult> {
  const path = homePath(given);
  const { entry, kind } = readOne(path, text);
  refuseDuringMerge(context.root, context.disk);
  return context.marks.exclusively(context.log.clock, async () => {
    const result = await record(context, { path, entry }, options);
    if (result.written) appendToFile(context, path, (tail) => appendedText(kind, text, tail));
    return result;
  });
}

/** Checks that the text is one entry, and would be read as this one again. */
function readOne(
  path: string,
  text: string,
): { readonly entry: Entry; readonly kind: EntriesKind } {
  const kind = fileKind(path);
  if (kind === undefined || kind === 'document') {
    throw bad(path, 'is no journal and no log', 'append to a JOURNAL.md, journal/ or .jsonl file');
  }
  const { entries, damaged } = readEntries(kind, text, path);
  const [entry] = entries;
  const hasHeading = kind !== 'journal-day' || text.startsWith('## ');
  if (entries.length === 1 && damaged.length === 0 && entry?.text === text && hasHeading) {
    return { entry, kind };
  }
  throw bad(
    path,
    'cannot hold this entry',
    'give one record on a line, or one section with a heading',
  );
}

const bad = (path: string, what: string, hint: string): FolderError =>
  new FolderError({
    code: 'folder/bad-entry',
    message: `${path} ${what}`,
    hint,
    kind: 'usage',
    data: { path },
  });

/** Writes the fact, on condition that its entity is free: another home of the log may write too. */
async function record(
  context: FolderContext,
  { path, entry }: { readonly path: string; readonly entry: Entry },
  options: WriteOptions,
): Promise<AppendResult> {
  const { log } = context;
  const database = await log.at();
  const { entity, isKnown } = await placeOf({ path, entry }, { database, taken: new Map() });
  if (isKnown) return { written: false, entity, tx: await firstOf(entity, database) };
  const { facts, blobs } = await entryFacts({ path, entry, entity }, log.blobs);
  const result = await log.transact([...DECLARED, ...facts], {
    ...options,
    if: [{ e: entity, a: ENTRY.hash, absent: true }],
    blobs,
  });
  if (!result.ok) return record(context, { path, entry }, options);
  return { written: true, entity, tx: result.id };
}

async function firstOf(
  entity: Entity,
  database: {
    readonly history: (e: Entity, a: string) => Promise<readonly { tx: TransactionId }[]>;
  },
): Promise<TransactionId> {
  const history = await database.history(entity, ENTRY.hash);
  return (history.at(-1) as { tx: TransactionId }).tx;
}
