import { join } from 'node:path';
import { type Disk, systemDisk } from '../../base/index.ts';
import { isWriter } from '../key-pair.ts';
import { type ReadAhead, startReadAhead } from './read-ahead.ts';

/** How far a writer's segments are read or written: all earlier segments, and so many bytes of this. */
export interface Mark {
  readonly segment: number;
  readonly bytes: number;
}

/** Where a line is. */
export interface Place {
  readonly segment: number;
  readonly offset: number;
  /** Bytes of the line with its newline. */
  readonly length: number;
}

/** The place before a writer's first line. */
export const START: Mark = Object.freeze({ segment: 1, bytes: 0 });

/** A complete line as it is stored, without its newline. */
export interface StoredLine {
  readonly bytes: Uint8Array;
  readonly place: Place;
}

/** The rest of one segment after a mark. */
export interface SegmentRest {
  readonly path: string;
  readonly lines: readonly StoredLine[];
  /** After the last complete line. */
  readonly end: Mark;
  /** Bytes of an unterminated last line. */
  readonly unfinished: number;
  /** True when a further segment follows. */
  readonly closed: boolean;
}

/** The files of `.datum/log/<writer>/000001.jsonl`, read. */
export interface Segments {
  writers(): readonly string[];
  path(writer: string, segment: number): string;
  /** Size and time of change of a segment, `undefined` when there is none. */
  stat(
    writer: string,
    segment: number,
  ): { readonly size: number; readonly mtime: number } | undefined;
  /** What follows the mark, a segment at a time; `undefined` at the end. */
  rest(writer: string, mark: Mark): SegmentRest | undefined;
  /** Reads the closed segments of a writer on another thread, where the disk is the machine's own. */
  ahead(writer: string, publicKey: string): ReadAhead | undefined;
  /** The bytes at a place; fewer when the file is shorter. */
  read(writer: string, place: Place): Uint8Array;
}

const NEWLINE = 10;

export function openSegments(folder: string, disk: Disk): Segments {
  const path = (writer: string, segment: number): string =>
    join(folder, writer, `${String(segment).padStart(6, '0')}.jsonl`);
  const stat: Segments['stat'] = (writer, segment) => {
    const found = disk.lstat(path(writer, segment), { throwIfNoEntry: false });
    return found?.isFile() ? { size: found.size, mtime: found.mtimeMs } : undefined;
  };
  const rest: Segments['rest'] = (writer, mark) => {
    const size = stat(writer, mark.segment)?.size;
    if (size === undefined) return undefined;
    const closed = stat(writer, mark.segment + 1) !== undefined;
    if (size <= mark.bytes) {
      return closed ? rest(writer, { segment: mark.segment + 1, bytes: 0 }) : undefined;
    }
    const file = path(writer, mark.segment);
    return { path: file, closed, ...splitLines(readFrom(disk, file, mark.bytes), mark) };
  };
  return {
    path,
    stat,
    writers: () => (disk.exists(folder) ? disk.list(folder).filter(isWriter) : []),
    rest,
    ahead: (writer, publicKey) => {
      let last = 0;
      while (stat(writer, last + 2) !== undefined) last += 1;
      return disk === systemDisk ? startReadAhead({ folder, writer, publicKey, last }) : undefined;
    },
    read: (writer, { segment, offset, length }) =>
      readFrom(disk, path(writer, segment), offset, length),
  };
}

function readFrom(disk: Disk, path: string, offset: number, length?: number): Buffer {
  const fd = disk.open(path, 'r');
  try {
    const size = Math.max(0, Math.min(disk.size(fd) - offset, length ?? Number.POSITIVE_INFINITY));
    const bytes = Buffer.allocUnsafe(size);
    return bytes.subarray(0, disk.read(fd, bytes, offset));
  } finally {
    disk.close(fd);
  }
}

function splitLines(
  content: Buffer,
  { segment, bytes }: Mark,
): Pick<SegmentRest, 'lines' | 'end' | 'unfinished'> {
  const lines: StoredLine[] = [];
  let start = 0;
  for (;;) {
    const newline = content.indexOf(NEWLINE, start);
    if (newline < 0) break;
    const place = { segment, offset: bytes + start, length: newline + 1 - start };
    lines.push({ bytes: content.subarray(start, newline), place });
    start = newline + 1;
  }
  return { lines, end: { segment, bytes: bytes + start }, unfinished: content.length - start };
}
