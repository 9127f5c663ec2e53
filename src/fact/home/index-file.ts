import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Disk } from '../../base/index.ts';
import { FactIndex } from '../fact-index.ts';
import { type LocalDatabase, openLocalDatabase, sqliteCode } from '../writing/local-database.ts';
import type { HomeWorld } from './home-world.ts';

/** Changes whenever the tables of the log or of the index change. */
const VERSION = `2.${FactIndex.version}`;

/**
 * Opens `.datum/local.sqlite` if it carries the name that the machine's state knows it by, and makes a
 * new one otherwise: a file that came with a clone, or was put there, is never read.
 */
export async function openIndexFile(world: HomeWorld): Promise<LocalDatabase> {
  const { clock, datum, disk, state } = world;
  const path = join(datum, 'local.sqlite');
  disk.makeFolder(state.folder);
  // A database of the machine's state that only serves as the lock of opening.
  const lock = await openLocalDatabase({ path: join(state.folder, 'opening.sqlite'), clock });
  try {
    await lock.locked(() => {
      const instance = state.record()?.instance;
      const known = instance !== undefined && isPlainFile(path, disk);
      if (!known || readInstance(path) !== instance) makeNew(path, world);
    });
  } finally {
    lock.close();
  }
  return openLocalDatabase({ path, clock });
}

export const isPlainFile = (path: string, disk: Disk): boolean =>
  disk.lstat(path, { throwIfNoEntry: false })?.isFile() ?? false;

/** The name in a file that may be anything. */
function readInstance(path: string): string | undefined {
  const db = new DatabaseSync(path, { timeout: OPENING_MILLIS_MAX });
  try {
    return instanceOf(db);
  } finally {
    db.close();
  }
}

/** The name of an index, `undefined` when it has none or was made by another version. */
export function instanceOf(db: DatabaseSync): string | undefined {
  try {
    const row = db.prepare('SELECT instance, version FROM log_instance').get();
    return row?.['version'] === VERSION ? String(row['instance']) : undefined;
  } catch (error) {
    // SQLITE_ERROR: no such table; SQLITE_CORRUPT and SQLITE_NOTADB: not a database.
    if ([1, 11, 26].includes(sqliteCode(error) ?? 0)) return undefined;
    throw error;
  }
}

const OPENING_MILLIS_MAX = 5000;

function makeNew(path: string, { disk, random, state }: HomeWorld): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) disk.remove(`${path}${suffix}`);
  const instance = Buffer.from(random.bytes(16)).toString('hex');
  const db = new DatabaseSync(path);
  try {
    db.exec('CREATE TABLE log_instance (instance TEXT NOT NULL, version TEXT NOT NULL) STRICT');
    db.prepare('INSERT INTO log_instance VALUES (?, ?)').run(instance, VERSION);
  } finally {
    db.close();
  }
  state.remember({ ...state.record(), instance });
}
