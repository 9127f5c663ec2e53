import { expect, test } from 'vitest';
import { manualClock, seededRandom } from '../../base/index.ts';
import { memoryLog } from '../../fact/index.ts';
import { z } from '../../spec/index.ts';
import {
  answer,
  defineOperation,
  EffectError,
  failureData,
  type Handler,
  idempotency,
  liveHandler,
  openRecorder,
  perform,
  settleStep,
  within,
} from '../index.ts';

const base = { input: z.string(), output: z.string() };
const pay = defineOperation({ ...base, name: 'demo/pay', kind: 'external' });
const put = defineOperation({ ...base, name: 'demo/put', kind: 'write', idempotent: true });
const key = 'invoice 7';

async function setting() {
  const clock = manualClock(0);
  const log = await memoryLog({ clock, random: seededRandom('once') });
  const calls: string[] = [];
  const reach = (name: string) => async (args: string) => {
    calls.push(`${name} ${args}`);
    return `${name}:${args}`;
  };
  const world = liveHandler('world', [answer(pay, reach('pay')), answer(put, reach('put'))]);
  const runs = async <T>(run: string, program: () => Promise<T>, more: readonly Handler[] = []) => {
    const recorder = await openRecorder({ log, run });
    const once = idempotency({ log, clock, holdMillis: 1000 });
    try {
      return await within([...recorder.handlers, once, ...more, world], program);
    } finally {
      await recorder.close();
    }
  };
  return { log, clock, calls, runs };
}

const payOnce =
  (args = '10') =>
  () =>
    perform(pay, args, { key });

/** A live handler that never comes back once reached: its process is gone. */
function dying(operation: typeof pay) {
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  const handler = liveHandler('dying', [
    answer(operation, () => {
      resolve();
      return new Promise<string>(() => {});
    }),
  ]);
  return { handler, reached };
}

test('calls with one key happen once, across runs', async () => {
  const { calls, runs } = await setting();
  expect(await runs('a', payOnce())).toBe('pay:10');
  expect(await runs('b', payOnce())).toBe('pay:10');
  expect(calls).toEqual(['pay 10']);
});

test('calls without a key, or with another one, pass', async () => {
  const { calls, runs } = await setting();
  await runs('a', async () => {
    await perform(pay, '10');
    await perform(pay, '10');
    await perform(pay, '10', { key: 'other' });
  });
  expect(calls.length).toBe(3);
});

test('a key is for one call: another operation or other arguments are refused', async () => {
  const { runs } = await setting();
  await runs('a', payOnce());
  await expect(runs('b', payOnce('11'))).rejects.toMatchObject({ code: 'effect/key-reused' });
  await expect(runs('c', () => perform(put, '10', { key }))).rejects.toMatchObject({
    code: 'effect/key-reused',
  });
});

test('while the first is under way the others are told to wait', async () => {
  const { runs } = await setting();
  const gate = Promise.withResolvers<string>();
  const slow = liveHandler('slow', [answer(pay, () => gate.promise)]);
  const first = runs('a', payOnce(), [slow]);
  await expect(runs('b', payOnce())).rejects.toMatchObject({
    code: 'effect/key-busy',
    kind: 'busy',
    data: { transient: true, retryAfterMillis: 1000 },
  });
  gate.resolve('paid');
  expect(await first).toBe('paid');
  expect(await runs('c', payOnce())).toBe('paid');
});

test('a call that was blocked before its intent gives the key back', async () => {
  const { calls, runs } = await setting();
  const deny: Handler = {
    name: 'policy',
    place: 'policy',
    handle: () => Promise.reject(new EffectError({ code: 'demo/denied', message: 'no', hint: '' })),
  };
  await expect(runs('a', payOnce(), [deny])).rejects.toMatchObject({ code: 'demo/denied' });
  expect(await runs('b', payOnce())).toBe('pay:10');
  expect(calls).toEqual(['pay 10']);
});

test.each([
  ['gives the key back when nothing happened', false, 'pay:10'],
  ['is what later calls get when it may have happened', true, 'demo/no'],
])('a failure %s', async (_, mayHaveHappened, later) => {
  const { runs } = await setting();
  const failing = liveHandler('failing', [
    answer(pay, (): string => {
      const data = failureData({ mayHaveHappened });
      throw new EffectError({ code: 'demo/no', message: 'no', hint: '', data });
    }),
  ]);
  await expect(runs('a', payOnce(), [failing])).rejects.toMatchObject({ code: 'demo/no' });
  expect(await runs('b', payOnce()).catch((error: EffectError) => error.code)).toBe(later);
});

test('a holder that died is waited for, then reported, then settled by hand', async () => {
  const { log, clock, calls, runs } = await setting();
  const dead = dying(pay);
  void runs('a', payOnce(), [dead.handler]);
  await dead.reached;
  await expect(runs('b', payOnce())).rejects.toMatchObject({ code: 'effect/key-busy' });
  clock.advance(1_000_001);
  await expect(runs('c', payOnce())).rejects.toMatchObject({
    code: 'effect/key-unknown',
    data: { holderRun: 'a', holderStep: '1' },
  });
  await settleStep(log, { run: 'a', address: '1', as: { result: 'found' } });
  expect(await runs('d', payOnce())).toBe('found');
  expect(calls).toEqual([]);
});

test('after a holder that died, an idempotent call is taken over', async () => {
  const { clock, calls, runs } = await setting();
  const putOnce = () => perform(put, 'x', { key });
  const dead = dying(put);
  void runs('a', putOnce, [dead.handler]);
  await dead.reached;
  clock.advance(1_000_001);
  expect(await runs('b', putOnce)).toBe('put:x');
  expect(await runs('c', putOnce)).toBe('put:x');
  expect(calls).toEqual(['put x']);
});

test('a resumed step meets its own claim and goes on', async () => {
  const { calls, runs } = await setting();
  const putOnce = () => perform(put, 'x', { key });
  const dead = dying(put);
  void runs('a', putOnce, [dead.handler]);
  await dead.reached;
  expect(await runs('a', putOnce)).toBe('put:x');
  expect(calls).toEqual(['put x']);
});

test('a key without a recorded run is refused', async () => {
  const { log, clock } = await setting();
  const alone = within([idempotency({ log, clock })], payOnce());
  await expect(alone).rejects.toMatchObject({ code: 'effect/key-unrecorded' });
});
