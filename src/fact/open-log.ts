import { join } from 'node:path';
import {
  type AtomicWrite,
  type Clock,
  type Disk,
  type Random,
  systemClock,
  systemDisk,
  systemRandom,
  writeFileAtomic,
} from '../base/index.ts';
import { FactIndex } from './fact-index.ts';
import { memoryBlobs, openBlobFolder } from './home/blobs.ts';
import { copyFolder } from './home/copy-folder.ts';
import { openHomeMemories } from './home/home-memories.ts';
import { HomeStore } from './home/home-store.ts';
import { openIndexFile } from './home/index-file.ts';
import type { IntakeParts } from './home/intake.ts';
import { type CopyState, stateRoot } from './home/machine-state.ts';
import { openMarkTable } from './home/mark-table.ts';
import { equivocation, type Locus, MissingHistory } from './home/problem.ts';
import { openPublicKeys } from './home/public-keys.ts';
import { openSegments } from './home/segments.ts';
import type { Log } from './log.ts';
import { decodeTransaction } from './transaction.ts';
import type { HomeMemories } from './trusting/home-memory.ts';
import { type LocalDatabase, openLocalDatabase } from './writing/local-database.ts';
import { memoryStore } from './writing/memory-store.ts';
import { openMetaTable } from './writing/meta-table.ts';
import { StoreLog } from './writing/store-log.ts';

/** The parts of the world a log needs; the machine's own when absent. */
export interface LogWorld {
  readonly clock?: Clock;
  readonly random?: Random;
}

export interface OpenLogOptions extends LogWorld {
  /** The folder that holds `.datum`. */
  readonly home: string;
  readonly disk?: Disk;
  /** Names the machine's state folder: `DATUM_STATE`, `XDG_STATE_HOME`, `HOME`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A log that ends with the process: the same code as a home's, on SQLite `:memory:`. */
export async function memoryLog({
  clock = systemClock,
  random = systemRandom,
}: LogWorld = {}): Promise<Log> {
  const local = await openLocalDatabase({ path: ':memory:', clock });
  const index = new FactIndex(local.db, { decode: decodeTransaction });
  const store = memoryStore(local, index);
  return new StoreLog({ store, clock, random, blobs: memoryBlobs() });
}

/** Opens the log of a home, making its `.datum` folder when there is none, and reads what is new. */
export async function openLog({
  home,
  clock = systemClock,
  random = systemRandom,
  disk = systemDisk,
  env = process.env,
}: OpenLogOptions): Promise<Log> {
  const datum = join(home, '.datum');
  makeDatumFolder(datum, { disk, random });
  const root = stateRoot(env);
  const state = copyFolder({ disk, random, root, datum });
  const memories = openHomeMemories(root, { disk, random });
  const guard = join(state.folder, 'opening.sqlite');
  const local = await openIndexFile({ datum, guard, clock, disk, random, state });
  try {
    const store = await local.locked(() =>
      makeStore({ datum, disk, random, state, memories, local }),
    );
    const arrivals = await store.readNew();
    checkSeen(state, store.index);
    const blobs = openBlobFolder({ datum, disk, random });
    const log = new StoreLog({ store, clock, random, blobs });
    await log.makeKnown(arrivals);
    return log;
  } catch (error) {
    state.close();
    local.close();
    throw error;
  }
}

interface HomeWorld {
  readonly datum: string;
  readonly disk: Disk;
  readonly random: Random;
  readonly state: CopyState;
  readonly memories: HomeMemories;
  readonly local: LocalDatabase;
}

function makeStore({ datum, disk, random, state, memories, local }: HomeWorld): HomeStore {
  const parts: IntakeParts = {
    index: new FactIndex(local.db, { decode: decodeTransaction }),
    meta: openMetaTable(local.db),
    marks: openMarkTable(local.db),
    segments: openSegments(join(datum, 'log'), disk),
    keys: openPublicKeys(join(datum, 'keys'), disk, random),
    own: () => store.key()?.writer,
  };
  const store = new HomeStore({ datum, disk, local, state, memories, parts });
  return store;
}

/** What git must keep as it is, and what it must not see. */
const FOLDER_FILES = Object.freeze({
  '.gitattributes': '* -text\n',
  '.gitignore': '/local*\n',
});

function makeDatumFolder(datum: string, { disk, random }: AtomicWrite): void {
  for (const [name, content] of Object.entries(FOLDER_FILES)) {
    const path = join(datum, name);
    if (!disk.exists(path)) writeFileAtomic(path, content, { disk, random });
  }
}

/** Refuses a log that lacks what this machine has seen of it. */
function checkSeen(state: CopyState, index: FactIndex): void {
  const missing: Locus[] = [];
  for (const [writer, { seq, id }] of state.heads()) {
    const present = index.locateSeq(writer, seq);
    if (present === undefined) missing.push({ writer, seq, id });
    else if (present.id !== id) throw equivocation({ writer, seq, id });
  }
  if (missing.length > 0) throw new MissingHistory(missing);
}
