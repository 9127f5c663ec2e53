import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Clock, type ManualClock, manualClock } from '../../base/index.ts';
import { z } from '../../spec/index.ts';
import {
  answer,
  defineOperation,
  type LimitOptions,
  limit,
  liveHandler,
  perform,
  within,
} from '../index.ts';

const send = defineOperation({
  name: 'demo/send',
  kind: 'external',
  input: z.string(),
  output: z.null(),
});

/** Sleepers wake in the order of their times; the clock jumps to the next of them when all sleep. */
function eventClock(): Clock & { run(): Promise<void>; advance(micros: number): void } {
  const manual: ManualClock = manualClock(0);
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  const settle = async () => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  return {
    now: manual.now,
    advance: manual.advance,
    sleep: (millis, signal) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
        sleepers.push({ at: manual.now() + millis * 1000, wake: resolve });
      }),
    run: async () => {
      await settle();
      while (sleepers.length > 0) {
        sleepers.sort((a, b) => a.at - b.at);
        const next = sleepers.shift();
        manual.set(Math.max(manual.now(), next?.at ?? 0));
        next?.wake();
        await settle();
      }
    },
  };
}

function world(clock: Clock) {
  const left: { readonly what: string; readonly at: number }[] = [];
  const handler = liveHandler('world', [
    answer(send, (what) => {
      left.push({ what, at: clock.now() });
      return null;
    }),
  ]);
  return { handler, left };
}

test('a burst leaves at once up to the capacity, the rest at the rate', async () => {
  const clock = manualClock(0);
  const there = world(clock);
  await within([limit({ clock, capacity: 2, perSecond: 1 }), there.handler], async () => {
    for (const what of ['a', 'b', 'c', 'd']) await perform(send, what);
  });
  expect(there.left.map(({ at }) => at)).toEqual([0, 0, 1_000_000, 2_000_000]);
});

test('time that was slept is not credited again', async () => {
  const clock = manualClock(0);
  const there = world(clock);
  await within([limit({ clock, capacity: 2, perSecond: 1 }), there.handler], async () => {
    for (let n = 0; n < 12; n += 1) await perform(send, String(n));
  });
  expect(clock.now()).toBe(10_000_000);
});

test('a rest fills the bucket, but never beyond its capacity', async () => {
  const clock = manualClock(0);
  const there = world(clock);
  await within([limit({ clock, capacity: 2, perSecond: 1 }), there.handler], async () => {
    for (const what of ['a', 'b']) await perform(send, what);
    clock.advance(3_600_000_000);
    for (const what of ['c', 'd', 'e']) await perform(send, what);
  });
  const later = there.left.slice(2).map(({ at }) => at - 3_600_000_000);
  expect(later).toEqual([0, 0, 1_000_000]);
});

test('waits beyond the bound are refused, say how long, and take no token', async () => {
  const clock = eventClock();
  const there = world(clock);
  const limited = limit({ clock, capacity: 1, perSecond: 1, waitMillisMax: 1500 });
  await within([limited, there.handler], async () => {
    const calls = ['a', 'b', 'c'].map((what) => perform(send, what));
    await expect(calls[2]).rejects.toMatchObject({
      code: 'effect/rate-limited',
      kind: 'busy',
      data: { transient: true, mayHaveHappened: false, retryAfterMillis: 2000 },
    });
    await clock.run();
    await Promise.all(calls.slice(0, 2));
    clock.advance(1_000_000);
    await perform(send, 'd');
  });
  expect(there.left.map(({ what, at }) => [what, at])).toEqual([
    ['a', 0],
    ['b', 1_000_000],
    ['d', 2_000_000],
  ]);
});

test('a call that is called off while waiting gives its token back', async () => {
  const clock = eventClock();
  const there = world(clock);
  await within([limit({ clock, capacity: 1, perSecond: 1 }), there.handler], async () => {
    await perform(send, 'a');
    const controller = new AbortController();
    const off = perform(send, 'b', { signal: controller.signal });
    controller.abort();
    await expect(off).rejects.toThrow('aborted');
    clock.advance(1_000_000);
    await perform(send, 'c');
  });
  expect(there.left.map(({ at }) => at)).toEqual([0, 1_000_000]);
});

test('each bucket has its own tokens', async () => {
  const clock = manualClock(0);
  const there = world(clock);
  const bucketOf: LimitOptions['bucketOf'] = ({ args }) => String(args);
  await within([limit({ clock, capacity: 1, perSecond: 1, bucketOf }), there.handler], async () => {
    for (let n = 0; n < 3000; n += 1) await perform(send, `host${n}`);
  });
  expect(clock.now()).toBe(0);
});

test.each([
  { capacity: 0, perSecond: 1 },
  { capacity: 1, perSecond: 0 },
  { capacity: Number.NaN, perSecond: 1 },
])('%o is no limit', (options) => {
  expect(() => limit({ clock: manualClock(0), ...options })).toThrow(
    expect.objectContaining({ code: 'effect/bad-limit' }),
  );
});

test('no window ever sees more than capacity + rate × time, calls keep their order, none waits for nothing', async () => {
  const arrivals = fc.array(fc.nat({ max: 3_000_000 }), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(
      arrivals,
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 8 }),
      async (gaps, capacity, perSecond) => {
        const clock = eventClock();
        const there = world(clock);
        const handlers = [limit({ clock, capacity, perSecond }), there.handler];
        await within(handlers, async () => {
          const calls = gaps.map(async (_, index) => {
            const at = gaps.slice(0, index + 1).reduce((sum, each) => sum + each, 0);
            if (at > 0) await clock.sleep(at / 1000);
            return perform(send, String(index));
          });
          await clock.run();
          await Promise.all(calls);
        });
        const times = there.left.map(({ at }) => at);
        for (const [index, from] of times.entries()) {
          for (const [more, until] of times.slice(index).entries()) {
            const allowed = capacity + ((until - from) / 1_000_000) * perSecond;
            expect(more + 1).toBeLessThanOrEqual(allowed + 0.01);
          }
        }
        const last = gaps.reduce((sum, each) => sum + each, 0);
        const worst = last + (gaps.length / perSecond) * 1_000_000 + 1000 * gaps.length;
        expect(Math.max(...times)).toBeLessThanOrEqual(worst);
        expect(there.left.map(({ what }) => Number(what))).toEqual(gaps.map((_, index) => index));
      },
    ),
    { numRuns: 60 },
  );
});
