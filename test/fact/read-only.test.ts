import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Disk, sha256, systemDisk } from '../../src/base/index.ts';
import { type Log, openLog } from '../../src/fact/index.ts';
import { type Copy, mood, newCopy } from './copies.ts';

const moodOf = async (log: Log): Promise<unknown> =>
  (await log.at()).get('agent:harbor', 'agent/mood');

/** What is in the folder that git sees. */
function tracked(copy: Copy): string {
  const root = join(copy.home, '.datum');
  const names = readdirSync(root, { recursive: true, encoding: 'utf8', withFileTypes: true });
  return names
    .filter((entry) => entry.isFile() && !entry.name.startsWith('local.sqlite'))
    .map((entry) => `${entry.name} ${sha256(readFileSync(join(entry.parentPath, entry.name)))}`)
    .sort()
    .join('\n');
}

const lookAt = (copy: Copy, disk: Disk = systemDisk): Promise<Log> =>
  openLog({ home: copy.home, env: copy.env, disk, readOnly: true });

async function twoMoods(): Promise<Copy> {
  const copy = newCopy();
  await copy.with((log) => log.transact([mood('calm')]));
  await copy.with((log) => log.transact([mood('glad')]));
  return copy;
}

test('a log opened for reading answers, refuses to write and changes nothing', async () => {
  const copy = await twoMoods();
  const before = tracked(copy);
  const log = await lookAt(copy);
  expect(await moodOf(log)).toBe('glad');
  expect(log.home).toHaveLength(64);
  await expect(log.transact([mood('wild')])).rejects.toMatchObject({ code: 'fact/read-only' });
  await expect(log.leases.acquire('run:1', { holder: 'a', ttlMillis: 1 })).rejects.toMatchObject({
    code: 'fact/read-only',
  });
  await log.close();
  expect(tracked(copy)).toBe(before);
});

test('a clone without an index is read in memory and gets none', async () => {
  const copy = newCopy({ of: await twoMoods() });
  const log = await lookAt(copy);
  expect(await moodOf(log)).toBe('glad');
  await log.close();
  expect(readdirSync(join(copy.home, '.datum')).sort()).toEqual(['keys', 'log']);
});

test('a rolled back log can be looked at, with what is missing among the problems', async () => {
  const copy = await twoMoods();
  const folder = join(copy.home, '.datum', 'log');
  const path = join(folder, readdirSync(folder)[0] ?? '', '000001.jsonl');
  writeFileSync(path, `${readFileSync(path, 'utf8').split('\n')[0]}\n`);
  const log = await lookAt(copy);
  expect(await moodOf(log)).toBe('calm');
  expect(log.tookIn.problems).toMatchObject([{ code: 'fact/missing-history' }]);
  await log.close();
});

test('on a disk that cannot be written a home opens for reading by itself', async () => {
  const copy = await twoMoods();
  const refuse = (): never => {
    throw Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS' });
  };
  const disk: Disk = {
    ...systemDisk,
    open: (path, flags) => (flags === 'r' ? systemDisk.open(path, flags) : refuse()),
    makeFolder: refuse,
    rename: refuse,
  };
  const log = await openLog({ home: copy.home, env: copy.env, disk });
  expect(await moodOf(log)).toBe('glad');
  await expect(log.transact([mood('wild')])).rejects.toMatchObject({ code: 'fact/read-only' });
  await log.close();
});

test('an index that lacks what the files have is not the one that is read', async () => {
  const copy = await twoMoods();
  const index = join(copy.home, '.datum', 'local.sqlite');
  cpSync(index, `${index}.old`);
  await copy.with((log) => log.transact([mood('wild')]));
  rmSync(index);
  cpSync(`${index}.old`, index);
  const log = await lookAt(copy);
  expect(await moodOf(log)).toBe('wild');
  await log.close();
});
