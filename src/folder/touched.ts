import type { Json } from '../base/index.ts';
import type { Database, Log, TransactionId } from '../fact/index.ts';
import { DOCUMENT } from './document-facts.ts';
import { ENTRY } from './entry-facts.ts';
import { pathOfDocument } from './home-path.ts';

/** The paths the log says something new about; `has` answers for any path. */
export interface Touched {
  has(path: string): boolean;
  /** Paths to look at even when there is no file. */
  readonly paths: ReadonlySet<string>;
}

/**
 * What the log has learnt since a reconcile. Its own transactions are read one by one; after a
 * take-in of other writers everything counts as touched, because their facts may be older.
 */
export async function touchedSince(
  since: TransactionId | undefined,
  { log, database }: { readonly log: Log; readonly database: Database },
): Promise<Touched> {
  if (since === database.known) return { has: () => false, paths: new Set() };
  if (since === undefined || (await log.transaction(since)) === undefined)
    return everything(database);
  const paths = new Set<string>();
  for await (const { facts, parents } of log.transactions({ after: since })) {
    if (parents.length > 0) return everything(database);
    for (const { e, a, v } of facts) {
      const path = a === ENTRY.file ? text(v) : pathOfDocument(e);
      if (path !== undefined) paths.add(path);
    }
  }
  return { has: (path) => paths.has(path), paths };
}

async function everything(database: Database): Promise<Touched> {
  const documents = await database.find([{ e: { var: 'e' }, a: DOCUMENT.hash }]);
  const files = await database.find([{ e: { var: 'e' }, a: ENTRY.file, v: { var: 'path' } }]);
  const paths = new Set([
    ...documents.flatMap(({ e }) => pathOfDocument(String(e)) ?? []),
    ...files.flatMap(({ path }) => text(path) ?? []),
  ]);
  return { has: () => true, paths };
}

const text = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;
