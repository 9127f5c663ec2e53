import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/fact/temporary-folder.ts';
import { memoryMarks, openMarks } from './marks.ts';

const mark = { hash: 'a'.repeat(64), size: 3, known: 'b'.repeat(64) };

test('marks are shared by the processes of a home and outlive them', () => {
  const file = join(temporaryFolder(), 'local-marks.sqlite');
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
});

test('marks that came with another folder are not believed', () => {
  const [here, there] = [temporaryFolder(), temporaryFolder()];
  const marks = openMarks(join(here, 'local-marks.sqlite'));
  marks.set('a.md', mark);
  marks.setReconciled(mark.known);
  marks.close();
  cpSync(here, there, { recursive: true });
  const copied = openMarks(join(there, 'local-marks.sqlite'));
  expect([copied.get('a.md'), copied.reconciled(), copied.paths()]).toEqual([
    undefined,
    undefined,
    [],
  ]);
  copied.close();
});

test('a file that is no database is replaced', () => {
  const file = join(temporaryFolder(), 'local-marks.sqlite');
  writeFileSync(file, 'x'.repeat(5_000));
  const marks = openMarks(file);
  marks.set('a.md', mark);
  expect(marks.get('a.md')).toEqual(mark);
  marks.close();
});

test('marks of a version without stamps are kept', () => {
  const file = join(temporaryFolder(), 'local-marks.sqlite');
  openMarks(file).close();
  const db = new DatabaseSync(file);
  db.exec('ALTER TABLE folder_mark DROP COLUMN stamp');
  db.prepare('INSERT INTO folder_mark VALUES (?, ?, ?, ?)').run('a.md', mark.hash, 3, mark.known);
  db.close();
  const marks = openMarks(file);
  expect(marks.get('a.md')).toEqual(mark);
  marks.set('a.md', { ...mark, stamp: '1 2 3' });
  expect(marks.get('a.md')).toEqual({ ...mark, stamp: '1 2 3' });
  marks.close();
});

test('marks in memory answer alike', () => {
  const marks = memoryMarks();
  expect(marks.reconciled()).toBeUndefined();
  marks.set('a.md', mark);
  expect([marks.get('a.md'), marks.paths()]).toEqual([mark, ['a.md']]);
  marks.delete('a.md');
  expect(marks.paths()).toEqual([]);
});
