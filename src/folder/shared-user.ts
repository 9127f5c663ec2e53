import type { BigIntStats } from 'node:fs';
import { join, sep } from 'node:path';
import type { Disk } from '../base/index.ts';

export interface SharedUser {
  /** Its real path. */
  readonly target: string;
  readonly stat: BigIntStats;
}

/**
 * The file of the home that a `persona/USER.md` is a link to, so that several roles share one
 * (atomic-runtime §20). Each has it as its own document; `undefined` for every other link.
 */
export function sharedUser(root: string, path: string, disk: Disk): SharedUser | undefined {
  if (!/(?:^|\/)persona\/USER\.md$/.test(path)) return undefined;
  const full = join(root, path);
  if (disk.lstat(full, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return undefined;
  if (!disk.exists(full)) return undefined;
  const target = disk.realpath(full);
  if (!target.startsWith(root + sep)) return undefined;
  if (!isDocument(target.slice(root.length + 1))) return undefined;
  const stat = disk.lstat(target, { bigint: true, throwIfNoEntry: false });
  return stat?.isFile() === true ? { target, stat } : undefined;
}

/** Whether a path could be a document by itself: a link that a clone brings along must not lead to keys. */
const isDocument = (path: string): boolean =>
  path.endsWith('.md') && !path.split(sep).some((part) => part.startsWith('.'));
