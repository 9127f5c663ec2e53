import { expect, test } from 'vitest';
import { oncePerMinute } from './once-per-minute.ts';

const MINUTE = 60_000_000;

test('a minute is made once, another minute and another zone anew', () => {
  const made: string[] = [];
  const noted = oncePerMinute((at, zone) => {
    made.push(zone);
    return `${zone} ${Math.floor(at / MINUTE)}`;
  });
  expect(noted(0, 'UTC')).toBe('UTC 0');
  expect(noted(MINUTE - 1, 'UTC')).toBe('UTC 0');
  expect(noted(MINUTE, 'UTC')).toBe('UTC 1');
  expect(noted(MINUTE, 'Asia/Kolkata')).toBe('Asia/Kolkata 1');
  expect(noted(0, 'UTC')).toBe('UTC 0');
  expect(made).toEqual(['UTC', 'UTC', 'Asia/Kolkata', 'UTC']);
});

test('an instant before 1970 has a minute of its own', () => {
  const minutes = oncePerMinute((at) => Math.floor(at / MINUTE));
  expect(minutes(-1, 'UTC')).toBe(-1);
  expect(minutes(0, 'UTC')).toBe(0);
});
