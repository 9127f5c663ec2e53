import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Disk } from '../../../base/index.ts';
import { EffectError } from '../../error.ts';
import { codeOf } from '../errno.ts';

/** A folder that effects may enter. */
export interface Root {
  readonly path: string;
  readonly writable: boolean;
}

export type Access = 'read' | 'write';

/** The allowed folders, and the one way from a caller's path to a real one inside them. */
export interface Roots {
  /** The real path behind a path, links followed; throws `effect/outside-roots`. */
  real(path: string, access: Access): string;
  /** As `real`, but a link in the last place is itself meant; a root cannot be moved or removed. */
  entry(path: string, access: Access): string;
}

/**
 * Roots on a disk; relative paths start at the first one. Links are followed before anything is
 * decided, so no link leads out. Another process that swaps folders for links between check and use
 * is outside of what this can hold off; reading checks once more after opening.
 */
export function rootsOn(disk: Disk, roots: readonly Root[]): Roots {
  const base = roots[0]?.path ?? sep;

  const allow = (real: string, path: string, access: Access): string => {
    const inside = roots.some(
      (root) => (access === 'read' || root.writable) && isWithin(realOf(resolve(root.path)), real),
    );
    if (!inside) throw outside(path, access);
    return real;
  };

  const absolute = (path: string): string => {
    if (path.includes('\0')) throw outside('a path with a null character', 'read');
    return resolve(base, path);
  };

  /** Follows the links of what exists; what does not exist yet keeps its plain names. */
  const realOf = (path: string): string => {
    const found = lstatOrNothing(disk, path);
    if (found !== undefined) return realpath(disk, path);
    const parent = dirname(path);
    return parent === path ? path : join(realOf(parent), basename(path));
  };

  return {
    real: (path, access) => allow(realOf(absolute(path)), path, access),
    entry: (path, access) => {
      const full = absolute(path);
      const entry = join(realOf(dirname(full)), basename(full));
      const isRoot =
        access === 'write' && roots.some((root) => realOf(resolve(root.path)) === entry);
      if (isRoot) throw outside(path, access);
      return allow(entry, path, access);
    },
  };
}

/** True for the folder itself and all below it. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

function lstatOrNothing(disk: Disk, path: string): ReturnType<Disk['lstat']> | undefined {
  try {
    return disk.lstat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw fileFailed(path, error);
  }
}

function realpath(disk: Disk, path: string): string {
  try {
    return disk.realpath(path);
  } catch (error) {
    throw fileFailed(path, error);
  }
}

const outside = (path: string, access: Access): EffectError =>
  new EffectError({
    code: 'effect/outside-roots',
    message: `${path} is not inside a folder that may be ${access === 'read' ? 'read' : 'written'}`,
    hint: 'use a path inside the allowed folders; links that lead out of them are not followed',
    kind: 'refused',
    data: { path },
  });

const words: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be opened by this user',
  EPERM: 'may not be changed by this user',
  EISDIR: 'is a folder',
  ENOTDIR: 'has a file where a folder should be',
  ENOTEMPTY: 'is a folder that is not empty',
  ENOSPC: 'cannot be written: the disk is full',
  EROFS: 'cannot be written: the disk is read-only',
  ELOOP: 'is a link that leads in a circle',
  ENAMETOOLONG: 'has a name that is too long',
  EXDEV: 'cannot be moved to another disk',
};

/** A failure of the disk in words: `effect/file-missing` or `effect/file-failed`. */
export function fileFailed(path: string, cause: unknown): EffectError {
  const code = codeOf(cause);
  const missing = code === 'ENOENT';
  return new EffectError({
    code: missing ? 'effect/file-missing' : 'effect/file-failed',
    message: `${path} ${words[code] ?? `failed (${code === '' ? 'unknown cause' : code})`}`,
    hint: missing ? 'check the path' : 'check the path, its permissions and the disk',
    data: { path, code, mayHaveHappened: false },
    cause,
  });
}
