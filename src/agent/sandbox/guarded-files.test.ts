import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemDisk } from '../../base/index.ts';
import { guardedFiles } from './guarded-files.ts';

test('a folder that cannot be listed is hidden whole, for its files may be opened by name', () => {
  const root = mkdtempSync(join(tmpdir(), 'datum-guarded-'));
  const closed = join(root, 'closed');
  mkdirSync(join(closed, '.git'), { recursive: true });
  writeFileSync(join(closed, '.git', 'config'), 'token');
  expect(guardedFiles([root], systemDisk).internal).toEqual([join(closed, '.git')]);
  const disk = {
    ...systemDisk,
    list: (folder: string) => {
      if (folder === closed) throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
      return systemDisk.list(folder);
    },
  };
  expect(guardedFiles([root], disk).internal).toEqual([closed]);
});
