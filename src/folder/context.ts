import { join } from 'node:path';
import { type Disk, type Sha256, sha256 } from '../base/index.ts';
import { FolderError } from './error.ts';
import type { FolderOptions } from './folder.ts';
import { diskPath } from './home-path.ts';
import type { Mark } from './marks.ts';
import { sharedUser } from './shared-user.ts';

/** What every operation on the folder needs. */
export type FolderContext = FolderOptions;

/** A file as it is on disk now. */
export interface DiskFile {
  readonly content: Buffer;
  readonly hash: Sha256;
}

/** Reads a file; `undefined` when there is none. */
export function readDisk({ root, disk }: FolderContext, path: string): DiskFile | undefined {
  const shared = sharedUser(root, path, disk);
  return readFileAt(shared?.target ?? diskPath(root, path, disk), disk);
}

/** Reads a file that a walk found: its folders are no links. */
export function readFound({ root, disk }: FolderContext, path: string): DiskFile | undefined {
  const shared = sharedUser(root, path, disk);
  return readFileAt(shared?.target ?? join(root, path), disk);
}

export function readFileAt(full: string, disk: Disk): DiskFile | undefined {
  if (!disk.lstat(full, { throwIfNoEntry: false })?.isFile()) return undefined;
  const content = disk.readFile(full);
  return { content, hash: sha256(content) };
}

/** Remembers that a file is in step with the log as known at a transaction. */
export function setMark({ marks }: FolderContext, path: string, mark: Mark): void {
  const old = marks.get(path);
  if (old?.hash === mark.hash && old.known === mark.known && old.stamp === mark.stamp) return;
  marks.set(path, mark);
}

/** The error when other processes keep changing what is about to be written. */
export const tooBusy = (): FolderError =>
  new FolderError({
    code: 'folder/busy',
    message: 'other processes keep changing the same documents',
    hint: 'wait a moment, then run the command again',
    kind: 'busy',
  });
