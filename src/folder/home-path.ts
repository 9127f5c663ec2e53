import { dirname, isAbsolute, join, sep } from 'node:path';
import { type Disk, isEntity } from '../base/index.ts';
import { FolderError } from './error.ts';

/** The entity of a document or of an append-only file. */
export const documentEntity = (path: string): string => `doc:${path}`;

/** The path that an entity stands for; `undefined` for entities of other kinds. */
export const pathOfDocument = (entity: string): string | undefined =>
  entity.startsWith('doc:') ? entity.slice('doc:'.length) : undefined;

/**
 * A path in the one form the log knows: relative to the root, with `/`, without `.` and `..`.
 * Throws `folder/bad-path` for paths that leave the home or belong to git or to the log.
 */
export function homePath(path: string): string {
  const normal = inHome(path);
  if (normal !== undefined) return normal;
  throw new FolderError({
    code: 'folder/bad-path',
    message: `${JSON.stringify(path)} is no path of a document in this home`,
    hint: 'name a file inside the home, relative to its root',
    kind: 'refused',
    data: { path },
  });
}

/** The form of {@link homePath}; `undefined` for a path it refuses. */
export function inHome(path: string): string | undefined {
  const parts = path
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '.' && part !== '');
  const normal = parts.join('/');
  // Also where a file system takes .GIT for .git.
  const isOwn = !/^\.(?:git|datum)$/i.test(parts[0] ?? '');
  const stays = !isAbsolute(path) && parts.length > 0 && !parts.includes('..') && isOwn;
  return stays && isEntity(documentEntity(normal)) ? normal : undefined;
}

/**
 * Where a document lies on disk. Links inside the home are followed, so that the file they lead to
 * is the one replaced. Throws `folder/outside` when a link leads out of the home.
 */
export function diskPath(root: string, path: string, disk: Disk): string {
  const full = join(root, ...homePath(path).split('/'));
  const real = realOf(full, disk);
  if (real === root || real.startsWith(root + sep)) return real;
  throw new FolderError({
    code: 'folder/outside',
    message: `${path} leads out of the home, to ${real}`,
    hint: 'replace the link by a file, or name the file it leads to',
    kind: 'refused',
    data: { path, target: real },
  });
}

/** The real path, of which the last parts need not exist yet. */
function realOf(full: string, disk: Disk): string {
  if (exists(full, disk)) return disk.realpath(full);
  const folder = dirname(full);
  return folder === full ? full : join(realOf(folder, disk), full.slice(folder.length + 1));
}

/** True for anything that is there, broken links included. */
function exists(full: string, disk: Disk): boolean {
  return disk.lstat(full, { throwIfNoEntry: false }) !== undefined;
}
