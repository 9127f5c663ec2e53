import { dirname, join, resolve } from 'node:path';
import type { Disk } from '../base/index.ts';

/** What is under way in a work tree; `none` when a commit may be made. */
export type UnderWay = 'none' | 'merge' | 'rebase' | 'cherry-pick' | 'revert';

/** The git folder of a work tree (a worktree's and submodule's `.git` file is followed). */
export function gitFolder(root: string, disk: Disk): string | undefined {
  const path = join(root, '.git');
  if (!disk.exists(path)) return undefined;
  if (disk.lstat(disk.realpath(path)).isDirectory()) return path;
  const pointer = /^gitdir: (.+)$/m.exec(disk.readFile(path).toString('utf8'))?.[1];
  return pointer === undefined ? undefined : resolve(root, pointer.trim());
}

const SIGNS: readonly (readonly [string, UnderWay])[] = [
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
  ['MERGE_HEAD', 'merge'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
];

/** Reads the state from the files git keeps while something is under way; starts no process. */
export function underWay(root: string, disk: Disk): UnderWay {
  const folder = gitFolder(root, disk);
  if (folder === undefined) return 'none';
  return SIGNS.find(([name]) => disk.exists(join(folder, name)))?.[1] ?? 'none';
}

/** The work tree at or above a folder, if there is one. */
export function workTreeAbove(folder: string, disk: Disk): string | undefined {
  if (disk.exists(join(folder, '.git'))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : workTreeAbove(above, disk);
}
