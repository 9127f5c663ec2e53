import { join } from 'node:path';
import type { Disk } from '../base/index.ts';

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
}

/** The log in the `.datum` folder of a home. */
export function logFilesOf(home: string, disk: Disk): LogFiles {
  const at = (...parts: readonly string[]): string => join(home, '.datum', ...parts);
  const list = (path: string): readonly string[] => (disk.exists(path) ? disk.list(path) : []);
  const read = (path: string): Buffer | undefined =>
    disk.exists(path) ? disk.readFile(path) : undefined;
  const visible = (names: readonly string[]) => names.filter((name) => !name.startsWith('.'));
  return {
    writers: () => visible(list(at('log'))),
    segments: (writer) => visible(list(at('log', writer))),
    segment: (writer, name) => disk.readFile(at('log', writer, name)),
    publicKey: (writer) => read(at('keys', `${writer}.pub`)),
    checkpoints: (writer) => visible(list(at('checkpoints', writer))),
    checkpoint: (writer, name) => disk.readFile(at('checkpoints', writer, name)),
    blobs: () => visible(list(at('blobs'))).flatMap((folder) => visible(list(at('blobs', folder)))),
    blob: (hash) => read(at('blobs', hash.slice(0, 2), hash)),
  };
}
