import { basename, dirname, join } from 'node:path';
import { type Sha256, sha256, syncFolder, writeFileAtomic } from '../base/index.ts';
import { type DiskFile, type FolderContext, readFileAt } from './context.ts';
import { FolderError } from './error.ts';
import { diskPath } from './home-path.ts';

/** How a replace ended. */
export type Replaced =
  | {
      readonly done: true /** Written into the old file in that moment. */;
      readonly caught?: DiskFile;
    }
  /** Somebody changed the file; it was left alone. */
  | { readonly done: false; readonly found: DiskFile | undefined };

/** Thrown inside a replace when the last look finds another file than expected. */
class ChangedMeanwhile extends FolderError {}

/**
 * Puts content in the place of a file that has the expected hash (`undefined`: no file). The file
 * is looked at a last time just before the rename, and once more through its old descriptor after
 * it, so that an editor's bytes are found either way. What remains is an editor's own rename within
 * the microseconds between look and rename.
 */
export function replaceFile(
  { root, disk, random }: FolderContext,
  path: string,
  { content, expected }: { readonly content: Uint8Array; readonly expected: Sha256 | undefined },
): Replaced {
  const full = diskPath(root, path, disk);
  let old: number | undefined;
  const look = (from: string, to: string): void => {
    const found = readFileAt(full, disk);
    if (found?.hash !== expected) throw changed(path);
    if (found !== undefined) old = disk.open(full, 'r');
    disk.rename(from, to);
  };
  const mode = (disk.lstat(full, { throwIfNoEntry: false })?.mode ?? 0o644) & 0o777;
  try {
    writeFileAtomic(full, content, { disk: { ...disk, rename: look }, random, mode });
    const after = old === undefined ? undefined : readDescriptor(old, disk);
    return after === undefined || after.hash === expected
      ? { done: true }
      : { done: true, caught: after };
  } catch (error) {
    if (!(error instanceof ChangedMeanwhile)) throw error;
    return { done: false, found: readFileAt(full, disk) };
  } finally {
    if (old !== undefined) disk.close(old);
  }
}

/** Removes a file that has the expected hash: first renamed aside, so that an edit is not lost. */
export function removeFile(
  { root, disk, random }: FolderContext,
  path: string,
  expected: Sha256 | undefined,
): Replaced {
  const full = diskPath(root, path, disk);
  const found = readFileAt(full, disk);
  if (found?.hash !== expected) return { done: false, found };
  if (found === undefined) return { done: true };
  const aside = join(
    dirname(full),
    `.${basename(full)}.${Buffer.from(random.bytes(6)).toString('hex')}.aside`,
  );
  disk.rename(full, aside);
  const moved = readFileAt(aside, disk);
  if (moved !== undefined && moved.hash !== expected && !disk.exists(full)) {
    disk.rename(aside, full);
    return { done: false, found: moved };
  }
  disk.remove(aside);
  syncFolder(dirname(full), disk);
  return { done: true };
}

function readDescriptor(fd: number, disk: FolderContext['disk']): DiskFile {
  const content = Buffer.alloc(disk.size(fd));
  let done = 0;
  while (done < content.length) {
    const count = disk.read(fd, content.subarray(done), done);
    if (count === 0) break;
    done += count;
  }
  const read = content.subarray(0, done);
  return { content: read, hash: sha256(read) };
}

const changed = (path: string): ChangedMeanwhile =>
  new ChangedMeanwhile({
    code: 'folder/changed-meanwhile',
    message: `${path} changed while it was written`,
    hint: 'both versions are in the log; look at the file and write again',
    kind: 'busy',
    data: { path },
  });
