import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Disk, seededRandom, systemDisk, writeFileAtomic, writeFilesAtomic } from './index.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'disk-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

const random = seededRandom('disk');

test('a file is replaced whole, with its folders and permissions made', () => {
  const path = join(folder(), 'a/b/file.txt');
  writeFileAtomic(path, 'first', { disk: systemDisk, random });
  writeFileAtomic(path, 'second', { disk: systemDisk, random, mode: 0o600 });
  expect(readFileSync(path, 'utf8')).toBe('second');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test.each(['write', 'sync', 'rename'] as const)(
  'when %s fails the old file stands and no temporary is left',
  (step) => {
    const root = folder();
    const path = join(root, 'file.txt');
    writeFileSync(path, 'old');
    const disk: Disk = {
      ...systemDisk,
      [step]: () => {
        throw new Error('no space left');
      },
    };
    expect(() => writeFileAtomic(path, 'new', { disk, random })).toThrow('no space left');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(root)).toEqual(['file.txt']);
  },
);

test('the new name is durable: the folder is synced after the rename', () => {
  const steps: string[] = [];
  const disk: Disk = {
    ...systemDisk,
    sync: (fd) => {
      steps.push('sync');
      systemDisk.sync(fd);
    },
    rename: (from, to) => {
      steps.push('rename');
      systemDisk.rename(from, to);
    },
  };
  writeFileAtomic(join(folder(), 'file.txt'), 'x', { disk, random });
  expect(steps).toEqual(['sync', 'rename', 'sync']);
});

test('several files are replaced with syncs that they share, each folder once', async () => {
  const root = folder();
  const steps: string[] = [];
  const disk: Disk = {
    ...systemDisk,
    sync: (fd) => {
      steps.push('folder');
      systemDisk.sync(fd);
    },
    syncDataAside: async (fd) => {
      steps.push('file');
      await systemDisk.syncDataAside(fd);
    },
    rename: (from, to) => {
      steps.push('rename');
      systemDisk.rename(from, to);
    },
  };
  const files = new Map(['a/1', 'a/2', 'b/3'].map((name) => [join(root, name), Buffer.from(name)]));
  await writeFilesAtomic(files, { disk, random });
  expect(steps).toEqual('file file file rename rename rename folder folder'.split(' '));
  for (const [path, content] of files) expect(readFileSync(path)).toEqual(content);
});

test.each(['write', 'syncDataAside', 'rename'] as const)(
  'when %s fails among several files no temporary is left',
  async (step) => {
    const root = folder();
    const disk: Disk = {
      ...systemDisk,
      [step]: () => {
        throw new Error('no space left');
      },
    };
    const files = new Map(['1', '2'].map((name) => [join(root, name), Buffer.from(name)]));
    await expect(writeFilesAtomic(files, { disk, random })).rejects.toThrow('no space left');
    expect(readdirSync(root)).toEqual([]);
  },
);
