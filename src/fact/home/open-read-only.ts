import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { FactError } from '../error.ts';
import { type LocalDatabase, openLocalDatabase, sqliteCode } from '../writing/local-database.ts';
import { FACTS_PER_STEP } from '../writing/store.ts';
import { StoreLog } from '../writing/store-log.ts';
import { type HomeOptions, type HomeWorld, homeWorld, intakeParts } from './home-world.ts';
import { instanceOf, isPlainFile } from './index-file.ts';
import { type IntakeParts, startIntake } from './intake.ts';
import { missingOf, seenBy } from './open-home.ts';
import { readOnlyStore } from './read-only-store.ts';

/** What was found wrong with a home that is only looked at. */
interface Look {
  readonly local: LocalDatabase;
  readonly parts: IntakeParts;
  readonly problems: readonly FactError[];
}

/**
 * Opens a home without changing anything: over its index when that is whole and up to date, else over
 * one made in memory. What is missing or damaged does not stop it; it is among the problems.
 */
export async function openReadOnly(
  options: HomeOptions,
  { believeIndex = true }: { readonly believeIndex?: boolean } = {},
): Promise<StoreLog> {
  const world = homeWorld(options);
  const { clock, random, state } = world;
  // Before anything is read, for other processes go on writing.
  const seen = seenBy(state);
  const look = believeIndex ? await lookAtIndex(world) : undefined;
  const { local, parts, problems } = look ?? (await lookAtFiles(world));
  const missing = missingOf(seen, parts);
  const store = readOnlyStore({ ...parts, state, local });
  const log = new StoreLog({ store, clock, random });
  const all = missing === undefined ? problems : [...problems, missing];
  await log.makeKnown({ arrived: [], problems: all });
  return log;
}

/** The index file, if it is the one this machine made and nothing has changed since. */
async function lookAtIndex(world: HomeWorld): Promise<Look | undefined> {
  const path = join(world.datum, 'local.sqlite');
  const instance = world.state.record()?.instance;
  if (instance === undefined || !isPlainFile(path, world.disk)) return undefined;
  const local = await openForReading(path, world);
  if (instanceOf(local.db) !== instance) {
    local.close();
    return undefined;
  }
  const own = world.state.record()?.writer;
  const parts = intakeParts(world, local, () => own);
  const { broken, streams } = startIntake(parts);
  const current = broken.length === 0 && streams.every((stream) => stream.peek() === undefined);
  if (current) return { local, parts, problems: streams.flatMap(({ problem }) => problem ?? []) };
  local.close();
  return undefined;
}

/** A disk that cannot be written cannot hold SQLite's shared memory either; then nobody writes. */
async function openForReading(path: string, { clock, disk }: HomeWorld): Promise<LocalDatabase> {
  try {
    return await openLocalDatabase({ path, clock, readOnly: true });
  } catch (error) {
    const cannot = [8, 10, 14].includes(sqliteCode(error) ?? 0);
    const hasWal = disk.exists(`${path}-wal`) && disk.lstat(`${path}-wal`).size > 0;
    if (!cannot || hasWal) throw error;
    const url = pathToFileURL(path);
    url.searchParams.set('immutable', '1');
    return openLocalDatabase({ path: url, clock, readOnly: true });
  }
}

async function lookAtFiles(world: HomeWorld): Promise<Look> {
  const local = await openLocalDatabase({ path: ':memory:', clock: world.clock });
  const own = world.state.record()?.writer;
  const parts = intakeParts(world, local, () => own);
  const intake = startIntake(parts);
  while (await local.locked(() => intake.step(FACTS_PER_STEP))) await setImmediate();
  await local.locked(() => parts.index.settle());
  return { local, parts, problems: intake.problems() };
}
