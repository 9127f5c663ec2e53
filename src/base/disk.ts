import {
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Random } from './random.ts';

/**
 * The disk as a parameter, so that a test can make a write or a sync fail. It is the plain calls of
 * `node:fs`, synchronous because they are made while a lock is held; only `syncDataAside` is not.
 */
export interface Disk {
  readonly open: (path: string, flags: string, mode?: number) => number;
  readonly close: (fd: number) => void;
  /** Writes all bytes at `position`, or at the end of an appending descriptor. */
  readonly write: (fd: number, content: Uint8Array, position?: number) => void;
  readonly read: (fd: number, into: Uint8Array, position: number) => number;
  readonly size: (fd: number) => number;
  readonly truncate: (fd: number, size: number) => void;
  readonly sync: (fd: number) => void;
  readonly syncData: (fd: number) => void;
  /** The same on another thread; the descriptor must stay open until it resolves. */
  readonly syncDataAside: (fd: number) => Promise<void>;
  /** A file whole. A pipe, a device and a socket, which may have no end, are refused. */
  readonly readFile: (path: string) => Buffer;
  /** What comes out of a pipe, to its end. */
  readonly readPipe: (path: string) => Buffer;
  readonly exists: (path: string) => boolean;
  readonly lstat: typeof lstatSync;
  readonly realpath: (path: string) => string;
  readonly list: (folder: string) => readonly string[];
  readonly makeFolder: (folder: string) => void;
  readonly rename: (from: string, to: string) => void;
  readonly remove: (path: string) => void;
}

/** As the system would say it: opening a pipe waits for whoever is at its other end, perhaps for ever. */
function noFile(path: string): Error {
  const isFolder = statSync(path).isDirectory();
  const [code, words] = isFolder
    ? ['EISDIR', 'it is a folder']
    : ['ENOTSUP', 'it is no regular file'];
  const error = new Error(`${code}: ${words}, open '${path}'`);
  return Object.assign(error, { code, syscall: 'open', path });
}

/** One folder after another: asked for all at once, Node.js never comes back from `/proc`. */
function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (!isFolder(folder)) throw error;
  }
}

const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** The machine's disk. */
export const systemDisk: Disk = Object.freeze<Disk>({
  open: (path, flags, mode) => {
    const about = statSync(path, { throwIfNoEntry: false });
    if (about !== undefined && !about.isFile() && !about.isDirectory()) throw noFile(path);
    return openSync(path, flags, mode);
  },
  close: closeSync,
  write: (fd, content, position) => {
    let done = 0;
    while (done < content.length) {
      const at = position === undefined ? null : position + done;
      done += writeSync(fd, content, done, content.length - done, at);
    }
  },
  read: (fd, into, position) => readSync(fd, into, 0, into.length, position),
  size: (fd) => fstatSync(fd).size,
  truncate: ftruncateSync,
  sync: fsyncSync,
  syncData: fdatasyncSync,
  syncDataAside: promisify(fdatasync),
  readFile: (path) => {
    if (!statSync(path).isFile()) throw noFile(path);
    return readFileSync(path);
  },
  readPipe: (path) => readFileSync(path),
  exists: existsSync,
  lstat: lstatSync,
  realpath: (path) => realpathSync(path),
  list: (folder) => readdirSync(folder).sort(),
  makeFolder,
  rename: renameSync,
  remove: (path) => rmSync(path, { recursive: true, force: true }),
});

export interface AtomicWrite {
  readonly disk: Disk;
  readonly random: Random;
  /** Permission bits of a new file; 0o644 when absent. */
  readonly mode?: number;
}

/**
 * Replaces a file in one step: temporary file beside it, sync, rename, sync of the folder. A reader
 * sees the old bytes or the new ones; after an error the old file stands and no temporary is left.
 */
export function writeFileAtomic(
  path: string,
  content: Uint8Array | string,
  { disk, random, mode = 0o644 }: AtomicWrite,
): void {
  const folder = dirname(path);
  disk.makeFolder(folder);
  const temporary = temporaryBeside(path, random);
  try {
    const fd = disk.open(temporary, 'wx', mode);
    try {
      disk.write(fd, typeof content === 'string' ? Buffer.from(content) : content);
      disk.sync(fd);
    } finally {
      disk.close(fd);
    }
    disk.rename(temporary, path);
  } catch (error) {
    disk.remove(temporary);
    throw error;
  }
  syncFolder(folder, disk);
}

/** More than the threads Node.js has for it by default, few enough for any limit of open files. */
const SYNCS_AT_ONCE = 16;

/**
 * Replaces files as {@link writeFileAtomic} does, each in one step. They are synced many at a time,
 * for which a file system does in one go what each alone waits for, and each folder once.
 */
export async function writeFilesAtomic(
  files: ReadonlyMap<string, Uint8Array>,
  { disk, random, mode = 0o644 }: AtomicWrite,
): Promise<void> {
  const temporaries = new Map<string, string>();
  const left = files.entries();
  const writeLeft = async (): Promise<void> => {
    for (const [path, content] of left) {
      disk.makeFolder(dirname(path));
      const temporary = temporaryBeside(path, random);
      temporaries.set(temporary, path);
      const fd = disk.open(temporary, 'wx', mode);
      try {
        disk.write(fd, content);
        await disk.syncDataAside(fd);
      } finally {
        disk.close(fd);
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: SYNCS_AT_ONCE }, writeLeft));
  try {
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
    for (const [temporary, path] of temporaries) disk.rename(temporary, path);
  } catch (error) {
    for (const temporary of temporaries.keys()) disk.remove(temporary);
    throw error;
  }
  for (const folder of new Set([...files.keys()].map((path) => dirname(path)))) {
    syncFolder(folder, disk);
  }
}

function temporaryBeside(path: string, random: Random): string {
  const suffix = Buffer.from(random.bytes(6)).toString('hex');
  return join(dirname(path), `.${basename(path)}.${suffix}.tmp`);
}

/** Makes a rename or a new file in `folder` durable; file systems that cannot sync a folder need none. */
export function syncFolder(folder: string, disk: Disk): void {
  if (process.platform === 'win32') return;
  const fd = disk.open(folder, 'r');
  try {
    disk.sync(fd);
  } finally {
    disk.close(fd);
  }
}
