import type { Sha256 } from '../base/index.ts';
import { appendToFile } from './append-file.ts';
import type { FolderContext } from './context.ts';
import { appendedText } from './entries.ts';
import { entryText } from './entry-facts.ts';
import type { Problem } from './error.ts';
import { fileKind } from './file-kind.ts';
import type { WriteOptions } from './folder.ts';
import { keepCaught } from './keep-version.ts';
import type { FilePlan } from './plan.ts';
import { removeFile, replaceFile } from './replace-file.ts';

/** What a reconcile wrote to disk, and what it could not. */
export interface Finished {
  readonly paths: readonly string[];
  readonly problems: readonly Problem[];
}

/** Writes to disk what the log holds and the files lack. */
export async function finishWrites(
  context: FolderContext,
  plans: readonly FilePlan[],
  options: WriteOptions,
): Promise<Finished> {
  const paths: string[] = [];
  const problems: Problem[] = [];
  for (const plan of plans) {
    if (plan.write === undefined && plan.unwritten.length === 0) continue;
    const done =
      plan.write === undefined
        ? await finishEntries(context, plan)
        : await finishDocument(context, { ...plan, hash: plan.write, options });
    if (done) paths.push(plan.path);
    else problems.push(notHere(plan.path));
  }
  return { paths, problems };
}

const notHere = (path: string): Problem => ({
  file: path,
  line: 1,
  message: 'the log has a newer version whose content is not on this machine',
  hint: 'take in the home it was written in, with `datum pull`',
});

interface Unfinished extends Pick<FilePlan, 'path' | 'seen'> {
  readonly hash: Sha256 | null;
  readonly options: WriteOptions;
}

async function finishDocument(
  context: FolderContext,
  { path, seen, hash, options }: Unfinished,
): Promise<boolean> {
  if (hash === null) return removeFile(context, path, seen?.hash).done;
  const content = await context.log.blobs.get(hash);
  if (content === undefined) return false;
  // A file that changed in this moment is left; the next reconcile sees it as a foreign edit.
  const replaced = replaceFile(context, path, { content, expected: seen?.hash });
  const caught = replaced.done ? replaced.caught : undefined;
  if (caught !== undefined) await keepCaught(context, { path, caught, options });
  return replaced.done;
}

async function finishEntries(
  context: FolderContext,
  { path, unwritten }: FilePlan,
): Promise<boolean> {
  const { log } = context;
  const database = await log.at();
  const kind = fileKind(path);
  if (kind === undefined || kind === 'document') return false;
  let isWhole = true;
  for (const entity of unwritten) {
    const text = await entryText(database, entity, log.blobs);
    if (text === undefined) isWhole = false;
    else appendToFile(context, path, (tail) => appendedText(kind, text, tail));
  }
  return isWhole;
}
