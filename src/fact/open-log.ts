import { join } from 'node:path';
import { type Clock, type Random, systemClock, systemDisk, systemRandom } from '../base/index.ts';
import { FactError } from './error.ts';
import type { HomeOptions } from './home/home-world.ts';
import { openHome } from './home/open-home.ts';
import { openReadOnly } from './home/open-read-only.ts';
import type { Log } from './log.ts';
import { memoryBlobFiles } from './sealing/blob-files.ts';
import { memoryMemories } from './trusting/home-memory.ts';
import { openLocalDatabase, sqliteCode } from './writing/local-database.ts';
import { memoryStore } from './writing/memory-store.ts';
import type { Store } from './writing/store.ts';
import { StoreLog } from './writing/store-log.ts';
import { openStoreParts } from './writing/store-parts.ts';

/** The parts of the world a log in memory needs; the machine's own when absent. */
export interface LogWorld {
  readonly clock?: Clock;
  readonly random?: Random;
}

export interface OpenLogOptions extends HomeOptions {
  /** Changes nothing at all; damage and missing history are among `tookIn.problems`. */
  readonly readOnly?: boolean;
}

/** A log that ends with the process: the same code as a home's, on SQLite `:memory:`. */
export async function memoryLog({
  clock = systemClock,
  random = systemRandom,
}: LogWorld = {}): Promise<Log> {
  const local = await openLocalDatabase({ path: ':memory:', clock });
  const [blobs, memories] = [memoryBlobFiles(), memoryMemories()];
  const own = (): string | undefined => store.key()?.writer;
  const store: Store = memoryStore(local, openStoreParts({ local, blobs, memories, random, own }));
  return new StoreLog({ store, clock, random });
}

/**
 * Opens the log of a home, makes its `.datum` folder when there is none, and takes in what is new. On a
 * disk that cannot be written it is opened for reading.
 *
 * Throws `fact/missing-history`, `fact/equivocation` and `fact/damaged` when history this machine has
 * seen is gone, contradicted or broken, and `fact/newer-version` for a log made by a newer datum.
 */
export async function openLog({ readOnly = false, ...options }: OpenLogOptions): Promise<Log> {
  if (readOnly) return lookAt(options);
  try {
    return await openHome(options);
  } catch (error) {
    if (!isUnwritable(error)) throw error;
    return lookAt(options);
  }
}

async function lookAt(options: HomeOptions): Promise<Log> {
  const { disk = systemDisk } = options;
  if (disk.exists(join(options.home, '.datum'))) return openReadOnly(options);
  throw new FactError({
    code: 'fact/no-home',
    message: `there is no log in ${options.home}`,
    hint: 'go to a home, or make one with `datum boot` where the disk can be written',
    kind: 'usage',
  });
}

/** The disk, or a folder on it, is for reading only: EROFS and its kin, or SQLite's word for it. */
export function isUnwritable(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const refused = code === 'EROFS' || code === 'EACCES' || code === 'EPERM';
  return refused || [8, 14].includes(sqliteCode(error) ?? 0);
}
