import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testMachine } from '../machine.ts';

/** What a person types who has a name in git and knows nothing of datum. */
const PERSON = [
  '-c',
  'user.name=Ada',
  '-c',
  'user.email=ada@example.invalid',
  '-c',
  'commit.gpgsign=false',
  '-c',
  'core.hooksPath=/dev/null',
];

/** Two clones that both went on; Ada's knows Bea's as its origin. */
const apart = async () => {
  const ada = testMachine();
  const a = { in: ada.path('a') };
  await ada.ask(['boot', 'a']);
  await ada.ask(['handoff', '--note', 'over to you'], a);
  const bea = ada.other();
  const b = { in: bea.path('b') };
  bea.git(['clone', '--quiet', 'a', 'b']);
  await bea.ask(['boot', 'b', '--trust']);
  await bea.ask(['journal', 'add', 'NOTE', 'from bea'], b);
  await bea.ask(['fact', 'assert', 'room:reading', 'room/seats', '24'], b);
  await bea.ask(['handoff', '--note', 'bea was here'], b);
  await ada.ask(['boot'], a);
  await ada.ask(['journal', 'add', 'NOTE', 'from ada'], a);
  ada.git(['remote', 'add', 'origin', ada.path('b')], a);
  return { ada, a, bea, b };
};

test('a plain git pull joins journals entry by entry, and the next command says what came', async () => {
  const { ada, a } = await apart();
  ada.git([...PERSON, 'pull', '--quiet', '--no-rebase', '--no-edit', 'origin', 'main'], a);
  const journal = readFileSync(ada.path('a/JOURNAL.md'), 'utf8');
  expect(journal).not.toContain('<<<<<<<');
  for (const entry of ['from ada', 'from bea', 'bea was here']) {
    expect(journal.split(entry)).toHaveLength(2);
  }
  // Entries of both sides stand in order of time: datum's own merge, which union cannot do.
  const times = [...journal.matchAll(/\[(\d{4}-[^\]]+)\]/g)].map(([, time]) => time ?? '');
  expect(times).toEqual(times.toSorted());

  const next = await ada.run(['show', 'room:reading'], a);
  expect(next.err).toMatch(/\d+ transactions of writer [0-9a-f]{12}/);
  expect(next.out).toContain('room/seats  24');
  const trail = readFileSync(ada.path('a/TRAIL.md'), 'utf8');
  expect(trail.match(/datum:begin/g)).toHaveLength(1);
  expect(trail).toContain('bea was here');
  expect(ada.git(['status', '--porcelain'], a)).toBe('');
  expect((await ada.run(['show', 'room:reading'], a)).err).toBe('');
  expect((await ada.run(['verify'], a)).code).toBe(0);
});

test('while git waits for a person to settle a document, reads work, writes are exit 4, and then it goes on', async () => {
  const { ada, a, bea, b } = await apart();
  writeFileSync(ada.path('a/SEED.md'), '# From ada\n');
  await ada.ask(['status'], a);
  writeFileSync(bea.path('b/SEED.md'), '# From bea\n');
  await bea.ask(['status'], b);
  const pulled = await ada.run(['pull'], a);
  expect(pulled.code).toBe(4);
  expect(pulled.err).toContain('SEED.md');
  const read = await ada.run(['status'], a);
  expect(read.code).toBe(0);
  expect(read.err).toContain('shown as the log has it');
  const write = await ada.run(['journal', 'add', 'NOTE', 'x'], a);
  expect(write.code).toBe(4);
  expect(write.err).toContain('git merge --abort');
  expect((await ada.run(['boot'], a)).code).toBe(4);
  writeFileSync(ada.path('a/SEED.md'), '# From both\n');
  ada.git([...PERSON, 'add', 'SEED.md'], a);
  ada.git([...PERSON, 'commit', '--quiet', '--no-edit'], a);
  await ada.ask(['boot'], a);
  expect(readFileSync(ada.path('a/SEED.md'), 'utf8')).toBe('# From both\n');
  expect(ada.git(['status', '--porcelain'], a)).toBe('');
  expect((await ada.run(['verify'], a)).code).toBe(0);
});

test('a person who edits, adds and commits with git alone is taken in by the next command', async () => {
  const { ada, a } = await apart();
  appendFileSync(ada.path('a/wiki/README.md'), '\nA quokka lives in the stacks.\n');
  ada.git([...PERSON, 'commit', '--quiet', '-am', 'by hand'], a);
  const hits = await ada.ask(['search', 'quokka'], a);
  expect(hits[0].entity).toBe('doc:wiki/README.md');
  expect(ada.git(['status', '--porcelain'], a)).toBe('');
});
