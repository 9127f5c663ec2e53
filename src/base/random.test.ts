import { expect, test } from 'vitest';
import { systemRandom } from './random.ts';

test('no bytes of the machine come twice, and what was given out stays as it was', () => {
  const given = Array.from({ length: 2000 }, () => systemRandom.bytes(10));
  const first = given.map((bytes) => Buffer.from(bytes).toString('hex'));
  expect(new Set(first).size).toBe(given.length);
  systemRandom.bytes(10_000);
  expect(given.map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual(first);
});

test('as many bytes come as were asked for', () => {
  for (const count of [0, 1, 16, 256, 257, 4096, 10_000]) {
    expect(systemRandom.bytes(count)).toHaveLength(count);
  }
});
