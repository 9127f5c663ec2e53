import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Clock, manualClock, seededRandom } from '../../base/index.ts';
import { z } from '../../spec/index.ts';
import {
  answer,
  defineOperation,
  EffectError,
  type Failure,
  failureData,
  liveHandler,
  perform,
  type RetryOptions,
  retry,
  within,
} from '../index.ts';

const base = { input: z.null(), output: z.number() };
const send = defineOperation({ ...base, name: 'demo/send', kind: 'external' });
const fetch = defineOperation({ ...base, name: 'demo/fetch', kind: 'read' });

const failing = (failure: Failure): EffectError =>
  new EffectError({ code: 'demo/no', message: 'no', hint: '', data: failureData(failure) });

/** A world that fails in the given ways, then answers with the number of the attempt. */
function world(failures: readonly Failure[]) {
  let attempts = 0;
  const next = (): number => {
    const failure = failures[attempts];
    attempts += 1;
    if (failure !== undefined) throw failing(failure);
    return attempts;
  };
  const handler = liveHandler('world', [answer(send, next), answer(fetch, next)]);
  return { handler, attempts: () => attempts };
}

function pausing() {
  const pauses: number[] = [];
  const manual = manualClock(0);
  const clock: Clock = {
    now: manual.now,
    sleep: async (millis, signal) => {
      signal?.throwIfAborted();
      pauses.push(millis);
    },
  };
  return { clock, pauses };
}

const passing: Failure = { transient: true };

async function attempt(
  failures: readonly Failure[],
  options: Partial<RetryOptions> & { readonly operation?: typeof send } = {},
) {
  const { clock, pauses } = pausing();
  const there = world(failures);
  const { operation = fetch, ...rest } = options;
  const handler = retry({ clock, random: seededRandom('retry'), ...rest });
  const result = await within([handler, there.handler], () => perform(operation, null)).catch(
    (error: EffectError) => error.code,
  );
  return { result, attempts: there.attempts(), pauses };
}

test('what fails in passing is tried again until it works', async () => {
  expect(await attempt([passing, passing])).toMatchObject({ result: 3, attempts: 3 });
});

test('the last failure is thrown when all attempts fail', async () => {
  const four = await attempt([passing, passing, passing, passing]);
  expect(four).toMatchObject({ result: 'demo/no', attempts: 4 });
  expect(await attempt([passing], { attemptsMax: 1 })).toMatchObject({ attempts: 1, pauses: [] });
});

test('a failure that is not said to pass is final', async () => {
  expect(await attempt([{}])).toMatchObject({ result: 'demo/no', attempts: 1, pauses: [] });
});

test('a write that may have happened is not tried again, one that did not is', async () => {
  expect(await attempt([passing], { operation: send })).toMatchObject({ attempts: 1 });
  const refused = { transient: true, mayHaveHappened: false };
  expect(await attempt([refused], { operation: send })).toMatchObject({ result: 2 });
});

test('the pause is as long as the other side asked, and too long a one ends the attempts', async () => {
  const asked = await attempt([{ transient: true, retryAfterMillis: 7000 }]);
  expect(asked).toMatchObject({ result: 2, pauses: [7000] });
  const tooLong = await attempt([{ transient: true, retryAfterMillis: 60_000 }]);
  expect(tooLong).toMatchObject({ result: 'demo/no', attempts: 1, pauses: [] });
});

test('the caller can say what a failure means', async () => {
  const result = await attempt([{}], { classify: () => ({ transient: true }) });
  expect(result.attempts).toBe(2);
});

test('an aborted call is not tried again', async () => {
  const controller = new AbortController();
  const there = world([passing]);
  const handler = retry({ clock: manualClock(0), random: seededRandom('x') });
  const called = within([handler, there.handler], () => {
    const promise = perform(fetch, null, { signal: controller.signal });
    controller.abort();
    return promise;
  });
  await expect(called).rejects.toMatchObject({ code: 'demo/no' });
  expect(there.attempts()).toBe(1);
});

test('settings without an attempt are refused', () => {
  const options = { clock: manualClock(0), random: seededRandom('x'), attemptsMax: 0 };
  expect(() => retry(options)).toThrow(expect.objectContaining({ code: 'effect/bad-retry' }));
});

test('attempts and pauses stay within their bounds, whatever fails', async () => {
  const failure = fc.record(
    {
      transient: fc.boolean(),
      mayHaveHappened: fc.boolean(),
      retryAfterMillis: fc.nat({ max: 30_000 }),
    },
    { requiredKeys: [] },
  );
  const settings = fc.record({
    attemptsMax: fc.integer({ min: 1, max: 8 }),
    firstPauseMillis: fc.nat({ max: 1000 }),
    pauseMillisMax: fc.nat({ max: 20_000 }),
    seed: fc.string(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(failure, { maxLength: 10 }), settings, async (failures, given) => {
      const { seed, ...options } = given;
      const ended = await attempt(failures, { ...options, random: seededRandom(seed) });
      expect(ended.attempts).toBeLessThanOrEqual(options.attemptsMax);
      expect(ended.pauses.length).toBe(ended.attempts - 1);
      for (const [index, pause] of ended.pauses.entries()) {
        const grown = options.firstPauseMillis * 2 ** index;
        const asked = failures[index]?.retryAfterMillis ?? 0;
        expect(pause).toBeLessThanOrEqual(Math.max(Math.ceil(grown), asked));
        expect(pause).toBeGreaterThanOrEqual(asked);
        expect(pause).toBeLessThanOrEqual(options.pauseMillisMax);
        expect(failures[index]?.transient).toBe(true);
      }
    }),
  );
});
