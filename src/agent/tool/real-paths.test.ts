import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemDisk } from '../../base/index.ts';
import { RealPaths } from './real-paths.ts';

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'datum-real-paths-')));
  mkdirSync(join(root, 'notes/deep'), { recursive: true });
  writeFileSync(join(root, 'notes/deep/page.md'), '');
  symlinkSync('notes', join(root, 'way'));
  symlinkSync('gone', join(root, 'nowhere'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a link is followed wherever it stands in a path, also before what is not there yet', () => {
  const paths = new RealPaths(systemDisk);
  expect(paths.of(join(root, 'way'))).toBe(join(root, 'notes'));
  expect(paths.of(join(root, 'way/deep/page.md'))).toBe(join(root, 'notes/deep/page.md'));
  expect(paths.of(join(root, 'way/new/page.md'))).toBe(join(root, 'notes/new/page.md'));
  expect(paths.of(join(root, 'notes/deep'))).toBe(join(root, 'notes/deep'));
});

test('what is at the end of a link exists, and what is behind one that leads nowhere does not', () => {
  const paths = new RealPaths(systemDisk);
  expect(paths.exists(join(root, 'way'))).toBe(true);
  expect(paths.exists(join(root, 'way/deep/page.md'))).toBe(true);
  expect(paths.exists(join(root, 'notes/other'))).toBe(false);
  expect(paths.exists(join(root, 'nowhere'))).toBe(false);
  expect(paths.exists(join(root, 'nowhere/page.md'))).toBe(false);
});

test('nothing is decided about a path through a link that leads nowhere', () => {
  const paths = new RealPaths(systemDisk);
  const code = 'agent/link-to-nowhere';
  expect(() => paths.of(join(root, 'nowhere/page.md'))).toThrow(expect.objectContaining({ code }));
  expect([paths.leads(join(root, 'nowhere')), paths.leads(join(root, 'notes/new'))]).toEqual([
    false,
    true,
  ]);
});

test('a folder on the way is looked at once, and anew for the next decision', () => {
  const looked: string[] = [];
  const disk = {
    ...systemDisk,
    lstat: ((path: string, options: { throwIfNoEntry: false }) => {
      looked.push(path);
      return systemDisk.lstat(path, options);
    }) as typeof systemDisk.lstat,
  };
  const paths = new RealPaths(disk);
  paths.of(join(root, 'notes/deep/page.md'));
  paths.of(join(root, 'notes/deep/other.md'));
  expect(looked.filter((path) => path === join(root, 'notes/deep'))).toHaveLength(1);
  rmSync(join(root, 'notes/deep'), { recursive: true });
  symlinkSync(tmpdir(), join(root, 'notes/deep'));
  expect(new RealPaths(disk).of(join(root, 'notes/deep/page.md'))).toBe(
    join(realpathSync(tmpdir()), 'page.md'),
  );
});
