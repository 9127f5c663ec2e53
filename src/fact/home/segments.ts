import { join } from 'node:path';
import { type Disk, limits, syncFolder } from '../../base/index.ts';
import { isWriter } from '../key-pair.ts';

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

/** The own writer's segments, written. Every call is made under the lock of the home. */
export interface SegmentWriter {
  /** How the file compares with the mark: `beyond` when a process died while writing. */
  state(mark: Mark): 'at' | 'beyond' | 'short';
  /** Writes lines from the mark on, at least one; nothing is durable yet. */
  append(mark: Mark, lines: readonly Uint8Array[]): Appended;
  /** Makes all that was appended durable. */
  sync(): void;
  /** Takes back everything beyond the mark. */
  cut(mark: Mark): void;
  close(): void;
}

/** Where the segments end after writing, and the offset of the last line. */
export interface Appended {
  readonly end: Mark;
  readonly last: number;
}

export function openSegmentWriter(folder: string, writer: string, disk: Disk): SegmentWriter {
  return new FolderWriter(folder, writer, disk);
}

/** The open file of the current segment. */
interface Current {
  readonly segment: number;
  readonly fd: number;
  readonly inode: number;
}

class FolderWriter implements SegmentWriter {
  readonly #log: string;
  readonly #folder: string;
  readonly #disk: Disk;
  readonly #segments: Segments;
  readonly #writer: string;
  #current: Current | undefined;
  #unsynced = false;
  #foldersUnsynced = false;

  constructor(log: string, writer: string, disk: Disk) {
    this.#log = log;
    this.#folder = join(log, writer);
    this.#disk = disk;
    this.#segments = openSegments(log, disk);
    this.#writer = writer;
  }

  state({ segment, bytes }: Mark): 'at' | 'beyond' | 'short' {
    const found = this.#disk.lstat(this.#path(segment), { throwIfNoEntry: false });
    // Another process, or git, may have put a new file in this place: never write to the old one.
    if (this.#current !== undefined && found?.ino !== this.#current.inode) this.close();
    const size = found?.size ?? 0;
    if (size < bytes) return 'short';
    const further = size > bytes || this.#disk.exists(this.#path(segment + 1));
    return further ? 'beyond' : 'at';
  }

  append(mark: Mark, lines: readonly Uint8Array[]): Appended {
    let { segment, bytes } = mark;
    let last = bytes;
    let from = bytes;
    let run: Uint8Array[] = [];
    for (const line of lines) {
      if (bytes > 0 && bytes + line.length > limits.segmentBytesMax) {
        this.#write(segment, from, run);
        this.#closeSegment(segment);
        segment += 1;
        bytes = 0;
        from = 0;
        run = [];
      }
      last = bytes;
      run.push(line);
      bytes += line.length;
    }
    this.#write(segment, from, run);
    return { end: { segment, bytes }, last };
  }

  sync(): void {
    if (this.#unsynced && this.#current !== undefined) this.#disk.syncData(this.#current.fd);
    if (this.#foldersUnsynced) {
      syncFolder(this.#folder, this.#disk);
      syncFolder(this.#log, this.#disk);
    }
    this.#unsynced = false;
    this.#foldersUnsynced = false;
  }

  cut({ segment, bytes }: Mark): void {
    let last = segment;
    while (this.#segments.stat(this.#writer, last + 1) !== undefined) last += 1;
    for (; last > segment; last -= 1) this.#disk.remove(this.#path(last));
    this.close();
    if (this.#segments.stat(this.#writer, segment) === undefined) return;
    const { fd } = this.#open(segment);
    this.#disk.truncate(fd, bytes);
    this.#disk.syncData(fd);
    this.#unsynced = false;
  }

  close(): void {
    if (this.#current !== undefined) this.#disk.close(this.#current.fd);
    this.#current = undefined;
  }

  #path(segment: number): string {
    return this.#segments.path(this.#writer, segment);
  }

  #write(segment: number, position: number, lines: readonly Uint8Array[]): void {
    const [only] = lines;
    if (only === undefined) return;
    const { fd } = this.#open(segment);
    this.#unsynced = true;
    this.#disk.write(fd, lines.length === 1 ? only : Buffer.concat(lines), position);
  }

  /** Only the current segment is ever left unsynced. */
  #closeSegment(segment: number): void {
    this.#disk.syncData(this.#open(segment).fd);
    this.close();
  }

  #open(segment: number): Current {
    if (this.#current?.segment === segment) return this.#current;
    this.close();
    const path = this.#path(segment);
    const isNew = !this.#disk.exists(path);
    if (isNew) this.#disk.makeFolder(this.#folder);
    const fd = this.#disk.open(path, isNew ? 'wx+' : 'r+');
    this.#foldersUnsynced ||= isNew;
    this.#current = { segment, fd, inode: this.#disk.lstat(path).ino };
    return this.#current;
  }
}
