import { expect, test } from 'vitest';
import { manualClock, seededRandom } from '../../src/base/index.ts';
import { type Log, memoryLog } from '../../src/fact/index.ts';
import { memoryIndex, ownedBy, ScriptedWriter } from './scripted-writer.ts';

const opened = async () => {
  const clock = manualClock(1_000);
  return { clock, log: await memoryLog({ clock, random: seededRandom('s') }) };
};

const note = (n: number, v: string) => ({ e: `note:${n}`, a: 'note/text', v });

test('search finds what holds, with all the words, accents and case aside', async () => {
  const { log } = await opened();
  await log.transact([
    note(1, 'The harbour master reads the ledger at dawn'),
    note(2, 'A ledger of café receipts'),
    note(3, 'Nothing here'),
  ]);
  const found = async (text: string) => (await log.search(text)).map(({ entity }) => entity);
  expect((await found('ledger')).sort()).toEqual(['note:1', 'note:2']);
  expect(await found('LEDGER cafe')).toEqual(['note:2']);
  expect(await found('"harbour master"')).toEqual(['note:1']);
  expect(await found('"master harbour"')).toEqual([]);
  expect(await found('harb*')).toEqual(['note:1']);
  expect(await found('').then((all) => all.length)).toBe(0);
  expect(await found('a OR "b -- NEAR(')).toEqual([]);
  const [hit] = await log.search('dawn');
  expect(hit).toMatchObject({ attribute: 'note/text' });
  expect(hit?.snippet).toContain('at dawn');
  await log.close();
});

test('search stands where a read stands: what was known and valid then', async () => {
  const { clock, log } = await opened();
  await log.transact([note(1, 'an old word')]);
  clock.set(2_000);
  await log.transact([note(1, 'a new word')]);
  await log.transact([note(2, 'a word on trial')], { branch: 'try' });
  const found = async (text: string, point: object = {}) =>
    (await log.search(text, point)).map(({ snippet }) => snippet);
  expect(await found('word')).toEqual(['a new word']);
  expect(await found('old')).toEqual([]);
  expect(await found('old', { known: 1_500 })).toEqual(['an old word']);
  expect(await found('word', { valid: 1_500 })).toEqual(['an old word']);
  expect((await found('word', { branch: 'try' })).sort()).toEqual([
    'a new word',
    'a word on trial',
  ]);
  await log.close();
});

test('the text of documents is found through the facts that name their blobs', async () => {
  const { log } = await opened();
  const text = `# Reading room\n\n${'padding '.repeat(900)} The lantern is lit.`;
  const blob = await log.blobs.put(text, 'git');
  const image = await log.blobs.put(new Uint8Array([0xff, 0xfe, 0, 1]), 'git');
  const facts = [
    { e: 'doc:wiki/room.md', a: 'doc/hash', v: blob.hash },
    { e: 'doc:wiki/room.png', a: 'doc/hash', v: image.hash },
  ];
  await log.transact(facts, { blobs: [blob, image] });
  const [hit, ...others] = await log.search('lantern');
  expect(others).toEqual([]);
  expect(hit).toMatchObject({ entity: 'doc:wiki/room.md', attribute: 'doc/hash' });
  expect(hit?.snippet).toContain('The lantern is lit.');
  expect(await log.search(blob.hash)).toEqual([]);
  await log.close();
});

test('the words of private attributes are never indexed', async () => {
  const { log } = await opened();
  await log.transact([{ e: 'attr:user/diary', a: 'attribute/private', v: true }]);
  await log.transact([note(1, 'public words')]);
  expect(await log.search('words')).toHaveLength(1);
  await log.close();
  const ada = new ScriptedWriter('ada');
  ada.write({
    now: 1,
    facts: [
      { e: 'attr:user/diary', a: 'attribute/private', v: true },
      { e: 'user:ada', a: 'user/diary', v: 'secret words' },
    ],
  });
  const index = memoryIndex();
  index.apply(ownedBy(ada, ada.chain));
  index.addTexts(index.untexted(100), new Map());
  expect(index.untexted(100)).toEqual([]);
  expect(index.search('secret', {}, { now: 1, limit: 5 })).toEqual([]);
});

test('after the index is made again the words are indexed again', () => {
  const ada = new ScriptedWriter('ada');
  ada.write({ now: 1, facts: [note(1, 'one word'), note(2, 'two words')] });
  const index = memoryIndex();
  index.apply(ownedBy(ada, ada.chain));
  const all = () => index.search('word*', {}, { now: 1, limit: 5 }).map(({ entity }) => entity);
  index.addTexts(index.untexted(100), new Map());
  expect(all().sort()).toEqual(['note:1', 'note:2']);
  index.replay();
  expect(index.untexted(100)).toHaveLength(1);
  index.addTexts(index.untexted(100), new Map());
  expect(all().sort()).toEqual(['note:1', 'note:2']);
});

test('what holds is found behind very many versions that match better and no longer hold', async () => {
  const { log } = await opened();
  await log.transact([note(2, `a ledger, ${'and much besides it '.repeat(50)}`)]);
  for (let n = 0; n < 600; n += 1) await log.transact([note(1, `ledger ${n}`)]);
  await log.transact([note(1, 'Nothing here')]);
  expect((await log.search('ledger')).map(({ entity }) => entity)).toEqual(['note:2']);
});

/** More texts than are ranked together, written in few transactions. */
async function manyNotes(log: Log, from: number, text: (n: number) => string): Promise<void> {
  for (let n = from; n < from + 2_400; n += 400) {
    await log.transact(Array.from({ length: 400 }, (_, at) => note(n + at, text(n + at))));
  }
}

test('of very many texts the newest are ranked, and as of the past all of them', async () => {
  const { clock, log } = await opened();
  await log.transact([note(0, 'ledger')]);
  await manyNotes(log, 1, (n) => `the ledger of day ${n} and what else was written on it`);
  clock.set(5_000);
  await log.transact([note(9_999, 'ledger ledger')]);
  const found = async (point: object = {}) =>
    (await log.search('ledger', { ...point, limit: 3 })).map(({ entity }) => entity);
  expect((await found())[0]).toBe('note:9999');
  expect(await found()).not.toContain('note:0');
  expect((await found({ known: 4_000 }))[0]).toBe('note:0');
  expect(await log.search('ledger day 7')).toHaveLength(1);
  await log.close();
});

test('what is sought is found behind very many newer texts that are not', async () => {
  const { log } = await opened();
  await log.transact([1, 2, 3].map((n) => ({ e: `doc:${n}`, a: 'doc/title', v: `ledger ${n}` })));
  await manyNotes(log, 1, (n) => `ledger ${n}`);
  const among = (entity: string): boolean => entity.startsWith('doc:');
  const hits = await log.search('ledger', { among, limit: 5 });
  expect(hits.map(({ entity }) => entity).sort()).toEqual(['doc:1', 'doc:2', 'doc:3']);
  await log.close();
});

test('what holds is found behind very many newer versions of few texts', async () => {
  const { log } = await opened();
  await log.transact([1, 2].map((n) => note(n, `a ledger, ${'and much besides '.repeat(9)}`)));
  await manyNotes(log, 100, (n) => `ledger ${n}`);
  await manyNotes(log, 100, () => 'nothing here');
  const hits = await log.search('ledger', { limit: 2 });
  expect(hits.map(({ entity }) => entity).sort()).toEqual(['note:1', 'note:2']);
  await log.close();
});
