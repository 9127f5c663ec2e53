import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatInstant, parseInstant, readInstant } from './index.ts';

const micros = fc.integer({ min: -62_135_596_800_000_000 / 8, max: Number.MAX_SAFE_INTEGER });

test('an instant survives its text, and texts sort like instants', () => {
  fc.assert(
    fc.property(micros, micros, (a, b) => {
      expect(parseInstant(formatInstant(a))).toBe(a);
      expect(formatInstant(a) < formatInstant(b)).toBe(a < b);
    }),
  );
});

test.each([
  '2026-01-01T00:00:00Z',
  '2026-01-01T00:00:00.000Z',
  '2026-01-01T00:00:00.000000+00:00',
  '2026-02-30T00:00:00.000000Z',
  '2026-01-01t00:00:00.000000z',
  '',
])('the stored form of an instant is not %j', (text) => {
  expect(parseInstant(text)).toBeUndefined();
});

test.each([
  ['2026-01-01', '2026-01-01T00:00:00.000000Z'],
  ['2026-01-01T09:30+02:00', '2026-01-01T07:30:00.000000Z'],
  ['2026-01-01 09:30:15.5Z', '2026-01-01T09:30:15.500000Z'],
  ['2026-01-01T00:00:00.000001Z', '2026-01-01T00:00:00.000001Z'],
])('a person may write %s', (text, stored) => {
  expect(formatInstant(readInstant(text) ?? Number.NaN)).toBe(stored);
});

test.each(['2026-02-30', '2026-13-01', '2026-01-01T25:00Z', '2026-01-01T09:30', 'tomorrow', ''])(
  'a person may not write %j',
  (text) => {
    expect(readInstant(text)).toBeUndefined();
  },
);
