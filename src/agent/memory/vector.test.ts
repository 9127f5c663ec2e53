import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from '../../base/index.ts';
import { decodeVector, encodeVector, likeness } from './vector.ts';

const vector = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
  minLength: 8,
  maxLength: 64,
});

test('a vector is like itself, whatever its length is scaled to, and unlike its opposite', () => {
  fc.assert(
    fc.property(
      vector.filter((numbers) => numbers.some((each) => Math.abs(each) > 0.01)),
      (numbers) => {
        const one = decodeVector(encodeVector(numbers));
        const scaled = decodeVector(encodeVector(numbers.map((each) => each * 7)));
        const opposite = decodeVector(encodeVector(numbers.map((each) => -each)));
        expect(likeness(one, scaled)).toBeGreaterThan(0.99);
        expect(likeness(one, opposite)).toBeLessThan(-0.99);
      },
    ),
  );
});

test('the longest vectors of today fit the value of a fact', () => {
  for (const length of [1536, 3072, 4096]) {
    const text = JSON.stringify(encodeVector(Array.from({ length }, (_, at) => Math.sin(at))));
    expect(text.length).toBeLessThanOrEqual(limits.inlineValueBytesMax);
  }
});

test('vectors of different models, and empty ones, are not alike', () => {
  const [short, long, none] = [
    [1, 2],
    [1, 2, 3],
    [0, 0],
  ].map((each) => decodeVector(encodeVector(each)));
  expect(likeness(short as Int8Array, long as Int8Array)).toBe(0);
  expect(likeness(short as Int8Array, none as Int8Array)).toBe(0);
});
