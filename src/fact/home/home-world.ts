import { join } from 'node:path';
import {
  type Clock,
  type Disk,
  type Random,
  systemClock,
  systemDisk,
  systemRandom,
} from '../../base/index.ts';
import type { BlobFiles } from '../sealing/blob-files.ts';
import type { HomeMemories } from '../trusting/home-memory.ts';
import type { LocalDatabase } from '../writing/local-database.ts';
import { openStoreParts } from '../writing/store-parts.ts';
import { openBlobFolder } from './blob-folder.ts';
import { type CopyFolder, copyFolder } from './copy-folder.ts';
import { openHomeMemories } from './home-memories.ts';
import type { IntakeParts } from './intake.ts';
import { stateRoot } from './machine-state.ts';
import { openMarkTable } from './mark-table.ts';
import { openPublicKeys, type PublicKeys } from './public-keys.ts';
import { openSegments, type Segments } from './segments.ts';

/** Names a home and the parts of the world its log needs; the machine's own when absent. */
export interface HomeOptions {
  /** The folder that holds `.datum`. */
  readonly home: string;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly disk?: Disk;
  /** Names the machine's state folder: `DATUM_STATE`, `XDG_STATE_HOME`, `HOME`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** The places a home's log lives in. */
export interface HomeWorld {
  /** The `.datum` folder. */
  readonly datum: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly state: CopyFolder;
  readonly memories: HomeMemories;
  readonly blobs: BlobFiles;
  readonly segments: Segments;
  readonly keys: PublicKeys;
}

/** The `.datum` folder must exist. */
export function homeWorld(options: HomeOptions): HomeWorld {
  const { clock = systemClock, random = systemRandom, disk = systemDisk } = options;
  const datum = join(options.home, '.datum');
  const root = stateRoot(options.env ?? process.env);
  return {
    datum,
    clock,
    random,
    disk,
    state: copyFolder({ disk, random, root, datum }),
    blobs: openBlobFolder({ datum, disk, random }),
    memories: openHomeMemories(root, { disk, random }),
    segments: openSegments(join(datum, 'log'), disk),
    keys: openPublicKeys(join(datum, 'keys'), disk, random),
  };
}

/** What intake works with, on a database that is open. */
export function intakeParts(
  world: HomeWorld,
  local: LocalDatabase,
  own: () => string | undefined,
): IntakeParts {
  const { keys, segments } = world;
  const knownHome = world.state.record()?.home;
  const store = openStoreParts({ ...world, local, own, knownHome });
  return { ...store, marks: openMarkTable(local.db), segments, keys, own };
}
