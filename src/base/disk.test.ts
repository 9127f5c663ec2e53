import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Disk, seededRandom, systemDisk, writeFileAtomic } from './index.ts';

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
