import { dirname } from 'node:path';
import { syncFolder } from '../base/index.ts';
import type { FolderContext } from './context.ts';
import { diskPath } from './home-path.ts';

/** Enough of a file's end to see whether it ends with a line or an empty one. */
const TAIL_BYTES = 4;

/**
 * Puts text at the end of a file in one write. The text is made from the file's last characters, so
 * that a torn last line is ended first. Nothing waits for the disk here: until {@link syncAppended}
 * the file has no mark that tells of the text, so a reconcile writes again what a power cut took.
 */
export function appendToFile(
  { root, disk }: Pick<FolderContext, 'root' | 'disk'>,
  path: string,
  text: (tail: string) => string,
): void {
  const full = diskPath(root, path, disk);
  if (!disk.exists(full)) disk.makeFolder(dirname(full));
  const fd = disk.open(full, 'a+');
  try {
    const size = disk.size(fd);
    const tail = Buffer.alloc(Math.min(TAIL_BYTES, size));
    disk.read(fd, tail, size - tail.length);
    disk.write(fd, Buffer.from(text(tail.toString('latin1'))));
  } finally {
    disk.close(fd);
  }
}

/** Makes what was appended to a file durable, and the file itself; before a mark says it is there. */
export function syncAppended(
  { root, disk, marks }: Pick<FolderContext, 'root' | 'disk' | 'marks'>,
  path: string,
): void {
  const full = diskPath(root, path, disk);
  // Windows syncs only what is open for writing.
  const fd = disk.open(full, process.platform === 'win32' ? 'r+' : 'r');
  try {
    disk.sync(fd);
  } finally {
    disk.close(fd);
  }
  if (marks.get(path) === undefined) syncFolder(dirname(full), disk);
}
