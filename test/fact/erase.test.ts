import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FactInput, Log } from '../../src/fact/index.ts';
import { type Copy, newCopy, written } from './copies.ts';

const SECRET = 'Ada lives at Wolkenweg 7';
const LONG = `${SECRET}, ${'x'.repeat(10_000)}`;

const declare = (attribute: string): FactInput => ({
  e: `attr:${attribute}`,
  a: 'attribute/private',
  v: true,
});
const address = (v: string): FactInput => ({ e: 'user:ada', a: 'user/address', v });
const addressOf = async (log: Log, known?: string): Promise<unknown> =>
  (await log.at(known === undefined ? {} : { known })).get('user:ada', 'user/address');

/** The files under a folder that hold a text. */
function filesWith(folder: string, text: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}

const hasIndex = (copy: Copy): boolean =>
  filesWith(copy.home, SECRET).some((path) => path.includes('local.sqlite'));

async function withAddress(): Promise<Copy> {
  const copy = newCopy();
  await copy.with(async (log) => {
    await log.transact([declare('user/address')]);
    await log.transact([address(SECRET)]);
  });
  return copy;
}

test('a private value is read here, and no file that git tracks holds it', async () => {
  const copy = await withAddress();
  await copy.with(async (log) => {
    expect(await addressOf(log)).toBe(SECRET);
    expect(written(await log.transact([address(SECRET)])).written).toBe(false);
    await log.transact([address(LONG)]);
    expect(await addressOf(log)).toBe(LONG);
  });
  expect(hasIndex(copy)).toBe(true);
  expect(filesWith(copy.home, 'Wolkenweg').every((path) => path.includes('local.sqlite'))).toBe(
    true,
  );
});

test('what a transaction declares private is private in that same transaction', async () => {
  const copy = newCopy();
  await copy.with((log) => log.transact([declare('user/address'), address(SECRET)]));
  await copy.with(async (log) => expect(await addressOf(log)).toBe(SECRET));
  expect(filesWith(copy.home, SECRET).every((path) => path.includes('local.sqlite'))).toBe(true);
});

test('an index made anew shows private values again', async () => {
  const copy = await withAddress();
  rmSync(join(copy.home, '.datum', 'local.sqlite'));
  await copy.with(async (log) => expect(await addressOf(log)).toBe(SECRET));
});

test('a clone reads that a value is sealed, until it gets the key', async () => {
  const copy = await withAddress();
  const clone = newCopy({ of: copy });
  await clone.with(async (log) => {
    expect(await addressOf(log)).toMatchObject({
      $sealed: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const keys = await copy.with((from) => from.keys.export(['user:ada']));
    expect(await log.keys.import(keys)).toBe(1);
    expect(await addressOf(log)).toBe(SECRET);
    expect(await log.keys.import(keys)).toBe(0);
    await expect(log.keys.import('{}')).rejects.toMatchObject({ code: 'fact/bad-keys' });
  });
  await clone.with(async (log) => expect(await addressOf(log)).toBe(SECRET));
});

test('a condition on a private value is refused, for it would stand in clear', async () => {
  const copy = await withAddress();
  const slot = { e: 'user:ada', a: 'user/address' };
  await copy.with(async (log) => {
    await expect(
      log.transact([address('moved')], { if: [{ ...slot, is: SECRET }] }),
    ).rejects.toMatchObject({ code: 'fact/private-condition' });
  });
});

test('after an erasure no file of the home holds the text, and the past says that it was erased', async () => {
  const copy = await withAddress();
  const before = await copy.with(async (log) => (await log.at()).known);
  await copy.with(async (log) => {
    expect(await log.erase('user:ada')).toMatchObject({ outcome: 'gone', clear: [] });
    expect(await addressOf(log)).toMatchObject({ $erased: expect.any(String) });
    expect(await addressOf(log, before)).toMatchObject({ $erased: expect.any(String) });
    expect(await log.search('Wolkenweg')).toEqual([]);
    expect(filesWith(copy.home, 'Wolkenweg')).toEqual([]);
  });
  expect(filesWith(copy.home, 'Wolkenweg')).toEqual([]);
  rmSync(join(copy.home, '.datum', 'local.sqlite'));
  await copy.with(async (log) => {
    expect(await addressOf(log)).toMatchObject({ $erased: expect.any(String) });
    expect(await log.keys.export()).not.toContain('user:ada');
  });
});

test('another copy carries the order out when it takes the log in', async () => {
  const copy = await withAddress();
  const clone = newCopy({ of: copy });
  const keys = await copy.with((log) => log.keys.export());
  await clone.with(async (log) => {
    await log.keys.import(keys);
    await log.transact([{ e: 'user:ada', a: 'user/plan', v: 'none' }]);
  });
  expect(hasIndex(clone)).toBe(true);
  copy.pull(clone);
  const erasure = await copy.with((log) => log.erase('user:ada'));
  expect(erasure).toMatchObject({ outcome: 'ordered', clear: [{ a: 'user/plan' }] });
  clone.pull(copy);
  await clone.with(async (log) =>
    expect(await addressOf(log)).toMatchObject({ $erased: expect.any(String) }),
  );
  expect(filesWith(clone.home, 'Wolkenweg')).toEqual([]);
  await clone.with(async (log) => expect(await log.keys.import(keys)).toBe(0));
});

test('an order by a writer one does not trust is not carried out', async () => {
  const copy = newCopy({ trusting: false });
  await copy.with((log) => log.transact([declare('user/address'), address(SECRET)]));
  const clone = newCopy({ of: copy, trusting: false });
  const keys = await copy.with((log) => log.keys.export());
  await clone.with(async (log) => {
    await log.keys.import(keys);
    await log.erase('user:ada');
  });
  copy.pull(clone);
  await copy.with(async (log) => {
    expect(await addressOf(log)).toBe(SECRET);
    await log.trust.add((await log.trust.writers()).map(({ writer }) => writer));
    expect(await addressOf(log)).toMatchObject({ $erased: expect.any(String) });
  });
});

test('what was never private cannot be erased, and is named', async () => {
  const copy = newCopy();
  await copy.with(async (log) => {
    const { id } = written(await log.transact([address(SECRET)]));
    expect(await log.erase('user:ada')).toEqual({
      outcome: 'cannot',
      blobs: [],
      clear: [{ tx: id, a: 'user/address' }],
    });
  });
});

test('a sealed blob opens with its subject key, and is gone with it', async () => {
  const copy = await withAddress();
  await copy.with(async (log) => {
    const blob = await log.blobs.put('a letter about Ada', 'sealed', { subject: 'user:ada' });
    await log.transact([{ e: 'doc:letter', a: 'doc/hash', v: blob.hash }], { blobs: [blob] });
    expect(Buffer.from((await log.blobs.get(blob.hash)) ?? []).toString()).toBe(
      'a letter about Ada',
    );
    expect(filesWith(copy.home, 'a letter about Ada')).toEqual([]);
    await log.erase('user:ada');
    expect(await log.blobs.get(blob.hash)).toBe(undefined);
    await expect(log.blobs.put('x', 'sealed')).rejects.toMatchObject({ code: 'fact/no-subject' });
  });
});
