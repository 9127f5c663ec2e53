import { join } from 'node:path';
import { type Disk, sha256 } from '../../base/index.ts';

/** The files under a folder, by path, with what they hold. */
export type Files = ReadonlyMap<string, string>;

/** The files under a folder of the home, deep; none where there is no folder. */
export function filesUnder(disk: Disk, root: string, folder: string): Files {
  const found = new Map<string, string>();
  const enter = (path: string): void => {
    for (const name of disk.list(join(root, path)).toSorted()) {
      const inner = `${path}/${name}`;
      const kind = disk.lstat(join(root, inner), { throwIfNoEntry: false });
      if (kind?.isDirectory() === true) enter(inner);
      else if (kind?.isFile() === true) found.set(inner, sha256(disk.readFile(join(root, inner))));
    }
  };
  if (disk.lstat(join(root, folder), { throwIfNoEntry: false })?.isDirectory() === true)
    enter(folder);
  return found;
}

/** Files that are new or hold something else now: what a draft has written. */
export const changedFiles = (before: Files, after: Files): readonly string[] =>
  [...after].filter(([path, hash]) => before.get(path) !== hash).map(([path]) => path);
