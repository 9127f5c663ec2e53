import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { acceptRollback, type Log, recoverLog } from '../../src/fact/index.ts';
import { type Copy, idsOf, mood, newCopy, written } from './copies.ts';

const moodOf = async (log: Log): Promise<unknown> =>
  (await log.at()).get('agent:harbor', 'agent/mood');

const options = ({ home, env, clock }: Copy) => ({ home, env, clock });

function segmentOf(copy: Copy): string {
  const folder = join(copy.home, '.datum', 'log');
  return join(folder, readdirSync(folder)[0] ?? '', '000001.jsonl');
}

const forgetIndex = (copy: Copy): void => {
  for (const end of ['', '-wal', '-shm']) {
    rmSync(join(copy.home, '.datum', `local.sqlite${end}`), { force: true });
  }
};

async function five(): Promise<Copy> {
  const copy = newCopy();
  await copy.with(async (log) => {
    for (const v of ['a', 'b', 'c', 'd', 'e']) await log.transact([mood(v)]);
  });
  return copy;
}

function edit(copy: Copy, change: (lines: string[]) => string[]): void {
  const lines = readFileSync(segmentOf(copy), 'utf8').split('\n').slice(0, -1);
  writeFileSync(
    segmentOf(copy),
    change(lines)
      .map((line) => `${line}\n`)
      .join(''),
  );
}

const flip = (lines: string[]): string[] =>
  lines.map((line, at) => (at === 2 ? line.replace('"c"', '"C"') : line));

test.each([
  ['rolled back', (lines: string[]) => lines.slice(0, 2)],
  ['damaged in the middle', flip],
])('a log that was %s comes back byte for byte from its index', async (_, change) => {
  const copy = await five();
  const before = readFileSync(segmentOf(copy));
  edit(copy, change);
  expect(await recoverLog(options(copy))).toMatchObject([{ from: 3, to: 5, source: 'the index' }]);
  expect(readFileSync(segmentOf(copy))).toEqual(before);
  await copy.with(async (log) => expect(await moodOf(log)).toBe('e'));
});

test('a log without its index comes back from a clone', async () => {
  const copy = await five();
  const clone = newCopy({ of: copy });
  edit(copy, flip);
  forgetIndex(copy);
  const from = [clone.home];
  expect(await recoverLog({ ...options(copy), from })).toMatchObject([
    { from: 3, to: 5, source: clone.home },
  ]);
  await copy.with(async (log) => expect(await moodOf(log)).toBe('e'));
  expect(readdirSync(join(copy.home, '.datum', 'local-damaged'))).toHaveLength(1);
  expect(await recoverLog({ ...options(copy), from })).toEqual([]);
});

test('a lost public key comes back', async () => {
  const copy = await five();
  rmSync(join(copy.home, '.datum', 'keys'), { recursive: true });
  await recoverLog(options(copy));
  expect(readdirSync(join(copy.home, '.datum', 'keys'))).toHaveLength(1);
});

test('what nobody has any more can be given up: the log says so and goes on with a new writer', async () => {
  const copy = await five();
  const lost = (await copy.with(idsOf))[4];
  edit(copy, (lines) => lines.slice(0, 2));
  const { log, missing } = await acceptRollback(options(copy));
  expect(missing).toMatchObject([{ kept: 2, seq: 5, id: lost }]);
  expect(await moodOf(log)).toBe('b');
  const found = await (await log.at()).find([
    { e: { var: 'rollback' }, a: 'rollback/head', v: { var: 'head' } },
  ]);
  expect(found.map(({ head }) => head)).toEqual([lost]);
  await log.close();
  await copy.with(async (again) => {
    written(await again.transact([mood('f')]));
    expect((await again.trust.writers()).map(({ trust }) => trust)).toEqual(['own', 'own']);
  });
});

test('where nothing is missing, giving it up does nothing: the writer stays', async () => {
  const copy = await five();
  const before = await copy.with(idsOf);
  const { log, missing } = await acceptRollback(options(copy));
  expect(missing).toEqual([]);
  expect(await idsOf(log)).toEqual(before);
  const next = await log.transact([mood('f')]);
  expect(next.ok && next.seq).toBe(6);
  expect((await log.trust.writers()).map(({ trust }) => trust)).toEqual(['own']);
  await log.close();
});

test('a history as long as the one that was seen, and another, is given up too', async () => {
  const copy = await five();
  const state = copy.env['DATUM_STATE'] ?? '';
  const head = join(state, 'copies', readdirSync(join(state, 'copies'))[0] ?? '', 'head');
  const write = (v: string): Promise<unknown> =>
    copy.with(async (log) => written(await log.transact([mood(v)])));
  const before = [segmentOf(copy), head].map((path) => [path, readFileSync(path)] as const);
  await write('seen');
  const lost = (await copy.with(idsOf)).at(-1);
  const seen = readFileSync(head);
  for (const [path, content] of before) writeFileSync(path, content);
  forgetIndex(copy);
  await write('other');
  writeFileSync(head, seen);
  await expect(copy.open()).rejects.toMatchObject({ code: 'fact/equivocation' });
  const { log, missing } = await acceptRollback(options(copy));
  expect(missing).toMatchObject([{ kept: 5, seq: 6, id: lost }]);
  expect(await moodOf(log)).toBe('other');
  await log.close();
});

test('a damaged record of the machine is named, and can be given up', async () => {
  const copy = await five();
  const copies = join(copy.env['DATUM_STATE'] ?? '', 'copies');
  const head = join(copies, readdirSync(copies)[0] ?? '', 'head');
  writeFileSync(head, readFileSync(head, 'latin1').replace('5', '6'));
  await expect(copy.open()).rejects.toMatchObject({
    code: 'fact/state-damaged',
    kind: 'integrity',
  });
  const { log, missing } = await acceptRollback(options(copy));
  expect(missing).toEqual([]);
  expect(await moodOf(log)).toBe('e');
  await log.close();
});
