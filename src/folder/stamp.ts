import type { BigIntStats } from 'node:fs';
import { join } from 'node:path';
import type { FolderContext } from './context.ts';

/** How a file looks from outside. A content put there later gives another stamp, once it is settled. */
export interface Stamp {
  /** Device, inode, size and the times of the last changes, in nanoseconds. */
  readonly text: string;
  readonly device: bigint;
  /** The later of its two times. */
  readonly changed: bigint;
}

export const stampOf = ({ dev, ino, size, ctimeNs, mtimeNs }: BigIntStats): Stamp => ({
  text: [dev, ino, size, ctimeNs, mtimeNs].join(' '),
  device: dev,
  changed: ctimeNs > mtimeNs ? ctimeNs : mtimeNs,
});

/** Answers a stamp's text when it is settled. To be asked before the file is read. */
export type Settle = (stamp: Stamp) => string | undefined;

/**
 * A file changed within the present tick of its file system's clock could change again and look the
 * same, so only an older stamp stands for a content (git: "racily clean"). The file system itself
 * is asked for its time, once, by a byte written to a file of ours; where there is no place for it
 * nothing is settled.
 */
export function settling({ root, disk }: Pick<FolderContext, 'root' | 'disk'>): Settle {
  let now: Stamp | undefined;
  const ask = (): Stamp | undefined => {
    const datum = join(root, '.datum');
    if (!disk.exists(datum)) return undefined;
    const probe = join(datum, 'local-now');
    // A clone may bring something else by this name along.
    if (disk.lstat(probe, { throwIfNoEntry: false })?.isFile() === false) disk.remove(probe);
    const fd = disk.open(probe, 'w');
    try {
      disk.write(fd, Buffer.from('.'));
    } finally {
      disk.close(fd);
    }
    const stat = disk.lstat(probe, { bigint: true });
    return { ...stampOf(stat), changed: min(stat.ctimeNs, stat.mtimeNs) };
  };
  return ({ text, device, changed }) => {
    now ??= ask();
    return now?.device === device && changed < now.changed ? text : undefined;
  };
}

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
