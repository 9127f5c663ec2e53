import { dirname } from 'node:path';
import { syncFolder } from '../base/index.ts';
import type { FolderContext } from './context.ts';
import { diskPath } from './home-path.ts';

/** Enough of a file's end to see whether it ends with a line or an empty one. */
const TAIL_BYTES = 4;

/**
 * Puts text at the end of a file in one write and syncs it. The text is made from the file's last
 * characters, so that a torn last line is ended first.
 */
export function appendToFile(
  { root, disk }: Pick<FolderContext, 'root' | 'disk'>,
  path: string,
  text: (tail: string) => string,
): void {
  const full = diskPath(root, path, disk);
  const isNew = !disk.exists(full);
  if (isNew) disk.makeFolder(dirname(full));
  const fd = disk.open(full, 'a+');
  try {
    const size = disk.size(fd);
    const tail = Buffer.alloc(Math.min(TAIL_BYTES, size));
    disk.read(fd, tail, size - tail.length);
    disk.write(fd, Buffer.from(text(tail.toString('latin1'))));
    disk.sync(fd);
  } finally {
    disk.close(fd);
  }
  if (isNew) syncFolder(dirname(full), disk);
}
