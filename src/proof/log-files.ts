import { join } from 'node:path';
import { type Disk, isSha256 } from '../base/index.ts';

/** The bytes of a home's log, wherever they lie. */
export interface LogFiles {
  /** Names of the folders of `.datum/log`. */
  writers(): readonly string[];
  /** Segment file names of a writer, in order. */
  segments(writer: string): readonly string[];
  segment(writer: string, name: string): Buffer;
  /** The file of a public key; `undefined` when there is none. */
  publicKey(writer: string): Buffer | undefined;
  /** Checkpoint file names of a writer, in order. */
  checkpoints(writer: string): readonly string[];
  checkpoint(writer: string, name: string): Buffer;
  /** Hashes named by the files of `.datum/blobs`. */
  blobs(): readonly string[];
  blob(hash: string): Buffer | undefined;
  /** Paths, relative to the home, of what stands among these and is none of them. */
  strays(among: 'log' | 'blobs'): readonly string[];
}

/** The log in the `.datum` folder of a home. Links, pipes and devices are no files of it. */
export function logFilesOf(home: string, disk: Disk): LogFiles {
  const at = (...parts: readonly string[]): string => join(home, '.datum', ...parts);
  const kindOf = (path: string): 'file' | 'folder' | 'other' | undefined => {
    const found = disk.lstat(path, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
  };
  const names = (parts: readonly string[]): readonly string[] =>
    kindOf(at(...parts)) === 'folder'
      ? disk.list(at(...parts)).filter((name) => !name.startsWith('.'))
      : [];
  const list = (kind: 'file' | 'folder', ...parts: readonly string[]): readonly string[] =>
    names(parts).filter((name) => kindOf(at(...parts, name)) === kind);
  const blobFolders = (): readonly string[] => list('folder', 'blobs');
  const blobsIn = (folder: string): readonly string[] =>
    list('file', 'blobs', folder).filter((name) => isSha256(name) && name.startsWith(folder));
  const read = (...parts: readonly string[]): Buffer | undefined =>
    kindOf(at(...parts)) === 'file' ? disk.readFile(at(...parts)) : undefined;
  /** What a folder holds beside these; itself when it is none. */
  const others = (parts: readonly string[], expected: readonly string[]): readonly string[] => {
    const path = ['.datum', ...parts].join('/');
    const kind = kindOf(at(...parts));
    if (kind !== undefined && kind !== 'folder') return [path];
    const known = new Set(expected);
    return names(parts)
      .filter((name) => !known.has(name))
      .map((name) => `${path}/${name}`);
  };
  const files: Omit<LogFiles, 'strays'> = {
    writers: () => list('folder', 'log'),
    segments: (writer) => list('file', 'log', writer),
    segment: (writer, name) => disk.readFile(at('log', writer, name)),
    publicKey: (writer) => read('keys', `${writer}.pub`),
    checkpoints: (writer) => list('file', 'checkpoints', writer),
    checkpoint: (writer, name) => disk.readFile(at('checkpoints', writer, name)),
    blobs: () => blobFolders().flatMap(blobsIn),
    blob: (hash) => read('blobs', hash.slice(0, 2), hash),
  };
  const inLog = (): readonly string[] => [
    ...others(['log'], files.writers()),
    ...files.writers().flatMap((writer) => others(['log', writer], files.segments(writer))),
    ...others(['keys'], list('file', 'keys')),
    ...others(['checkpoints'], list('folder', 'checkpoints')),
    ...list('folder', 'checkpoints').flatMap((writer) =>
      others(['checkpoints', writer], files.checkpoints(writer)),
    ),
  ];
  const inBlobs = (): readonly string[] => [
    ...others(['blobs'], blobFolders()),
    ...blobFolders().flatMap((folder) => others(['blobs', folder], blobsIn(folder))),
  ];
  return { ...files, strays: (among) => (among === 'log' ? inLog() : inBlobs()) };
}
