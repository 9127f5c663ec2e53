import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NameCache } from './name-cache.ts';

/** Names as they are, of any units, alike but for one, and longer than any entity's. */
const names = fc.oneof(
  fc.nat(99).map((n) => `thing:${n}`),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.nat(9).map((n) => `größer:${'x'.repeat(n)}ł`),
  fc.constantFrom('', '\u0000', '\u00ff', '\u0100', '\ud800', 'y'.repeat(200_000)),
);

test('a name has the number it was last given, or none when there was no room', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(names, fc.integer({ min: 1, max: 2 ** 40 }))), (given) => {
      const cache = new NameCache();
      const numbers = new Map<string, number>();
      for (const [name, number] of given) {
        cache.set(name, number);
        if (number < 2 ** 31) numbers.set(name, number);
        for (const [other, last] of numbers) expect([last, undefined]).toContain(cache.get(other));
      }
      expect(cache.get('never given')).toBe(undefined);
    }),
  );
});

test('thousands of names are found again, and none after all were forgotten', () => {
  const cache = new NameCache();
  for (let n = 1; n <= 20_000; n += 1) cache.set(`thing:${n}`, n);
  const found = Array.from({ length: 20_000 }, (_, n) => cache.get(`thing:${n + 1}`));
  expect(found.filter((number, n) => number === n + 1).length).toBeGreaterThan(19_900);
  expect(found.every((number, n) => number === n + 1 || number === undefined)).toBe(true);
  cache.clear();
  expect(cache.get('thing:1')).toBe(undefined);
});

test('where all room is taken, remembering begins anew', () => {
  const cache = new NameCache();
  const long = (n: number): string => `${n}:${'x'.repeat(100_000)}`;
  for (let n = 1; n <= 100; n += 1) cache.set(long(n), n);
  expect(cache.get(long(100))).toBe(100);
  expect(cache.get(long(1))).toBe(undefined);
});
