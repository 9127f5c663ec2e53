import { join } from 'node:path';
import type { Disk } from '../base/index.ts';
import { HomeError } from './error.ts';

const OWN = ['.datum', '.datum/log', '.datum/blobs', '.datum/keys', '.datum/checkpoints'];

/**
 * Throws `home/linked-log` where the log of a home lies behind a link: a clone can bring such a link
 * along, and what is written through it would be written into another home.
 */
export function refuseLinkedLog(root: string, disk: Disk): void {
  for (const path of OWN) {
    const about = disk.lstat(join(root, path), { throwIfNoEntry: false });
    if (about?.isSymbolicLink() !== true) continue;
    throw new HomeError({
      code: 'home/linked-log',
      kind: 'refused',
      message: `${join(root, path)} is a link; the log of a home lies in the home itself`,
      hint: 'replace the link by the folder it should be, from git or from another clone',
      data: { path },
    });
  }
}
