import type { Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type Disk,
  type Random,
  sha256,
  syncFolder,
  writeFileAtomic,
} from '../../../base/index.ts';
import { EffectError } from '../../error.ts';
import type { Handler } from '../../handler.ts';
import { answer, liveHandler } from '../../live-handler.ts';
import { type Content, contentBytes, contentOf } from '../content.ts';
import { codeOf } from '../errno.ts';
import {
  fileList,
  fileMakeFolder,
  fileMove,
  fileRead,
  fileRemove,
  fileStat,
  fileWrite,
} from './operations.ts';
import { fileFailed, type Root, type Roots, rootsOn } from './roots.ts';

export interface FilesOptions {
  readonly disk: Disk;
  /** For the names of temporary files. */
  readonly random: Random;
  /** What may be entered; relative paths start at the first. */
  readonly roots: readonly Root[];
  /** Larger files are refused; 32 MiB when absent. */
  readonly readBytesMax?: number;
  /** Longer listings are cut; 10,000 when absent. */
  readonly entriesMax?: number;
}

/** Performs the file operations inside the roots, links followed before anything is allowed. */
export function liveFiles(options: FilesOptions): Handler {
  const { disk, random, entriesMax = 10_000 } = options;
  const roots = rootsOn(disk, options.roots);
  const readBytesMax = options.readBytesMax ?? 32 * 1024 * 1024;

  return liveHandler('files', [
    answer(fileRead, ({ path, as, bytesMax = readBytesMax }) => {
      const found = readInside(path, { disk, roots, bytesMax: Math.min(bytesMax, readBytesMax) });
      return { content: contentOf(found, as, path), size: found.length, sha256: sha256(found) };
    }),
    answer(fileWrite, ({ path, content, replaces, executable }) => {
      const real = roots.real(path, 'write');
      if (replaces !== undefined) checkReplaces(path, replaces, hashNow(disk, real));
      return onDisk(path, () => {
        const bytes = contentBytes(content as Content);
        writeFileAtomic(real, bytes, { disk, random, mode: executable ? 0o755 : 0o644 });
        return { size: bytes.length, sha256: sha256(bytes) };
      });
    }),
    answer(fileList, ({ path, deep }) =>
      list(path, { disk, folder: roots.real(path, 'read'), deep, entriesMax }),
    ),
    answer(fileStat, ({ path }) => {
      const stat = statOf(disk, roots.entry(path, 'read'));
      if (stat === undefined) return { kind: null, size: 0, modifiedMicros: 0 };
      return {
        kind: kindOf(stat),
        size: stat.size,
        modifiedMicros: Math.round(stat.mtimeMs * 1000),
      };
    }),
    answer(fileRemove, ({ path }) => {
      const entry = roots.entry(path, 'write');
      const removed = statOf(disk, entry) !== undefined;
      return onDisk(path, () => {
        if (removed) disk.remove(entry);
        return { removed };
      });
    }),
    answer(fileMove, ({ from, to }) => {
      const [source, target] = [roots.entry(from, 'write'), roots.entry(to, 'write')];
      if (statOf(disk, target) !== undefined) throw exists(to);
      return onDisk(from, () => {
        disk.makeFolder(dirname(target));
        disk.rename(source, target);
        syncFolder(dirname(target), disk);
        return null;
      });
    }),
    answer(fileMakeFolder, ({ path }) => {
      const real = roots.real(path, 'write');
      return onDisk(path, () => {
        disk.makeFolder(real);
        return null;
      });
    }),
  ]);
}

interface ReadInside {
  readonly disk: Disk;
  readonly roots: Roots;
  readonly bytesMax: number;
}

