import { join } from 'node:path';
import { type Disk, limits, syncFolder } from '../../base/index.ts';
import { type Mark, openSegments, type Segments } from './segments.ts';

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
  readonly #paths = new Map<number, string>();
  #current: Current | undefined;
  /** The segment that was written and is not durable yet. */
  #unsynced: number | undefined;
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
    // Opened again where another file came into its place, which holds the same bytes and is no more durable.
    if (this.#unsynced !== undefined) this.#disk.syncData(this.#open(this.#unsynced).fd);
    this.#syncFolders();
    this.#unsynced = undefined;
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
    this.#unsynced = undefined;
  }

  close(): void {
    if (this.#current !== undefined) this.#disk.close(this.#current.fd);
    this.#current = undefined;
  }

  #syncFolders(): void {
    if (!this.#foldersUnsynced) return;
    syncFolder(this.#folder, this.#disk);
    syncFolder(this.#log, this.#disk);
    this.#foldersUnsynced = false;
  }

  #path(segment: number): string {
    const known = this.#paths.get(segment);
    if (known !== undefined) return known;
    const path = this.#segments.path(this.#writer, segment);
    this.#paths.set(segment, path);
    return path;
  }

  #write(segment: number, position: number, lines: readonly Uint8Array[]): void {
    const [only] = lines;
    if (only === undefined) return;
    const { fd } = this.#open(segment);
    this.#unsynced = segment;
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
