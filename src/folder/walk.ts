import { join, sep } from 'node:path';
import { type Disk, isEntity } from '../base/index.ts';
import type { Problem } from './error.ts';
import { type FileKind, fileKind, isEntered } from './file-kind.ts';
import { documentEntity } from './home-path.ts';
import { isLeftBehind } from './left-behind.ts';
import { sharedUser } from './shared-user.ts';
import { type Stamp, stampOf } from './stamp.ts';

export interface FoundFile {
  readonly path: string;
  readonly kind: FileKind;
  readonly size: number;
  readonly stamp: Stamp;
}

export interface Found {
  /** In the order of their paths. */
  readonly files: readonly FoundFile[];
  /** Links that lead out of the home, files too large, names that cannot be kept. */
  readonly problems: readonly Problem[];
  /** Temporary files of writes; of dead processes when they are old. */
  readonly temporaries: readonly string[];
}

/** Larger files stay on disk and out of the log. */
export const DOCUMENT_BYTES_MAX = 64 * 1024 * 1024;

/**
 * All files of a home that the log keeps; ignored paths are left out. Links are not followed, but for
 * a `persona/USER.md` that several roles share (atomic-runtime §20): each has it as a document.
 */
export function walk(root: string, disk: Disk, ignored: ReadonlySet<string> = new Set()): Found {
  const files: FoundFile[] = [];
  const problems: Problem[] = [];
  const temporaries: string[] = [];
  const enter = (folder: string): void => {
    for (const name of disk.list(join(root, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (ignored.has(path) || ignored.has(`${path}/`)) continue;
      const stat = disk.lstat(join(root, path), { bigint: true, throwIfNoEntry: false });
      if (stat === undefined) continue;
      if (stat.isSymbolicLink()) {
        const shared = sharedUser(root, path, disk);
        if (shared === undefined) problems.push(...linkProblem(root, path, disk));
        else found(path, stampOf(shared.stat), Number(shared.stat.size));
      } else if (stat.isDirectory() && isEntered(name)) enter(path);
      else if (stat.isFile() && isLeftBehind(name)) temporaries.push(path);
      else if (stat.isFile()) found(path, stampOf(stat), Number(stat.size));
    }
  };
  const found = (path: string, stamp: Stamp, size: number): void => {
    const kind = fileKind(path);
    if (kind === undefined) return;
    const problem = unkeepable(path, size);
    if (problem === undefined) files.push({ path, kind, size, stamp });
    else problems.push(problem);
  };
  enter('');
  return { files, problems, temporaries };
}

function linkProblem(root: string, path: string, disk: Disk): readonly Problem[] {
  if (!disk.exists(join(root, path))) return [];
  const target = disk.realpath(join(root, path));
  if (target.startsWith(root + sep)) return [];
  const message = `a link that leads out of the home, to ${target}; it is not followed`;
  return [{ file: path, line: 1, message, hint: 'replace the link by a copy of the file' }];
}

function unkeepable(path: string, size: number): Problem | undefined {
  if (size > DOCUMENT_BYTES_MAX) {
    const message = `larger than ${DOCUMENT_BYTES_MAX / 1024 / 1024} MiB; it is not taken into the log`;
    return { file: path, line: 1, message, hint: 'split the file, or list it in .gitignore' };
  }
  if (isEntity(documentEntity(path))) return undefined;
  const message = 'a file name the log cannot keep; it is not taken in';
  return { file: path, line: 1, message, hint: 'rename the file without control characters' };
}
