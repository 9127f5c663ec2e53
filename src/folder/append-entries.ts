import type { Sha256 } from '../base/index.ts';
import type { Entity, FactInput, Log, Precondition, TransactionId } from '../fact/index.ts';
import { appendToFile } from './append-file.ts';
import type { FolderContext } from './context.ts';
import { DECLARED } from './document-facts.ts';
import { appendedText, type Entry, readEntries } from './entries.ts';
import { ENTRY, entryFacts, placeOf } from './entry-facts.ts';
import { FolderError } from './error.ts';
import { type EntriesKind, fileKind } from './file-kind.ts';
import type { AppendOptions, AppendResult, EntryAppend } from './folder.ts';
import { refuseDuringMerge } from './git-state.ts';
import { homePath } from './home-path.ts';

/** An entry that was found to be one, with its file. */
interface Checked {
  readonly path: string;
  readonly kind: EntriesKind;
  readonly entry: Entry;
}

/**
 * Adds entries: the facts in one transaction, then the lines, each file once. A crash in between is
 * finished by the next reconcile.
 */
export async function appendEntries(
  context: FolderContext,
  appends: readonly EntryAppend[],
  options: AppendOptions,
): Promise<readonly AppendResult[]> {
  const entries = appends.map(readOne);
  refuseDuringMerge(context.root, context.disk);
  return context.marks.appending(context.log.clock, async () => {
    const results = await record(context, entries, options);
    const written = entries.filter((_, at) => results[at]?.written);
    for (const [path, group] of Map.groupBy(written, (each) => each.path)) {
      appendToFile(context, path, (tail) => textsAfter(tail, group));
    }
    return results;
  });
}

const textsAfter = (tail: string, group: readonly Checked[]): string =>
  group.reduce(
    (text, { kind, entry }) => text + appendedText(kind, entry.text, text === '' ? tail : text),
    '',
  );

/** Checks that the text is one entry, and would be read as this one again. */
function readOne({ path: given, text }: EntryAppend): Checked {
  const path = homePath(given);
  const kind = fileKind(path);
  if (kind === undefined || kind === 'document') {
    throw bad(path, 'is no journal and no log', 'append to a JOURNAL.md, journal/ or .jsonl file');
  }
  const { entries, damaged } = readEntries(kind, text, path);
  const [entry] = entries;
  const hasHeading = kind !== 'journal-day' || text.startsWith('## ');
  if (entries.length === 1 && damaged.length === 0 && entry?.text === text && hasHeading) {
    return { path, kind, entry };
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

/** Logs that are known to hold the declarations, which would be looked up again with each entry. */
const declaring = new WeakSet<Log>();

/** Writes the facts, on condition that their entities are free: another home of the log may write too. */
async function record(
  context: FolderContext,
  entries: readonly Checked[],
  options: AppendOptions,
): Promise<readonly AppendResult[]> {
  const { log } = context;
  const database = await log.at();
  const taken = new Map<Entity, Sha256>();
  const facts: FactInput[] = [];
  const conditions: Precondition[] = [];
  const blobs = [];
  const places = [];
  for (const { path, entry } of entries) {
    const place = await placeOf({ path, entry }, { database, taken });
    places.push(place);
    if (place.isKnown) continue;
    const made = await entryFacts({ path, entry, entity: place.entity }, log.blobs);
    facts.push(...made.facts);
    blobs.push(...made.blobs);
    conditions.push({ e: place.entity, a: ENTRY.hash, absent: true });
  }
  if (facts.length === 0) return Promise.all(places.map(({ entity }) => known(entity, database)));
  const { transact = (all, by) => log.transact(all, by), ...write } = options;
  const all = { ...write, if: conditions, blobs };
  const declared = declaring.has(log) ? [] : DECLARED;
  const done = await transact([...declared, ...facts], all, conditions.length);
  if (!done.ok) return record(context, entries, options);
  declaring.add(log);
  const written = { written: true, tx: done.id } as const;
  return Promise.all(
    places.map(async ({ entity, isKnown }) =>
      isKnown ? known(entity, await log.at()) : { entity, ...written },
    ),
  );
}

async function known(
  entity: Entity,
  database: {
    readonly history: (e: Entity, a: string) => Promise<readonly { tx: TransactionId }[]>;
  },
): Promise<AppendResult> {
  const history = await database.history(entity, ENTRY.hash);
  return { written: false, entity, tx: (history.at(-1) as { tx: TransactionId }).tx };
}
