import { join } from 'node:path';
import { type AtomicWrite, systemDisk, systemRandom, writeFileAtomic } from '../../base/index.ts';
import type { FactIndex } from '../fact-index.ts';
import { StoreLog } from '../writing/store-log.ts';
import { HomeStore } from './home-store.ts';
import { type HomeOptions, homeWorld } from './home-world.ts';
import { openIndexFile } from './index-file.ts';
import type { CopyState } from './machine-state.ts';
import { equivocation, type Locus, MissingHistory } from './problem.ts';

/** Opens a home to read and write, and takes in what is new. */
export async function openHome(options: HomeOptions): Promise<StoreLog> {
  makeDatumFolder(join(options.home, '.datum'), options);
  const world = homeWorld(options);
  const { clock, random, state } = world;
  const local = await openIndexFile(world);
  try {
    const store = await local.locked(() => new HomeStore(world, local));
    const log = new StoreLog({ store, clock, random });
    const arrivals = await store.readNew();
    const unseen = missingOf(state, store.index);
    if (unseen !== undefined) throw unseen;
    await log.makeKnown(arrivals);
    const record = state.record();
    if (record !== undefined && log.home !== undefined && record.home !== log.home) {
      state.remember({ ...record, home: log.home });
    }
    return log;
  } catch (error) {
    state.close();
    local.close();
    throw error;
  }
}

/** What git must keep as it is, and what it must not see. */
const FOLDER_FILES = Object.freeze({
  '.gitattributes': '* -text\n',
  '.gitignore': '/local*\n',
});

function makeDatumFolder(
  datum: string,
  { disk = systemDisk, random = systemRandom }: Partial<AtomicWrite>,
): void {
  for (const [name, content] of Object.entries(FOLDER_FILES)) {
    const path = join(datum, name);
    if (!disk.exists(path)) writeFileAtomic(path, content, { disk, random });
  }
}

/** What this machine has seen of the log and is not there, or is there in another form. */
export function missingOf(
  state: CopyState,
  index: FactIndex,
): MissingHistory | ReturnType<typeof equivocation> | undefined {
  const missing: Locus[] = [];
  for (const [writer, { seq, id }] of state.heads()) {
    const present = index.locateSeq(writer, seq);
    if (present === undefined) missing.push({ writer, seq, id });
    else if (present.id !== id) return equivocation({ writer, seq, id });
  }
  return missing.length > 0 ? new MissingHistory(missing) : undefined;
}
