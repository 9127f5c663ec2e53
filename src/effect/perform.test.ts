import { expect, test } from 'vitest';
import { z } from '../spec/index.ts';
import {
  answer,
  currentStack,
  defineOperation,
  type Handler,
  liveHandler,
  type Place,
  perform,
  places,
  stackOf,
  uncoveredOperations,
  unguarded,
  within,
  without,
} from './index.ts';

const echo = defineOperation({
  name: 'demo/echo',
  kind: 'external',
  input: z.object({ text: z.string(), times: z.int().default(1) }),
  output: z.string(),
});

const live = liveHandler('live', [answer(echo, ({ text, times }) => text.repeat(times))]);

/** A handler that writes its name down and goes on. */
const passing = (trail: string[], name: string, place?: Place): Handler => ({
  name,
  ...(place === undefined ? {} : { place }),
  handle: (call, next) => {
    trail.push(name);
    return next(call);
  },
});

test('an effect without a handler is refused by name', async () => {
  await expect(perform(echo, { text: 'a' })).rejects.toMatchObject({ code: 'effect/unhandled' });
  await expect(within([], () => perform(echo, { text: 'a' }))).rejects.toMatchObject({
    code: 'effect/unhandled',
    data: { operation: 'demo/echo' },
  });
});

test('a live handler answers with the arguments as the schema reads them', async () => {
  expect(await within([live], () => perform(echo, { text: 'ab' }))).toBe('ab');
  expect(await within([live], () => perform(echo, { text: 'ab', times: 2 }))).toBe('abab');
});

test('wrong arguments are refused before any handler sees them', async () => {
  const trail: string[] = [];
  const attempt = within([passing(trail, 'trace', 'trace'), live], () =>
    perform(echo, { text: 5 } as never),
  );
  await expect(attempt).rejects.toMatchObject({ code: 'spec/invalid' });
  expect(trail).toEqual([]);
});

test('an answer that breaks its contract is an error that says it happened', async () => {
  const wrong = liveHandler('live', [
    { operation: echo.name, answer: () => ({ secret: 'not text' }) },
  ]);
  await expect(within([wrong], () => perform(echo, { text: 'a' }))).rejects.toMatchObject({
    code: 'effect/bad-answer',
    message: expect.stringContaining('happened'),
  });
});

test('handlers stand in the order of their places, however they are given', async () => {
  const trail: string[] = [];
  const all = places.filter((place) => place !== 'live');
  const shuffled = [...all].reverse().map((place) => passing(trail, place, place));
  await within([live, ...shuffled], () => perform(echo, { text: 'a' }));
  expect(trail).toEqual(all);
});

test('an inner scope adds inside its place, and its live handlers are asked first', async () => {
  const trail: string[] = [];
  const mock = liveHandler('mock', [answer(echo, () => 'mocked')]);
  const result = await within([passing(trail, 'budget:home', 'budget'), live], () =>
    within([mock, passing(trail, 'budget:run', 'budget')], () => perform(echo, { text: 'a' })),
  );
  expect(result).toBe('mocked');
  expect(trail).toEqual(['budget:home', 'budget:run']);
});

test('a handler of the same name replaces the outer one, two at once are refused', async () => {
  const trail: string[] = [];
  await within([passing(trail, 'a', 'trace'), live], () =>
    within([passing(trail, 'a', 'budget')], () => perform(echo, { text: 'x' })),
  );
  expect(trail).toEqual(['a']);
  expect(() => stackOf([live, live])).toThrow('two of the handlers are named live');
});

test('masked handlers are skipped, frames accumulate, and masks end with their scope', async () => {
  const trail: string[] = [];
  const [a, b, c] = ['a', 'b', 'c'].map((name) => passing(trail, name, 'trace'));
  await within([a!, b!, c!, live], async () => {
    await without(['b'], async () => {
      await perform(echo, { text: 'x' });
      await without(['c'], () => perform(echo, { text: 'x' }));
    });
    await perform(echo, { text: 'x' });
  });
  expect(trail.join('')).toBe('acaabc');
});

test('a mask of the live handler leaves the effect unhandled', async () => {
  const masked = within([live], () => without(['live'], () => perform(echo, { text: 'x' })));
  await expect(masked).rejects.toMatchObject({ code: 'effect/unhandled' });
});

