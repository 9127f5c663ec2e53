import { copyFileSync, fstatSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemDisk } from '../../base/index.ts';
import { openSegmentWriter } from './segment-writer.ts';
import { START } from './segments.ts';

test('what was written is made durable in the file that stands there, also when it was replaced meanwhile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'datum-segments-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const synced: number[] = [];
  const syncData = (fd: number): void => {
    synced.push(fstatSync(fd).ino);
  };
  const writer = openSegmentWriter(folder, 'w', { ...systemDisk, syncData });
  const { end } = writer.append(START, [Buffer.from('a line\n')]);
  const path = join(folder, 'w/000001.jsonl');
  // As git does when it writes a file anew.
  copyFileSync(path, `${path}.new`);
  renameSync(`${path}.new`, path);
  expect(writer.state(end)).toBe('at');
  writer.sync();
  expect(synced).toEqual([statSync(path).ino]);
  writer.sync();
  expect(synced).toHaveLength(1);
  writer.close();
});