function readInside(path: string, { disk, roots, bytesMax }: ReadInside): Buffer {
  const real = roots.real(path, 'read');
  const stat = statOf(disk, real);
  if (stat === undefined) throw fileFailed(path, Object.assign(new Error(), { code: 'ENOENT' }));
  // Opening a pipe would wait for a writer; a device may have no end.
  if (!stat.isFile()) throw notAFile(path, kindOf(stat));
  if (stat.size > bytesMax) throw tooLarge(path, stat.size, bytesMax);
  return onDisk(path, () => {
    const fd = disk.open(real, 'r');
    try {
      checkOpened(disk, { fd, real, path });
      const size = disk.size(fd);
      if (size > bytesMax) throw tooLarge(path, size, bytesMax);
      const into = Buffer.alloc(size);
      let done = 0;
      for (let read = 1; read > 0 && done < size; done += read) {
        read = disk.read(fd, into.subarray(done), done);
      }
      return into.subarray(0, done);
    } finally {
      disk.close(fd);
    }
  });
}

/** A link put in place between the check and the opening shows here. */
function checkOpened(
  disk: Disk,
  { fd, real, path }: { readonly fd: number; readonly real: string; readonly path: string },
): void {
  const opened = process.platform === 'linux' ? `/proc/self/fd/${fd}` : real;
  if (disk.realpath(opened) !== real) throw changed(path);
}

/** Runs calls of the disk and puts their failures in words. */
function onDisk<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof EffectError ? error : fileFailed(path, error);
  }
}

function statOf(disk: Disk, path: string): Stats | undefined {
  try {
    return disk.lstat(path) as Stats;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw fileFailed(path, error);
  }
}

const kindOf = (stat: Stats): 'file' | 'folder' | 'link' | 'other' => {
  if (stat.isSymbolicLink()) return 'link';
  if (stat.isDirectory()) return 'folder';
  return stat.isFile() ? 'file' : 'other';
};

const hashNow = (disk: Disk, real: string): string | null =>
  statOf(disk, real) === undefined ? null : sha256(disk.readFile(real));

interface Listing {
  readonly disk: Disk;
  readonly folder: string;
  readonly deep: boolean;
  readonly entriesMax: number;
}

function list(path: string, { disk, folder, deep, entriesMax }: Listing) {
  const entries: { path: string; kind: ReturnType<typeof kindOf>; size: number }[] = [];
  const waiting = [''];
  for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
    const inside = at;
    for (const name of onDisk(path, () => disk.list(join(folder, inside)))) {
      const entry = inside === '' ? name : `${inside}/${name}`;
      const stat = statOf(disk, join(folder, entry));
      if (stat === undefined) continue;
      if (entries.length === entriesMax) return { entries, cut: true };
      entries.push({ path: entry, kind: kindOf(stat), size: stat.size });
      if (deep && stat.isDirectory()) waiting.push(entry);
    }
  }
  return { entries, cut: false };
}

function checkReplaces(path: string, wanted: string | null, found: string | null): void {
  if (wanted === found) return;
  throw new EffectError({
    code: 'effect/file-changed',
    message: `${path} ${found === null ? 'does not exist' : 'holds something else'} by now`,
    hint: 'read it again, and decide on what it holds now',
    data: { path, found, mayHaveHappened: false },
  });
}

const exists = (path: string): EffectError =>
  new EffectError({
    code: 'effect/file-exists',
    message: `${path} exists already`,
    hint: 'remove it first, or choose another name',
    data: { path, mayHaveHappened: false },
  });

const notAFile = (path: string, kind: string): EffectError =>
  new EffectError({
    code: 'effect/not-a-file',
    message: `${path} is no plain file but a ${kind === 'other' ? 'pipe, socket or device' : kind}`,
    hint: 'name a file',
    data: { path, kind },
  });

const tooLarge = (path: string, size: number, bytesMax: number): EffectError =>
  new EffectError({
    code: 'effect/too-large',
    message: `${path} has ${size} bytes, more than the ${bytesMax} allowed`,
    hint: 'raise the limit, or read it in another way',
    data: { path, size, bytesMax },
  });

const changed = (path: string): EffectError =>
  new EffectError({
    code: 'effect/outside-roots',
    message: `${path} was replaced while it was being opened`,
    hint: 'try again when nothing else is changing this folder',
    kind: 'refused',
    data: { path },
  });
