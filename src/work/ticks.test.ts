import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatInstant, readInstant } from '../base/index.ts';
import { dueTick, nextTick } from './index.ts';

const at = (text: string): number => readInstant(text) ?? Number.NaN;
const berlin = (cron: string) => ({ cron, zone: 'Europe/Berlin' });

function ticksBetween(recurrence: { cron: string; zone: string }, from: string, to: string) {
  const ticks: string[] = [];
  for (let tick = nextTick(recurrence, at(from)); tick !== undefined && tick <= at(to); ) {
    ticks.push(formatInstant(tick).slice(0, 16));
    tick = nextTick(recurrence, tick);
  }
  return ticks;
}

test('a time that a clock change leaves out comes when the gap ends, once', () => {
  expect(ticksBetween(berlin('30 2 * * *'), '2026-03-28T00:00Z', '2026-03-30T12:00Z')).toEqual([
    '2026-03-28T01:30',
    '2026-03-29T01:00',
    '2026-03-30T00:30',
  ]);
});

test('a time that a clock change repeats comes the first time alone', () => {
  expect(ticksBetween(berlin('30 2 * * *'), '2026-10-24T12:00Z', '2026-10-26T12:00Z')).toEqual([
    '2026-10-25T00:30',
    '2026-10-26T01:30',
  ]);
});

test('every hour comes every hour, also when the clock shows it twice or not at all', () => {
  expect(ticksBetween(berlin('0 * * * *'), '2026-10-24T23:30Z', '2026-10-25T02:30Z')).toEqual([
    '2026-10-25T00:00',
    '2026-10-25T01:00',
    '2026-10-25T02:00',
  ]);
  expect(ticksBetween(berlin('0 * * * *'), '2026-03-28T23:30Z', '2026-03-29T02:30Z')).toEqual([
    '2026-03-29T00:00',
    '2026-03-29T01:00',
    '2026-03-29T02:00',
  ]);
});

test('the last day of a month is that of each month', () => {
  const last = { cron: '0 9 L * *', zone: 'UTC' };
  expect(ticksBetween(last, '2026-01-15T00:00Z', '2026-04-15T00:00Z')).toEqual([
    '2026-01-31T09:00',
    '2026-02-28T09:00',
    '2026-03-31T09:00',
  ]);
});

test('a tick is due at its very time, and what was missed is due once', () => {
  const daily = { cron: '0 7 * * *', zone: 'UTC' };
  const [before, tick] = [at('2026-06-07T07:00Z'), at('2026-06-08T07:00Z')];
  expect(dueTick(daily, { after: before, now: tick - 1 })).toBeUndefined();
  expect(dueTick(daily, { after: before, now: tick })).toBe(tick);
  expect(dueTick(daily, { after: tick, now: tick + 1 })).toBeUndefined();
  const late = at('2026-06-20T12:00Z');
  expect(dueTick(daily, { after: tick, now: late })).toBe(at('2026-06-20T07:00Z'));
});

test('what is due is the last of what came, in every zone and over every clock change', () => {
  const crons = fc.constantFrom(
    '30 2 * * *',
    '*/20 * * * *',
    '0 */3 * * 1-5',
    '15 1 1 * *',
    '@daily',
  );
  const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/Chicago', 'Australia/Lord_Howe');
  const minutes = fc.integer({ min: at('2026-03-01') / 6e7, max: at('2026-11-30') / 6e7 });
  fc.assert(
    fc.property(crons, zones, minutes, fc.nat(4000), (cron, zone, minute, length) => {
      const after = minute * 6e7;
      const now = after + length * 6e7;
      let last: number | undefined;
      for (let tick = nextTick({ cron, zone }, after); tick !== undefined && tick <= now; ) {
        last = tick;
        tick = nextTick({ cron, zone }, tick);
      }
      expect(dueTick({ cron, zone }, { after, now })).toBe(last);
    }),
    { numRuns: 60 },
  );
});
