import { type Sha256, sha256 } from '../base/index.ts';
import type { Database, TransactionId } from '../fact/index.ts';
import { type DiskFile, type FolderContext, readDisk, setMark } from './context.ts';
import {
  contentFacts,
  DECLARED,
  type KnownDocument,
  knownDocument,
  movedFact,
  removalFacts,
  unchangedSince,
} from './document-facts.ts';
import { FolderError } from './error.ts';
import { fileKind } from './file-kind.ts';
import type { DocumentWrite, WriteOptions, WriteResult } from './folder.ts';
import { refuseDuringMerge } from './git-state.ts';
import { documentEntity, homePath } from './home-path.ts';
import { keepCaught, keepForeign } from './keep-version.ts';
import { reconcileLocked } from './reconcile.ts';
import { removeFile, replaceFile } from './replace-file.ts';

/** A write with both sides as they are now. */
interface Prepared {
  readonly path: string;
  /** `undefined` removes. */
  readonly content: Buffer | undefined;
  readonly hash: Sha256 | undefined;
  readonly movedFrom: string | undefined;
  readonly ifHash: Sha256 | null | undefined;
  readonly file: DiskFile | undefined;
  readonly known: KnownDocument;
}

/**
 * Writes documents: what the files and the log do not agree on is settled first, then one
 * transaction holds all new versions, then each file is replaced, then marked. A crash in between
 * is finished by the next reconcile. When a file changes between transaction and replace, the file
 * stays, becomes the newest fact, and the answer says so; both versions are in the log.
 */
export async function writeDocuments(
  context: FolderContext,
  writes: readonly DocumentWrite[],
  options: WriteOptions,
): Promise<WriteResult> {
  const paths = writes.map(({ path }) => homePath(path));
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) throw writtenTwice(twice);
  refuseDuringMerge(context.root, context.disk);
  return context.marks.exclusively(context.log.clock, () => writeLocked(context, writes, options));
}

/** The work itself, under the lock of the folder. */
export async function writeLocked(
  context: FolderContext,
  writes: readonly DocumentWrite[],
  options: WriteOptions,
): Promise<WriteResult> {
  const prepared = await prepareAll(context, writes, options);
  for (const { path, file, ifHash } of prepared) {
    if (ifHash !== undefined && ifHash !== (file?.hash ?? null)) return refused(path, file?.hash);
  }
  const wanted = prepared.filter(({ hash, file }) => hash !== file?.hash);
  if (wanted.length === 0) return { ok: true, written: [] };
  const result = await transactAll(context, wanted, options);
  if (!result.ok) return result;
  return replaceAll(context, wanted, { tx: result.tx, options });
}

/** Both sides of each document, brought into step where they differ: hand edits become facts. */
async function prepareAll(
  context: FolderContext,
  writes: readonly DocumentWrite[],
  options: WriteOptions,
): Promise<readonly Prepared[]> {
  const read = async (): Promise<readonly Prepared[]> => {
    const database = await context.log.at();
    return Promise.all(writes.map((write) => prepare(context, write, database)));
  };
  const prepared = await read();
  const apart = prepared.filter(({ file, known }) => file?.hash !== known.hash);
  if (apart.length === 0) return prepared;
  await reconcileLocked(context, { options, only: new Set(apart.map(({ path }) => path)) });
  return read();
}

async function prepare(
  context: FolderContext,
  { path: given, content, movedFrom, ifHash }: DocumentWrite,
  database: Database,
): Promise<Prepared> {
  const path = homePath(given);
  if (fileKind(path) !== 'document') throw notADocument(path);
  const bytes = content === null ? undefined : Buffer.from(content);
  return {
    path,
    content: bytes,
    hash: bytes === undefined ? undefined : sha256(bytes),
    movedFrom: movedFrom === undefined ? undefined : homePath(movedFrom),
    ifHash,
    file: readDisk(context, path),
    known: knownDocument(path, await database.entity(documentEntity(path))),
  };
}

const notADocument = (path: string): FolderError =>
  new FolderError({
    code: 'folder/not-a-document',
    message: `${path} is not kept as a document`,
    hint: 'append entries to journals and logs; other files are not kept in the log',
    kind: 'usage',
    data: { path },
  });

const writtenTwice = (path: string): FolderError =>
  new FolderError({
    code: 'folder/written-twice',
    message: `${path} is written twice in one step`,
    hint: 'give each document once, with its final content',
    kind: 'usage',
    data: { path },
  });

const refused = (path: string, found: Sha256 | undefined): WriteResult => ({
  ok: false,
  path,
  found: found ?? null,
});

const failedOn = (entity: string, found: unknown): WriteResult & { readonly ok: false } => ({
  ok: false,
  path: entity.slice('doc:'.length),
  found: typeof found === 'string' ? found : null,
});

async function transactAll(
  { log }: FolderContext,
  wanted: readonly Prepared[],
  options: WriteOptions,
): Promise<{ readonly ok: true; readonly tx: TransactionId } | (WriteResult & { ok: false })> {
  const contents = wanted.flatMap(({ content }) => content ?? []);
  const blobs = await Promise.all(contents.map((content) => log.blobs.put(content, 'git')));
  const facts = wanted.flatMap(({ path, content, hash, known, movedFrom }) => [
    ...(content === undefined || hash === undefined
      ? removalFacts(known)
      : contentFacts(known, { path, content, hash }).facts),
    ...(movedFrom === undefined ? [] : [movedFact(known.entity, movedFrom)]),
  ]);
  const result = await log.transact([...DECLARED, ...facts], {
    ...options,
    if: wanted.flatMap(({ known, ifHash }) => (ifHash === undefined ? [] : unchangedSince(known))),
    blobs,
  });
  return result.ok ? { ok: true, tx: result.id } : failedOn(result.failed.e, result.found);
}

async function replaceAll(
  context: FolderContext,
  wanted: readonly Prepared[],
  { tx, options }: { readonly tx: TransactionId; readonly options: WriteOptions },
): Promise<WriteResult> {
  let foreign: WriteResult | undefined;
  for (const { path, content, hash, file } of wanted) {
    const replaced =
      content === undefined
        ? removeFile(context, path, file?.hash)
        : replaceFile(context, path, { content, expected: file?.hash });
    if (!replaced.done) {
      await keepForeign(context, { path, found: replaced.found, lost: { hash: hash ?? null, tx } });
      foreign ??= { ...refused(path, replaced.found?.hash), tx } as WriteResult;
    } else if (replaced.caught !== undefined) {
      await keepCaught(context, { path, caught: replaced.caught, options });
    }
    const now = readDisk(context, path);
    if (now === undefined) context.marks.delete(path);
    else if (now.hash === hash)
      setMark(context, path, { hash, size: now.content.length, known: tx });
  }
  return foreign ?? { ok: true, written: wanted.map(({ path }) => path) };
}
