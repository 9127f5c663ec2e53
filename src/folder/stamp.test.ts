import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/fact/temporary-folder.ts';
import { type Disk, manualClock, seededRandom, systemDisk } from '../base/index.ts';
import { memoryLog } from '../fact/index.ts';
import { memoryMarks, openFolder } from './index.ts';

/** A disk whose clock ticks when the test says so, and which tells what was read from it. */
function tickingDisk() {
  let tick = 1n;
  const changed = new Map<string, bigint>();
  const reads: string[] = [];
  const lstat = ((path: string, options: { bigint?: true; throwIfNoEntry?: false }) => {
    const stat = systemDisk.lstat(path, { ...options, bigint: true, throwIfNoEntry: false });
    if (options?.bigint !== true || stat === undefined) return systemDisk.lstat(path, options);
    const ctimeNs = path.endsWith('local-now') ? tick : (changed.get(path) ?? 0n);
    return Object.assign(stat, { ctimeNs, mtimeNs: ctimeNs });
  }) as Disk['lstat'];
  const disk: Disk = {
    ...systemDisk,
    lstat,
    readFile: (path) => {
      reads.push(path);
      return systemDisk.readFile(path);
    },
  };
  return {
    disk,
    write: (path: string, content: string) => {
      writeFileSync(path, content);
      changed.set(path, tick);
    },
    tick: () => {
      tick += 1n;
    },
    reads: () => reads.splice(0),
  };
}

async function home() {
  const root = temporaryFolder();
  const { disk, write, tick, reads } = tickingDisk();
  mkdirSync(join(root, '.datum'));
  mkdirSync(join(root, 'wiki'));
  const page = join(root, 'wiki/page.md');
  write(page, 'one\n');
  const [clock, random] = [manualClock(0), seededRandom('stamp')];
  const log = await memoryLog({ clock, random });
  const folder = openFolder({ log, root, disk, random, marks: memoryMarks() });
  return { page, write, tick, reads, reconcile: async () => (await folder.reconcile()).changed };
}

test('a file that is as it was is not read again, once its stamp is older than the look at it', async () => {
  const { page, tick, reads, reconcile } = await home();
  await reconcile();
  expect(reads()).toEqual([page]);
  tick();
  await reconcile();
  expect(reads()).toEqual([page]);
  await reconcile();
  expect(reads()).toEqual([]);
});

test('a change of the same size within one tick of the disk is seen', async () => {
  const { page, write, reconcile } = await home();
  await reconcile();
  write(page, 'two\n');
  expect(await reconcile()).toEqual([{ path: 'wiki/page.md', kind: 'changed' }]);
});

test('a change of the same size in a later tick is seen', async () => {
  const { page, write, tick, reconcile } = await home();
  tick();
  await reconcile();
  await reconcile();
  tick();
  write(page, 'two\n');
  expect(await reconcile()).toEqual([{ path: 'wiki/page.md', kind: 'changed' }]);
});
