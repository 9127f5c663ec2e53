import { join } from 'node:path';
import type { Disk } from '../base/index.ts';
import { HomeError } from './error.ts';

/**
 * Throws `home/linked-log` where the log of a home, or a local file beside it, lies behind a link: a
 * clone can bring such a link along, and what is written through it would be written elsewhere.
 */
export function refuseLinkedLog(root: string, disk: Disk): void {
  const about = (path: string) => disk.lstat(join(root, path), { throwIfNoEntry: false });
  const inside = about('.datum')?.isDirectory() === true ? disk.list(join(root, '.datum')) : [];
  const paths = ['.datum', ...inside.map((name) => `.datum/${name}`)];
  const path = paths.find((each) => about(each)?.isSymbolicLink() === true);
  if (path === undefined) return;
  throw new HomeError({
    code: 'home/linked-log',
    kind: 'refused',
    message: `${join(root, path)} is a link; the log of a home lies in the home itself`,
    hint: 'remove the link; put the folder it should be there, from git or from another clone',
    data: { path },
  });
}
