import { expect, test } from 'vitest';
import { type ManualClock, manualClock } from '../../base/index.ts';
import { z } from '../../spec/index.ts';
import {
  answer,
  type CacheOptions,
  cache,
  defineOperation,
  EffectError,
  liveHandler,
  perform,
  within,
} from '../index.ts';

const base = { input: z.json(), output: z.json() };
const look = defineOperation({ ...base, name: 'demo/look', kind: 'read' });
const send = defineOperation({ ...base, name: 'demo/send', kind: 'external' });

interface World {
  readonly clock: ManualClock;
  readonly calls: unknown[];
  run<T>(program: () => Promise<T>): Promise<T>;
}

function world(
  options: Partial<CacheOptions> = {},
  reply?: (args: unknown) => Promise<never>,
): World {
  const clock = manualClock(0);
  const calls: unknown[] = [];
  const reach = async (args: unknown) => {
    calls.push(args);
    return reply === undefined ? { seen: [calls.length] } : reply(args);
  };
  const live = liveHandler('world', [answer(look, reach), answer(send, reach)]);
  const cached = cache({ clock, ttlMillis: 1000, ...options });
  return { clock, calls, run: (program) => within([cached, live], program) };
}

test('an equal call is answered from the cache until its time is over', async () => {
  const { clock, calls, run } = world();
  await run(async () => {
    const first = await perform(look, { a: 1, b: 2 });
    expect(await perform(look, { b: 2, a: 1 })).toBe(first);
    clock.advance(999_999);
    await perform(look, { a: 1, b: 2 });
    expect(calls.length).toBe(1);
    clock.advance(1);
    await perform(look, { a: 1, b: 2 });
    expect(calls.length).toBe(2);
  });
});

test('only reads are cached, unless operations are named', async () => {
  const reads = world();
  await reads.run(async () => {
    await perform(send, 1);
    await perform(send, 1);
  });
  expect(reads.calls.length).toBe(2);
  const named = world({ operations: ['demo/send'] });
  await named.run(async () => {
    for (const operation of [send, look]) {
      await perform(operation, 1);
      await perform(operation, 1);
    }
  });
  expect(named.calls.length).toBe(3);
});

test('the least recently used answer leaves first', async () => {
  const { calls, run } = world({ entriesMax: 2 });
  await run(async () => {
    for (const args of [1, 2, 1, 3, 1, 2]) await perform(look, args);
  });
  expect(calls).toEqual([1, 2, 3, 2]);
});

test('answers together stay below the size bound, and one beyond it is not kept', async () => {
  const { calls, run } = world({ sizeMax: 20 });
  await run(async () => {
    for (const args of [1, 2, 1]) await perform(look, args);
  });
  expect(calls).toEqual([1, 2, 1]);
  const tiny = world({ sizeMax: 5 });
  await tiny.run(async () => {
    for (const args of [1, 1]) await perform(look, args);
  });
  expect(tiny.calls.length).toBe(2);
});

test('equal calls under way reach the world once', async () => {
  const { calls, run } = world();
  const answers = await run(() => Promise.all([1, 1, 1, 2].map((args) => perform(look, args))));
  expect(calls).toEqual([1, 2]);
  expect(answers[0]).toBe(answers[2]);
});

test('failures are shared by those who wait but not kept', async () => {
  const { calls, run } = world({}, () =>
    Promise.reject(new EffectError({ code: 'demo/no', message: 'no', hint: '' })),
  );
  await run(async () => {
    const both = await Promise.allSettled([perform(look, 1), perform(look, 1)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(calls.length).toBe(1);
    await expect(perform(look, 1)).rejects.toThrow('no');
    expect(calls.length).toBe(2);
  });
});

test('a caller that gives up does not take the others with it', async () => {
  const clock = manualClock(0);
  let calls = 0;
  const live = liveHandler('world', [
    answer(look, async (_, call) => {
      calls += 1;
      await Promise.resolve();
      call.signal?.throwIfAborted();
      return 'seen';
    }),
  ]);
  await within([cache({ clock, ttlMillis: 1000 }), live], async () => {
    const controller = new AbortController();
    const first = perform(look, 1, { signal: controller.signal });
    const second = perform(look, 1);
    controller.abort();
    await expect(first).rejects.toThrow('aborted');
    expect(await second).toBe('seen');
  });
  expect(calls).toBe(2);
});

test('a caller cannot change what the next one gets', async () => {
  const { run } = world();
  await run(async () => {
    const found = (await perform(look, 1)) as { seen: number[] };
    expect(() => found.seen.push(2)).toThrow(TypeError);
  });
});
