import { join } from 'node:path';
import type { FolderContext } from './context.ts';
import { readFileAt } from './context.ts';
import type { Problem } from './error.ts';

/** Half-written temporaries, and files put aside for removal, of processes that died. */
const LEFT_BEHIND = /^\..+\.[0-9a-f]{12}\.(tmp|aside)$/;
/** A living process needs its own for milliseconds. */
const AGE_MILLIS = 3_600_000;

export const isLeftBehind = (name: string): boolean => LEFT_BEHIND.test(name);

/**
 * Removes what dead processes left. A file put aside whose content the log does not hold was
 * edited in that moment: it is kept and named.
 */
export async function clearLeftBehind(
  { root, disk, log }: FolderContext,
  paths: readonly string[],
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const path of paths) {
    const full = join(root, path);
    const stat = disk.lstat(full, { throwIfNoEntry: false });
    if (stat === undefined || log.clock.now() / 1000 - stat.mtimeMs < AGE_MILLIS) continue;
    const file = path.endsWith('.aside') ? readFileAt(full, disk) : undefined;
    if (file !== undefined && (await log.blobs.get(file.hash)) === undefined) {
      const message = 'holds an edit made while its document was removed';
      problems.push({ file: path, line: 1, message, hint: 'rename it to keep it, or delete it' });
    } else {
      disk.remove(full);
    }
  }
  return problems;
}
