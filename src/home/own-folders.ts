import { dirname, join, resolve } from 'node:path';
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

/**
 * Throws `home/foreign-repository` where `.git` leads to a repository that does not say that this folder
 * is its work tree, or keeps what is committed elsewhere: an archive can bring such a one along, and
 * commits would go into somebody else's.
 */
export function refuseForeignRepository(root: string, disk: Disk): void {
  const path = join(root, '.git');
  const kind = disk.lstat(path, { throwIfNoEntry: false });
  if (kind === undefined) return;
  const isOwn = kind.isDirectory();
  const folder = isOwn ? path : kind.isSymbolicLink() ? linked(path, disk) : pointedAt(root, disk);
  const leadsHere = folder !== undefined && (isOwn || namesBack(folder, root, disk));
  if (leadsHere && keepsItsOwn(folder, disk)) return;
  throw new HomeError({
    code: 'home/foreign-repository',
    kind: 'refused',
    message: `${path} leads to a repository that does not belong to this folder`,
    hint: `remove it and boot again; if the repository is yours and lies elsewhere on purpose: git -C ${root} config core.worktree ${root}`,
    data: { path, folder: folder ?? null },
  });
}

const linked = (path: string, disk: Disk): string | undefined =>
  disk.exists(path) ? disk.realpath(path) : undefined;

/** What a `.git` file says, as worktrees and submodules have one. */
function pointedAt(root: string, disk: Disk): string | undefined {
  const pointer = /^gitdir: (.+)$/m.exec(textAt(join(root, '.git'), disk) ?? '')?.[1];
  const folder = pointer === undefined ? undefined : resolve(root, pointer.trim());
  return folder !== undefined && disk.exists(folder) ? folder : undefined;
}

/** A worktree's folder names its `.git` file, a submodule's configuration its work tree. */
function namesBack(folder: string, root: string, disk: Disk): boolean {
  const worktree = textAt(join(folder, 'gitdir'), disk)?.trim();
  const module = /^\s*worktree\s*=\s*"?(.+?)"?\s*$/m.exec(
    textAt(join(folder, 'config'), disk) ?? '',
  )?.[1];
  const real = (path: string): string => (disk.exists(path) ? disk.realpath(path) : path);
  const isTree = (path: string | undefined, wanted: string): boolean =>
    path !== undefined && real(resolve(folder, path)) === real(wanted);
  return isTree(worktree, join(root, '.git')) || isTree(module, root);
}

/**
 * True when commits and branches lie in the repository itself: a worktree's lie in the one it is among
 * the worktrees of, and nothing is a link.
 */
function keepsItsOwn(folder: string, disk: Disk): boolean {
  const path = join(folder, 'commondir');
  const hasCommon = disk.lstat(path, { throwIfNoEntry: false }) !== undefined;
  const common = hasCommon ? resolve(folder, (textAt(path, disk) ?? '').trim()) : folder;
  if (hasCommon) {
    const worktrees = join(disk.exists(common) ? disk.realpath(common) : common, 'worktrees');
    if (dirname(disk.realpath(folder)) !== worktrees) return false;
  }
  const branch = /^ref: (.+)$/m.exec(textAt(join(folder, 'HEAD'), disk) ?? '')?.[1] ?? '';
  const way = branch.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
  return [...KEPT, ...way].every(
    (name) => disk.lstat(join(common, name), { throwIfNoEntry: false })?.isSymbolicLink() !== true,
  );
}

/** What git writes when it commits, beside the branch. */
const KEPT = ['objects', 'refs', 'refs/heads', 'logs', 'packed-refs'];

const textAt = (path: string, disk: Disk): string | undefined =>
  disk.lstat(path, { throwIfNoEntry: false })?.isFile() === true
    ? disk.readFile(path).toString('utf8')
    : undefined;
