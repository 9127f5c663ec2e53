import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../base/index.ts';
import { FactError } from '../error.ts';

/** A SQLite connection whose write lock is the lock of the home between processes. */
export interface LocalDatabase {
  readonly db: DatabaseSync;
  readonly readOnly: boolean;
  /**
   * Runs `work` in one SQL transaction under the lock: committed when it returns, undone when it
   * throws, after `onFailure`. Waits for the lock without blocking the event loop; throws
   * `fact/busy` after 60 s.
   */
  locked<T>(work: () => T, onFailure?: () => void): Promise<T>;
  /** Leaves nothing in the file that was deleted or overwritten; waits until nobody reads. */
  scrub(): Promise<void>;
  /** True when another connection has committed since this was last asked. */
  changedByOthers(): boolean;
  close(): void;
}

export interface LocalDatabaseOptions {
  /** A file, or `:memory:`. */
  readonly path: string | URL;
  readonly clock: Clock;
  readonly readOnly?: boolean;
}

/**
 * Reads through a mapped file find a page without a look-up, which a large home feels. Windows cannot
 * cut a file that another process has mapped, and then an erasure would leave bytes behind.
 */
const MAPS_FILES = process.platform !== 'win32';

/** How long one attempt may hold up the event loop. */
const ATTEMPT_MILLIS = 10;
const WAIT_MICROS_MAX = 60_000_000;

/** Opens or creates a database; waits while another process is opening or recovering it. */
export async function openLocalDatabase(options: LocalDatabaseOptions): Promise<LocalDatabase> {
  const { clock, readOnly = false } = options;
  const db = await untilFree(clock, () => connect(options));
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const version = db.prepare('PRAGMA data_version');
  const dataVersion = (): unknown => version.get()?.['data_version'];
  let seen = dataVersion();
  const end = (): void => {
    if (db.isTransaction) db.exec('ROLLBACK');
  };
  return {
    db,
    readOnly,
    locked: async <T>(work: () => T, onFailure?: () => void): Promise<T> => {
      if (readOnly) throw readOnlyError();
      // Begun, done and ended without a pause: nothing else of this process gets in between.
      const attempt = (): { readonly result: T } | { readonly error: unknown } => {
        begin.run();
        try {
          const result = work();
          commit.run();
          return { result };
        } catch (error) {
          try {
            onFailure?.();
          } finally {
            end();
          }
          return { error };
        }
      };
      const ended = await untilFree(clock, attempt);
      if ('error' in ended) throw ended.error;
      return ended.result;
    },
    scrub: async () => {
      await untilFree(clock, () => db.exec('VACUUM'));
      // A reader that is still at an older state keeps the write-ahead log from being emptied.
      await untilFree(clock, () => {
        const row = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
        if (row?.['busy'] === 1) throw Object.assign(new Error('busy'), { errcode: 5 });
      });
    },
    changedByOthers: () => {
      const before = seen;
      seen = dataVersion();
      return seen !== before;
    },
    close: () => {
      end();
      db.close();
    },
  };
}

function connect({ path, readOnly = false }: LocalDatabaseOptions): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly, timeout: ATTEMPT_MILLIS });
  try {
    // Both are hints a file system may not be able to follow; then a rollback journal serves.
    if (!readOnly) db.exec('PRAGMA journal_mode = WAL');
    db.exec('PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY');
    // 64 MiB: the facts of a million-datom home, so that a read finds its page in memory.
    db.exec('PRAGMA cache_size = -65536');
    if (MAPS_FILES) db.exec('PRAGMA mmap_size = 268435456');
    // 16 MiB: emptying the write-ahead log syncs twice, which is worth it only for many pages.
    db.exec('PRAGMA wal_autocheckpoint = 4096');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Repeats `attempt` while the database is locked by another process. */
async function untilFree<T>(clock: Clock, attempt: () => T): Promise<T> {
  const start = clock.now();
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (clock.now() - start > WAIT_MICROS_MAX) throw busyError(error);
    }
    await clock.sleep(1);
  }
}

/** The primary result code of a SQLite error, `undefined` for any other error. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

/** SQLITE_BUSY and SQLITE_LOCKED. */
const isBusy = (error: unknown): boolean => [5, 6].includes(sqliteCode(error) ?? 0);

const busyError = (cause: unknown): FactError =>
  new FactError({
    code: 'fact/busy',
    message: 'another process has held the lock of this home for over 60 seconds',
    hint: 'wait for it to finish, or end it',
    kind: 'busy',
    cause,
  });

/** The error for a write to a log that was opened for reading only. */
export const readOnlyError = (): FactError =>
  new FactError({
    code: 'fact/read-only',
    message: 'this log is open for reading only',
    hint: 'run the command without --read-only, in a folder that can be written',
    kind: 'refused',
  });
