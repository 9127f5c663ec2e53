import { beforeEach, expect, test } from 'vitest';
import { type ManualClock, manualClock, seededRandom } from '../base/index.ts';
import { memoryLog } from '../fact/index.ts';
import { type Idempotency, logIdempotency } from './index.ts';

let clock: ManualClock;
let keys: Idempotency;
beforeEach(async () => {
  clock = manualClock(1_767_225_600_000_000);
  const log = await memoryLog({ clock, random: seededRandom('keys') });
  keys = logIdempotency({ log, leaseMillis: 60_000 });
});

test('a key goes from fresh over in flight to completed', async () => {
  expect(await keys.lookup('harbor', 'order-42')).toEqual({ state: 'fresh' });
  expect(await keys.begin('harbor', 'order-42', 'run-1')).toEqual({ state: 'fresh' });
  const inFlight = { state: 'in-flight', run: 'run-1', until: clock.now() + 60_000_000 };
  expect(await keys.begin('harbor', 'order-42', 'run-2')).toEqual(inFlight);
  await keys.commit('harbor', 'order-42', { run: 'run-1' });
  const completed = { state: 'completed', run: 'run-1', result: 'run-1' };
  expect(await keys.begin('harbor', 'order-42', 'run-2')).toEqual(completed);
  expect(await keys.lookup('harbor', 'order-42')).toEqual(completed);
});

test('of many that begin at once one gets the key', async () => {
  const runs = Array.from({ length: 20 }, (_, n) => `run-${n}`);
  const states = await Promise.all(runs.map((run) => keys.begin('harbor', 'k', run)));
  expect(states.filter(({ state }) => state === 'fresh')).toHaveLength(1);
});

test('agents do not share keys', async () => {
  await keys.begin('harbor', 'k', 'run-1');
  expect(await keys.begin('pier', 'k', 'run-2')).toEqual({ state: 'fresh' });
});

test('a lease that expires is free; its late run cannot release or renew the next one', async () => {
  await keys.begin('harbor', 'k', 'run-1');
  clock.advance(30_000_000);
  expect(await keys.renew('harbor', 'k', 'run-1')).toBe(true);
  clock.advance(59_000_000);
  expect(await keys.begin('harbor', 'k', 'run-2')).toMatchObject({ state: 'in-flight' });
  clock.advance(1_000_000);
  expect(await keys.lookup('harbor', 'k')).toEqual({ state: 'fresh' });
  expect(await keys.begin('harbor', 'k', 'run-2')).toEqual({ state: 'fresh' });
  expect(await keys.renew('harbor', 'k', 'run-1')).toBe(false);
  await keys.release('harbor', 'k', 'run-1');
  expect(await keys.lookup('harbor', 'k')).toMatchObject({ state: 'in-flight', run: 'run-2' });
});

test('the first commit wins, and nothing gives a committed key back', async () => {
  await keys.begin('harbor', 'k', 'run-1');
  await keys.commit('harbor', 'k', { run: 'run-1', result: { text: 'done' } });
  const first = { state: 'completed', run: 'run-1', result: { text: 'done' } };
  expect(await keys.commit('harbor', 'k', { run: 'run-2' })).toEqual(first);
  await keys.release('harbor', 'k', 'run-1');
  clock.advance(3_600_000_000);
  expect(await keys.lookup('harbor', 'k')).toEqual(first);
});

test('a resumed run gets its own key back, and a released key is free', async () => {
  await keys.begin('harbor', 'k', 'run-1');
  expect(await keys.begin('harbor', 'k', 'run-1')).toEqual({ state: 'fresh' });
  await keys.release('harbor', 'k', 'run-1');
  await keys.release('harbor', 'k', 'run-1');
  expect(await keys.begin('harbor', 'k', 'run-2')).toEqual({ state: 'fresh' });
});

test('an empty key is a mistake', async () => {
  await expect(keys.begin('harbor', '', 'run-1')).rejects.toMatchObject({ code: 'work/bad-key' });
});
