import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Disk, manualClock, seededRandom, systemDisk } from '../../src/base/index.ts';
import { openLog } from '../../src/fact/index.ts';
import { temporaryFolder } from './temporary-folder.ts';

async function homeOn(syncDataAside: Disk['syncDataAside']) {
  const home = temporaryFolder();
  const log = await openLog({
    home,
    clock: manualClock(0),
    random: seededRandom('blobs'),
    env: { DATUM_STATE: join(home, 'state') },
    disk: { ...systemDisk, syncDataAside },
  });
  const kept = (): readonly string[] =>
    readdirSync(join(home, '.datum/blobs'), { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.length > 'ab'.length,
    );
  return { log, kept, home };
}

test('blobs that are put at the same time share their syncs, and each content is kept once', async () => {
  let underWay = 0;
  let most = 0;
  const { log, kept } = await homeOn(async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await Promise.resolve();
    underWay -= 1;
  });
  const contents = ['one', 'two', 'three', 'two'];
  const refs = await Promise.all(contents.map((content) => log.blobs.put(content, 'git')));
  expect(most).toBe(3);
  expect(kept()).toHaveLength(3);
  for (const [at, { hash }] of refs.entries()) {
    expect(Buffer.from((await log.blobs.get(hash)) ?? []).toString()).toBe(contents[at]);
  }
  await log.close();
});

test('a blob that cannot be made durable is refused, and leaves nothing', async () => {
  const { log, kept } = await homeOn(async () => {
    throw new Error('no space left');
  });
  await expect(log.blobs.put('one', 'git')).rejects.toThrow('no space left');
  expect(kept()).toEqual([]);
  await log.close();
});

test('a text whose file was taken away meanwhile is kept again', async () => {
  const { log, home } = await homeOn(systemDisk.syncDataAside);
  const { hash } = await log.blobs.put('one', 'git');
  rmSync(join(home, '.datum/blobs'), { recursive: true });
  await log.blobs.put('one', 'git');
  expect(Buffer.from((await log.blobs.get(hash)) ?? []).toString()).toBe('one');
  await log.close();
});
