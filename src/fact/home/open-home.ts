import { join } from 'node:path';
import { type AtomicWrite, systemDisk, systemRandom, writeFileAtomic } from '../../base/index.ts';
import type { FactError } from '../error.ts';
import { StoreLog } from '../writing/store-log.ts';
import type { StoreParts } from '../writing/store-parts.ts';
import { HomeStore } from './home-store.ts';
import { type HomeOptions, homeWorld } from './home-world.ts';
import { openIndexFile } from './index-file.ts';
import type { CopyState, Head } from './machine-state.ts';
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
    const look = (): FactError | undefined => {
      // What another process has acknowledged meanwhile may be in its file alone.
      store.index.refresh();
      store.prepare();
      return missingOf(state, store);
    };
    const unseen = await local.locked(look, () => store.index.forget());
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

/** What a machine remembers having seen of a log. */
export type Seen = Pick<CopyState, 'heads' | 'headsVersion' | 'ownHead'>;

/** What it remembers now, whatever it sees from here on. */
export function seenBy(state: Seen): Seen {
  const [heads, version, own] = [state.heads(), state.headsVersion(), state.ownHead()];
  return { heads: () => heads, headsVersion: () => version, ownHead: () => own };
}

/** What this machine has seen of the log and is not there, or is there in another form. */
export function missingOf(
  state: Seen,
  { index, meta }: Pick<StoreParts, 'index' | 'meta'>,
): FactError | undefined {
  const own = state.ownHead();
  // An index that had all of these heads still has them: only the own one has to be looked up.
  const version = state.headsVersion() ?? '';
  const isKnown = version === (meta.get('seen') ?? '');
  const heads = isKnown ? new Map<string, Head>() : new Map(state.heads());
  if (own !== undefined) heads.set(own.writer, heads.get(own.writer) ?? own);
  const missing: Locus[] = [];
  for (const [writer, { seq, id }] of heads) {
    const present = index.chains.locateSeq(writer, seq);
    if (present === undefined) missing.push({ writer, seq, id });
    else if (present.id !== id) return equivocation({ writer, seq, id });
  }
  if (missing.length > 0) return new MissingHistory(missing);
  if (!isKnown && !index.readOnly) meta.set('seen', version);
  return undefined;
}
