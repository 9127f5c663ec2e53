import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memoryMarks, openMarks } from './marks.ts';

const mark = { hash: 'a'.repeat(64), size: 3, known: 'b'.repeat(64) };

test('marks are shared by the processes of a home and outlive them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'datum-marks-'));
  const file = join(folder, 'local-marks.sqlite');
  const [first, second] = [openMarks(file), openMarks(file)];
  first.set('a.md', mark);
  first.setReconciled(mark.known);
  second.set('b.md', mark);
  first.close();
  second.delete('b.md');
  expect([second.get('a.md'), second.get('b.md')]).toEqual([mark, undefined]);
  expect(second.paths()).toEqual(['a.md']);
  second.close();
  const again = openMarks(file);
  expect(again.reconciled()).toBe(mark.known);
  again.close();
  rmSync(folder, { recursive: true });
});

test('marks in memory answer alike', () => {
  const marks = memoryMarks();
  expect(marks.reconciled()).toBeUndefined();
  marks.set('a.md', mark);
  expect([marks.get('a.md'), marks.paths()]).toEqual([mark, ['a.md']]);
  marks.delete('a.md');
  expect(marks.paths()).toEqual([]);
});
