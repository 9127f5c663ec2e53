import type { Sha256 } from '../base/index.ts';
import type { Database, Datom, Log, TransactionId } from '../fact/index.ts';
import type { DiskFile } from './context.ts';
import { DOCUMENT, type KnownDocument } from './document-facts.ts';
import type { Mark } from './marks.ts';

/** What is to be done so that a document and its fact agree. */
export type DocumentStep =
  | { readonly do: 'nothing' }
  /** The file is somebody's new version: it becomes the fact. */
  | { readonly do: 'take'; readonly conflict?: LostSide }
  /** The fact is newer than the file: the file is written, or removed. */
  | { readonly do: 'write' };

/** The side of a conflict that is in the log and not in the file. */
export interface LostSide {
  readonly hash: Sha256 | null;
  readonly tx: TransactionId;
}

export interface DocumentSides {
  readonly file: DiskFile | undefined;
  readonly known: KnownDocument;
  readonly mark: Mark | undefined;
}

/**
 * Decides by content hashes alone. The mark says what both sides last agreed on: whichever side
 * still has that hash follows the other. When both moved on, the file stays and becomes the fact;
 * unless it holds what the other side added (git merged them), that side is named as a conflict.
 * File content that the log does not hold is never overwritten.
 */
export async function documentStep(
  { file, known, mark }: DocumentSides,
  { log, database }: { readonly log: Log; readonly database: Database },
): Promise<DocumentStep> {
  if (file?.hash === known.hash) return { do: 'nothing' };
  if (mark !== undefined && mark.hash === known.hash) return { do: 'take' };
  if (mark === undefined && known.hash === undefined && file !== undefined) return { do: 'take' };
  // A deletion by hand has no content to lose; the fact's content does.
  if (file === undefined) return { do: 'write' };
  const history = await database.history(known.entity, DOCUMENT.hash);
  const newest = history.at(-1);
  const before = history.at(-2);
  const agreed = mark?.hash ?? (before?.op === 'assert' ? before.v : undefined);
  const isHeld = history.some(({ op, v }) => op === 'assert' && v === file.hash);
  if (file.hash === agreed && isHeld) return { do: 'write' };
  if (newest === undefined || (await wasMerged({ file, known, history }, log))) {
    return { do: 'take' };
  }
  return { do: 'take', conflict: { hash: known.hash ?? null, tx: newest.tx } };
}

/** So many earlier versions are tried as the one both sides began from. */
const BASES_MAX = 20;

/**
 * True when the file holds every line the log's version added to some earlier version: somebody,
 * most likely git, has merged it in.
 */
async function wasMerged(
  { file, known, history }: { file: DiskFile; known: KnownDocument; history: readonly Datom[] },
  log: Log,
): Promise<boolean> {
  const theirs = known.hash === undefined ? undefined : await log.blobs.get(known.hash);
  if (theirs === undefined) return false;
  const ours = linesOf(file.content);
  const missing = [...linesOf(theirs)].filter((line) => !ours.has(line));
  const bases = new Set(history.flatMap(({ op, v }) => (op === 'assert' ? [String(v)] : [])));
  bases.delete(String(known.hash));
  for (const hash of [...bases].slice(-BASES_MAX)) {
    const base = linesOf(await log.blobs.get(hash));
    if (missing.every((line) => base.has(line))) return true;
  }
  return missing.length === 0;
}

const linesOf = (content: Uint8Array | undefined): ReadonlySet<string> =>
  new Set(
    Buffer.from(content ?? [])
      .toString('utf8')
      .split(/\r?\n/),
  );
