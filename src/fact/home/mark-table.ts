import type { DatabaseSync } from 'node:sqlite';
import { type Mark, type Place, START } from './segments.ts';

/** How far the segments of a writer are in the index, and how the last file looked then. */
export interface MarkRow extends Mark {
  /** Bytes of this segment known to be on the disk. */
  readonly synced: number;
  /** Offset of the last line. */
  readonly last: number;
  /** Size and time of change of the last file when it was read; -1: look again. */
  readonly size: number;
  readonly mtime: number;
}

/** A writer nothing of which is taken in. */
export const UNREAD: MarkRow = Object.freeze({
  ...START,
  synced: 0,
  last: 0,
  size: -1,
  mtime: -1,
});

/** The place of the last line taken in, `undefined` when there is none. */
export const lastPlace = ({ segment, bytes, last }: MarkRow): Place | undefined =>
  bytes === 0 ? undefined : { segment, offset: last, length: bytes - last };

/** The marks of all writers, in the local database. */
export interface MarkTable {
  get(writer: string): MarkRow;
  set(writer: string, row: MarkRow): void;
  writers(): readonly string[];
}

export function openMarkTable(db: DatabaseSync): MarkTable {
  db.exec(
    `CREATE TABLE IF NOT EXISTS log_mark (
       writer TEXT PRIMARY KEY, segment INTEGER NOT NULL, bytes INTEGER NOT NULL,
       synced INTEGER NOT NULL, last INTEGER NOT NULL, size INTEGER NOT NULL, mtime REAL NOT NULL
     ) STRICT, WITHOUT ROWID`,
  );
  const get = db.prepare(
    'SELECT segment, bytes, synced, last, size, mtime FROM log_mark WHERE writer = ?',
  );
  const set = db.prepare('INSERT OR REPLACE INTO log_mark VALUES (?, ?, ?, ?, ?, ?, ?)');
  const writers = db.prepare('SELECT writer FROM log_mark ORDER BY writer');
  return {
    get: (writer) => toRow(get.get(writer)),
    set: (writer, { segment, bytes, synced, last, size, mtime }) => {
      set.run(writer, segment, bytes, synced, last, size, mtime);
    },
    writers: () => writers.all().map((row) => String(row['writer'])),
  };
}

const toRow = (row: Readonly<Record<string, unknown>> | undefined): MarkRow =>
  row === undefined
    ? UNREAD
    : {
        segment: Number(row['segment']),
        bytes: Number(row['bytes']),
        synced: Number(row['synced']),
        last: Number(row['last']),
        size: Number(row['size']),
        mtime: Number(row['mtime']),
      };