test.each(['record', 'intent'] as const)('%s cannot be masked', (place) => {
  const masked = () => within([passing([], 'keeps', place)], () => without(['keeps'], () => 1));
  expect(masked).toThrow(expect.objectContaining({ code: 'effect/cannot-mask' }));
});

test('the effects of a guard are recorded and paid but not guarded', async () => {
  const trail: string[] = [];
  const judge: Handler = {
    name: 'judge',
    place: 'judge',
    handle: async (call, next) => {
      trail.push('judge');
      await unguarded(() => perform(echo, { text: 'may it?' }));
      return next(call);
    },
  };
  const around = (['record', 'policy', 'mandate', 'budget'] as const).map((place) =>
    passing(trail, place, place),
  );
  await within([judge, ...around, live], () => perform(echo, { text: 'x' }));
  const outer = ['record', 'policy', 'mandate', 'judge', 'record', 'budget', 'budget'];
  expect(trail).toEqual(outer);
});

test('a handler may answer, change the call, and go on more than once', async () => {
  const twice: Handler = {
    name: 'twice',
    place: 'retry',
    operations: ['demo/echo'],
    handle: async (call, next) => {
      const once = await next(call);
      return `${String(once)}${String(await next({ ...call, args: { text: 'y', times: 1 } }))}`;
    },
  };
  expect(await within([twice, live], () => perform(echo, { text: 'x' }))).toBe('xy');
});

test('a handler that throws at once rejects like any other', async () => {
  const broken: Handler = {
    name: 'broken',
    place: 'policy',
    handle: () => {
      throw new RangeError('no');
    },
  };
  await expect(within([broken, live], () => perform(echo, { text: 'x' }))).rejects.toThrow('no');
});

test('scopes follow awaits and do not leak between concurrent tasks', async () => {
  const named = (name: string) => liveHandler(name, [answer(echo, () => name)]);
  const task = (name: string) =>
    within([named(name)], async () => {
      await Promise.resolve();
      return perform(echo, { text: 'x' });
    });
  expect(await Promise.all([task('one'), task('two')])).toEqual(['one', 'two']);
  expect(currentStack()).toEqual([]);
});

test('a stack is well formed when each operation has a live handler or a dry run', () => {
  const other = defineOperation({
    name: 'demo/other',
    kind: 'read',
    input: z.null(),
    output: z.null(),
  });
  const dry: Handler = { name: 'dry-run', place: 'dry-run', handle: (call, next) => next(call) };
  expect(uncoveredOperations([live], [echo, other])).toEqual(['demo/other']);
  expect(uncoveredOperations([passing([], 'trace', 'trace')], [echo])).toEqual(['demo/echo']);
  expect(uncoveredOperations([live, dry], [echo, other])).toEqual([]);
});

test('undefined keys are dropped and what JSON cannot carry is refused', async () => {
  const loose = defineOperation({
    name: 'demo/loose',
    kind: 'read',
    input: z.any(),
    output: z.any(),
  });
  const mirror = liveHandler('mirror', [answer(loose, (args) => args)]);
  const sent = (value: unknown) => within([mirror], () => perform(loose, value));
  const nested = { a: undefined, b: [{ c: undefined, d: 1 }] };
  expect(Object.keys(await sent(nested))).toEqual(['b']);
  expect(await sent(nested)).toEqual({ b: [{ d: 1 }] });
  await expect(sent({ at: new Date(0) })).rejects.toMatchObject({ code: 'effect/not-json' });
  await expect(sent([Number.NaN])).rejects.toMatchObject({ code: 'effect/not-json' });
  await expect(sent(undefined)).rejects.toMatchObject({ code: 'effect/not-json' });
});

test('operations are named room/verb', () => {
  const named = (name: string) => () =>
    defineOperation({ name, kind: 'read', input: z.null(), output: z.null() });
  expect(named('nothing')).toThrow(expect.objectContaining({ code: 'effect/bad-name' }));
  expect(named('file/read')).not.toThrow();
});

test('reads are idempotent, others when they say so, per arguments if need be', () => {
  const base = { name: 'demo/x', input: z.any(), output: z.any() };
  expect(defineOperation({ ...base, kind: 'read' }).idempotent(null)).toBe(true);
  expect(defineOperation({ ...base, kind: 'write' }).idempotent(null)).toBe(false);
  const some = defineOperation({ ...base, kind: 'external', idempotent: (args) => args === 1 });
  expect([some.idempotent(1), some.idempotent(2)]).toEqual([true, false]);
});
