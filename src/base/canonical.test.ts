import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BaseError, canonicalize, escapeTags, hashOf, type Json, unescapeTags } from './index.ts';

const vectors: Readonly<{ accepts: { value: Json; text: string; sha256: string }[] }> = JSON.parse(
  readFileSync(new URL('../../test/vectors/canonical.json', import.meta.url), 'utf8'),
);

test.each(vectors.accepts)('the canonical text of $text', ({ value, text, sha256 }) => {
  expect(canonicalize(value)).toBe(text);
  expect(hashOf(value)).toBe(sha256);
});

test('negative zero is zero and large numbers take an exponent at 1e21', () => {
  expect(canonicalize([-0, 1e20, 1e21, 1e-6, 1e-7])).toBe(
    '[0,100000000000000000000,1e+21,0.000001,1e-7]',
  );
});

test('keys are ordered by UTF-16 unit, so U+1F600 comes before U+FF5E', () => {
  expect(canonicalize({ '～': 1, '😀': 2 })).toBe('{"😀":2,"～":1}');
});

test.each([
  ['NaN', Number.NaN],
  ['infinity', Number.POSITIVE_INFINITY],
  ['a lone surrogate', '\ud800'],
  ['a lone surrogate in a key', { '\udc00': 1 }],
  ['undefined', { a: undefined }],
  ['a date', new Date(0)],
  ['a bigint', 1n],
  ['a $int that fits a number', { $int: '5' }],
  ['base64 without padding', { $bytes: 'AA' }],
  ['an instant without microseconds', { $inst: '2026-01-01T00:00:00Z' }],
  ['a reference that names no entity', { $ref: '#/defs/a' }],
])('refuses %s', (_, value) => {
  expect(() => canonicalize(value as Json)).toThrow(BaseError);
});

test('refuses a value that contains itself', () => {
  const loop: Json[] = [];
  loop.push(loop);
  expect(() => canonicalize(loop)).toThrow('nesting is too deep');
});

test('canonical text parses back to an equal value with the same text', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const text = canonicalize(escapeTags(value as Json));
      const back = JSON.parse(text) as Json;
      expect(canonicalize(back)).toBe(text);
      expect(canonicalize(unescapeTags(back) as Json)).toBe(canonicalize(value as Json));
    }),
  );
});

test('data that looks like a tag survives escaping', () => {
  const schema: Json = { items: { $ref: '#/$defs/a' }, more: [{ $$int: 'x' }] };
  const escaped = escapeTags(schema);
  expect(canonicalize(escaped)).toBe('{"items":{"$$ref":"#/$defs/a"},"more":[{"$$$int":"x"}]}');
  expect(unescapeTags(escaped)).toEqual(schema);
});
