import type { Database } from '../fact/index.ts';
import type { FolderContext } from './context.ts';
import { tooBusy } from './context.ts';
import { DOCUMENT } from './document-facts.ts';
import { FolderError } from './error.ts';
import type { DocumentWrite, RestoreOptions, RestoreReport } from './folder.ts';
import { homePath, pathOfDocument } from './home-path.ts';
import { writeDocuments } from './write-documents.ts';

/** Brings documents back as they were known; see {@link Folder.restore}. */
export async function restore(
  context: FolderContext,
  { known, path, ...options }: RestoreOptions,
): Promise<RestoreReport> {
  const { log } = context;
  const under = path === undefined ? undefined : homePath(path);
  const then = await documents(await log.at({ known }), under);
  const now = await documents(await log.at(), under);
  if (path !== undefined && then.size + now.size === 0) throw unknownDocument(path);
  const writes: DocumentWrite[] = [];
  const missing: string[] = [];
  for (const [at, hash] of then) {
    if (now.get(at) === hash) continue;
    const content = await log.blobs.get(hash);
    if (content === undefined) missing.push(at);
    else writes.push({ path: at, content });
  }
  const result = await writeDocuments(context, writes, options);
  if (!result.ok) throw tooBusy();
  const newer = [...now.keys()].filter((at) => !then.has(at));
  return { restored: result.written, newer, missing };
}

const unknownDocument = (path: string): FolderError =>
  new FolderError({
    code: 'folder/unknown-document',
    kind: 'usage',
    message: `nothing is known of ${path}, neither then nor now`,
    hint: 'list what is known with: datum find "?doc doc/hash ?hash"',
    data: { path },
  });

/** Hashes by path, of one document or of all in a folder. */
async function documents(
  database: Database,
  under: string | undefined,
): Promise<ReadonlyMap<string, string>> {
  const found = await database.find([{ e: { var: 'doc' }, a: DOCUMENT.hash, v: { var: 'hash' } }]);
  const all = found.flatMap(({ doc, hash }): readonly (readonly [string, string])[] => {
    const path = pathOfDocument(String(doc));
    const isUnder = under === undefined || path === under || path?.startsWith(`${under}/`);
    return path !== undefined && isUnder ? [[path, String(hash)]] : [];
  });
  return new Map(all.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
