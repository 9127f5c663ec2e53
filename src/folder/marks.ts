import { realpathSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Clock, type Sha256, sha256 } from '../base/index.ts';
import type { TransactionId } from '../fact/index.ts';
import { FolderError } from './error.ts';
import { type Hold, takingTurns } from './turns.ts';

/** What this working copy last saw of a file in step with the log. */
export interface Mark {
  /** Hash of the whole file. */
  readonly hash: Sha256;
  readonly size: number;
  /** What was known then; every entry known then was in the file. */
  readonly known: TransactionId;
  /** How the file looked from outside, when that stands for its content: see `stamp.ts`. */
  readonly stamp?: string;
}

/**
 * The marks of a working copy: local, never in git, and harmless when lost or forged, because no
 * content is ever replaced that the log does not hold.
 */
export interface Marks {
  get(path: string): Mark | undefined;
  set(path: string, mark: Mark): void;
  delete(path: string): void;
  paths(): readonly string[];
  /** The point up to which the whole folder was last brought together. */
  reconciled(): TransactionId | undefined;
  setReconciled(known: TransactionId): void;
  /**
   * Runs work that reads files and facts and then writes both, while no other process of this
   * working copy does. The lock dies with its process. Throws `folder/busy` after 30 s.
   */
  exclusively<Result>(clock: Clock, work: () => Promise<Result>): Promise<Result>;
  /** The same beside other work of this process that only appends, so that it shares what it waits for. */
  appending<Result>(clock: Clock, work: () => Promise<Result>): Promise<Result>;
  close(): void;
}

/** Marks that live as long as the process: for tests and for homes on a read-only disk. */
export function memoryMarks(): Marks {
  const marks = new Map<string, Mark>();
  let reconciled: TransactionId | undefined;
  const turns = takingTurns();
  return {
    get: (path) => marks.get(path),
    set: (path, mark) => marks.set(path, mark),
    delete: (path) => marks.delete(path),
    paths: () => [...marks.keys()],
    reconciled: () => reconciled,
    setReconciled: (known) => {
      reconciled = known;
    },
    exclusively: (_, work) => turns.alone((turn) => turn(), work),
    appending: (_, work) => turns.together((turn) => turn(), work),
    close: () => marks.clear(),
  };
}

/** How long one attempt to get the lock may hold up the event loop. */
const ATTEMPT_MILLIS = 10;
const OPEN_MILLIS = 5_000;
const PAUSE_MILLIS = 5;
const WAIT_MILLIS_MAX = 30_000;
/** Rows of the whole folder and of the copy it belongs to; no document has these paths. */
const WHOLE = '';
const COPY = '/';

/** What tells one working copy from another: real path, device and inode. */
function copyOf(folder: string): string {
  const { dev, ino } = statSync(folder, { bigint: true });
  return sha256(`${realpathSync(folder)}\n${dev}\n${ino}`);
}

/** Marks in a SQLite file of their own, shared by all processes of a working copy. */
export function openMarks(file: string): Marks {
  const db = openOwn(file);
  const get = db.prepare('SELECT hash, size, known, stamp FROM folder_mark WHERE path = ?');
  const set = db.prepare('INSERT OR REPLACE INTO folder_mark VALUES (?, ?, ?, ?, ?)');
  const remove = db.prepare('DELETE FROM folder_mark WHERE path = ?');
  const paths = db.prepare(
    "SELECT path FROM folder_mark WHERE path NOT IN ('', '/') ORDER BY path",
  );
  const read = (path: string): Mark | undefined => {
    const row = get.get(path);
    if (row === undefined) return undefined;
    const { hash, size, known, stamp } = row;
    return {
      hash: String(hash),
      size: Number(size),
      known: String(known),
      ...(typeof stamp === 'string' ? { stamp } : {}),
    };
  };
  const write = (path: string, { hash, size, known, stamp }: Mark): void => {
    set.run(path, hash, size, known, stamp ?? null);
  };
  const turns = takingTurns();
  const holdWith =
    (clock: Clock): Hold =>
    async (turn) => {
      await beginAlone(db, clock);
      try {
        return await turn();
      } finally {
        db.exec('COMMIT');
      }
    };
  return {
    get: read,
    set: write,
    delete: (path) => {
      remove.run(path);
    },
    paths: () => paths.all().map((row) => String(row['path'])),
    reconciled: () => read(WHOLE)?.known,
    setReconciled: (known) => {
      if (read(WHOLE)?.known !== known) write(WHOLE, { hash: '', size: 0, known });
    },
    exclusively: (clock, work) => turns.alone(holdWith(clock), work),
    appending: (clock, work) => turns.together(holdWith(clock), work),
    close: () => db.close(),
  };
}

/**
 * Opens the file of this working copy. One that came with a clone or a copied folder, or that is no
 * database, is not believed: it is replaced by an empty one.
 */
function openOwn(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: OPEN_MILLIS });
  try {
    if (isOwn(db, copyOf(dirname(file)))) {
      db.exec(`PRAGMA busy_timeout = ${ATTEMPT_MILLIS}`);
      return db;
    }
  } catch (error) {
    if (![CORRUPT, NOT_A_DATABASE].includes(codeOf(error))) throw error;
  }
  db.close();
  for (const path of [file, `${file}-wal`, `${file}-shm`]) rmSync(path, { force: true });
  return openOwn(file);
}

function isOwn(db: DatabaseSync, copy: string): boolean {
  db.exec(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
     CREATE TABLE IF NOT EXISTS folder_mark (
       path TEXT PRIMARY KEY, hash TEXT NOT NULL, size INTEGER NOT NULL, known TEXT NOT NULL,
       stamp TEXT
     ) STRICT, WITHOUT ROWID`,
  );
  addStamps(db);
  const named = db.prepare('SELECT 1 FROM folder_mark WHERE path = ? AND hash = ?');
  if (named.get(COPY, copy) !== undefined) return true;
  // Only an empty file may be given this copy's name; another process may be doing the same.
  db.prepare(
    `INSERT INTO folder_mark SELECT ?, ?, 0, '', NULL WHERE NOT EXISTS (SELECT 1 FROM folder_mark)`,
  ).run(COPY, copy);
  return named.get(COPY, copy) !== undefined;
}

/** Files of an earlier version had no stamps; several processes may find that at once. */
function addStamps(db: DatabaseSync): void {
  const column = db.prepare("SELECT 1 FROM pragma_table_info('folder_mark') WHERE name = 'stamp'");
  if (column.get() !== undefined) return;
  db.exec('BEGIN IMMEDIATE');
  if (column.get() === undefined) db.exec('ALTER TABLE folder_mark ADD COLUMN stamp TEXT');
  db.exec('COMMIT');
}

/** Begins a transaction that holds SQLite's write lock. */
async function beginAlone(db: DatabaseSync, clock: Clock): Promise<void> {
  for (let waited = 0; waited < WAIT_MILLIS_MAX; waited += ATTEMPT_MILLIS + PAUSE_MILLIS) {
    try {
      return db.exec('BEGIN IMMEDIATE');
    } catch (error) {
      if (codeOf(error) !== BUSY) throw error;
    }
    await clock.sleep(PAUSE_MILLIS);
  }
  throw tooBusy();
}

const BUSY = 5;
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

/** SQLite's primary result code; 0 for errors of other kinds. */
const codeOf = (error: unknown): number =>
  error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;

const tooBusy = (): FolderError =>
  new FolderError({
    code: 'folder/busy',
    message: 'another process has been writing to this folder for over 30 seconds',
    hint: 'wait for it to finish, or end it',
    kind: 'busy',
  });
