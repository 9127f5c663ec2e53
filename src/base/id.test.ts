import fc from 'fast-check';
import { expect, test } from 'vitest';
import { manualClock, seededRandom, sortableId, uniform } from './index.ts';

test('an id is a version 7 UUID and sorts by its time', () => {
  const random = seededRandom('ids');
  // An instant is a whole number of microseconds below 2^53.
  const max = Math.floor(Number.MAX_SAFE_INTEGER / 1000) - 2 ** 21;
  fc.assert(
    fc.property(fc.nat({ max }), fc.nat({ max: 2 ** 20 }), (millis, later) => {
      const first = sortableId({ clock: manualClock(millis * 1000), random });
      const second = sortableId({ clock: manualClock((millis + later + 1) * 1000), random });
      expect(first).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
      expect(first < second).toBe(true);
    }),
  );
});

test('the same seed gives the same bytes, and pieces join up', () => {
  const whole = seededRandom('s').bytes(100);
  const random = seededRandom('s');
  const pieces = Buffer.concat([random.bytes(1), random.bytes(40), random.bytes(59)]);
  expect(pieces.equals(whole)).toBe(true);
  expect(Buffer.from(seededRandom('t').bytes(100)).equals(whole)).toBe(false);
});

test('uniform stays within [0, 1)', () => {
  const random = seededRandom('u');
  for (let round = 0; round < 1000; round += 1) {
    const value = uniform(random);
    expect(value >= 0 && value < 1).toBe(true);
  }
});
