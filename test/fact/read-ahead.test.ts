import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { systemDisk } from '../../src/base/index.ts';
import { checkSegment } from '../../src/fact/home/checked-segment.ts';
import { type ReadAhead, startReadAhead } from '../../src/fact/home/read-ahead.ts';
import { openSegments } from '../../src/fact/home/segments.ts';
import { WriterStream } from '../../src/fact/home/writer-stream.ts';
import { type FactInput, openLog, verifierOf } from '../../src/fact/index.ts';
import { type Copy, idsOf, newCopy } from './copies.ts';

/** Facts of which a transaction fills a segment. */
const page = (n: number): readonly FactInput[] =>
  Array.from({ length: 90 }, (_, at) => ({
    e: `page:${n}-${at}`,
    a: 'page/text',
    v: 'x'.repeat(3000),
  }));

/** A home of ten segments with transactions of all kinds. */
async function large(): Promise<Copy> {
  const copy = newCopy();
  await copy.with(async (log) => {
    await log.transact([{ e: 'attr:user/name', a: 'attribute/private', v: true }]);
    await log.transact([{ e: 'user:ada', a: 'user/name', v: 'Ada' }], { why: { source: 'test' } });
    await log.branches.create('draft');
    for (let n = 0; n < 10; n += 1) {
      await log.transact([{ e: 'step:1', a: 'step/value', v: n }]);
      await log.transact([{ e: `step:${n}`, a: 'step/value', v: [n, 'é'] }], { branch: 'draft' });
      const from = { e: 'step:2', a: 'step/value', v: null, validFrom: n * 1_000 };
      await log.transact([from, { e: 'step:1', a: 'step/value', op: 'retract' }]);
      await log.transact(page(n), { durability: 'later' });
    }
  });
  return copy;
}

const writerOf = ({ home }: Copy): string => readdirSync(join(home, '.datum', 'log'))[0] ?? '';

const keyOf = (copy: Copy): string =>
  readFileSync(join(copy.home, '.datum', 'keys', `${writerOf(copy)}.pub`), 'latin1').trim();

const folderOf = ({ home }: Copy): string => join(home, '.datum', 'log');

/** What a stream gives, as text, and what ends it. */
function read(copy: Copy, ahead?: ReadAhead): readonly unknown[] {
  const writer = writerOf(copy);
  const segments = openSegments(folderOf(copy), systemDisk);
  const verifier = () => verifierOf(keyOf(copy));
  const stream = new WriterStream({ writer, segments, verifier, ahead });
  const found: unknown[] = [];
  for (let next = stream.peek(); next !== undefined; next = stream.peek()) {
    const { at, branch, facts, id, line, own, parents, place, prev, seq } = next;
    const text = Buffer.from(line).toString();
    found.push({ at, branch, facts, id, own, parents, place, prev, seq, text });
    stream.advance();
  }
  return [...found, stream.problem?.message, stream.end];
}

/** The same work on this thread. */
function here(copy: Copy): ReadAhead {
  const writer = writerOf(copy);
  const segments = openSegments(folderOf(copy), systemDisk);
  const verify = verifierOf(keyOf(copy));
  return {
    take: (segment) => {
      if (segments.stat(writer, segment + 1) === undefined) return undefined;
      const bytes = readFileSync(segments.path(writer, segment));
      return checkSegment(bytes, { segment, verify, writer });
    },
    stop: () => {},
  };
}

test('segments read ahead say what they say without', async () => {
  const copy = await large();
  expect(read(copy, here(copy))).toEqual(read(copy));
  expect(read(copy)).toHaveLength(44 + 2);
});

test.each([
  ['a byte of a fact', (text: string) => text.replace('xxxx', 'xxyx')],
  ['a signature', (text: string) => text.replace(/"sig":"[0-9a-f]/, '"sig":"g')],
  ['a line left out', (text: string) => text.slice(text.indexOf('\n') + 1)],
  ['an end without a newline', (text: string) => text.slice(0, -1)],
])('%s in a segment read ahead is named as it is without', async (_, change) => {
  const copy = await large();
  const path = openSegments(folderOf(copy), systemDisk).path(writerOf(copy), 6);
  writeFileSync(path, change(readFileSync(path, 'utf8')));
  const found = read(copy, here(copy));
  expect(found).toEqual(read(copy));
  expect(found.at(-2)).toMatch(/damaged/);
});

test('another thread reads ahead from where the taker is not yet', async () => {
  const copy = await large();
  const writer = writerOf(copy);
  const options = { folder: folderOf(copy), writer, publicKey: keyOf(copy), last: 9 };
  const ahead = startReadAhead(options);
  // The first is one's own, however long the other thread takes to begin.
  while (!ahead.isAhead) {
    expect(ahead.take(1)).toBe(undefined);
    await setImmediate();
  }
  expect(ahead.take(2)).toBe(undefined);
  for (let segment = 3; segment <= 9; segment += 1) {
    expect(ahead.take(segment)?.segment).toBe(segment);
  }
  expect(ahead.take(10)).toBe(undefined);
  ahead.stop();
});

test('a segment that cannot be read is left to the taker at once', async () => {
  const copy = await large();
  const writer = writerOf(copy);
  const options = { folder: folderOf(copy), writer, publicKey: keyOf(copy), last: 9 };
  rmSync(openSegments(folderOf(copy), systemDisk).path(writer, 5));
  const ahead = startReadAhead(options);
  while (!ahead.isAhead) {
    ahead.take(1);
    await setImmediate();
  }
  expect([3, 4, 5, 6].map((segment) => ahead.take(segment)?.segment)).toEqual([
    3,
    4,
    undefined,
    undefined,
  ]);
  ahead.stop();
  // Waited for, it would take longer than this.
}, 9_000);

test('a home made again with segments read ahead is the one that grew', async () => {
  const copy = await large();
  const before = await copy.with(idsOf);
  for (const end of ['', '-wal', '-shm']) {
    rmSync(join(copy.home, '.datum', `local.sqlite${end}`), { force: true });
  }
  const { clock, env, home } = copy;
  const log = await openLog({ home, clock, env });
  expect(await idsOf(log)).toEqual(before);
  const view = await log.at();
  expect(await view.get('user:ada', 'user/name')).toBe('Ada');
  expect(await view.get('page:9-89', 'page/text')).toHaveLength(3000);
  expect(await (await log.at({ branch: 'draft' })).get('step:3', 'step/value')).toEqual([3, 'é']);
  await log.close();
});
