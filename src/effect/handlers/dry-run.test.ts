import { expect, test } from 'vitest';
import { z } from '../../spec/index.ts';
import { defineOperation, dryRun, type Handler, mock, perform, within } from '../index.ts';

/** Fails the test when anything reaches it. */
const world: Handler = {
  name: 'world',
  handle: () => {
    throw new Error('a dry run reached the world');
  },
};

const operation = (output: z.ZodType, kind: 'read' | 'external' = 'external') =>
  defineOperation({ name: 'demo/any', kind, input: z.number(), output });

test('a declared mock answers, fixed or by its arguments', async () => {
  const double = operation(z.number());
  const run = (handler: Handler) => within([handler, world], () => perform(double, 21));
  expect(await run(dryRun({ mocks: [mock(double, 7)] }))).toBe(7);
  expect(await run(dryRun({ mocks: [mock(double, (args) => args * 2)] }))).toBe(42);
});

test.each([
  ['text', z.string().min(2), '--'],
  ['a date', z.iso.datetime(), '1970-01-01T00:00:00Z'],
  ['a number', z.number().min(5), 5],
  ['a positive number', z.number().positive(), 1],
  ['a negative number', z.number().max(-2), -2],
  ['true or false', z.boolean(), false],
  ['nothing', z.null(), null],
  ['a choice', z.enum(['b', 'a']), 'a'],
  ['a literal', z.literal('only'), 'only'],
  ['a list', z.array(z.string()).min(2), ['', '']],
  ['a pair', z.tuple([z.string(), z.number()]), ['', 0]],
  ['a map', z.record(z.string(), z.number()), {}],
  ['alternatives', z.union([z.object({ ok: z.literal(true) }), z.null()]), { ok: true }],
  ['anything', z.json(), ''],
  [
    'nested data',
    z.object({ id: z.uuid(), tags: z.array(z.string()), note: z.string().optional() }),
    {
      id: '00000000-0000-4000-8000-000000000000',
      tags: [],
    },
  ],
  ['a default', z.object({ n: z.number().default(3) }), { n: 3 }],
])('without a mock %s is made up from the schema', async (_, output, expected) => {
  const made = await within([dryRun(), world], () => perform(operation(output), 1));
  expect(made).toEqual(expected);
});

test('reads are kept from the world too', async () => {
  const read = operation(z.string(), 'read');
  expect(await within([dryRun(), world], () => perform(read, 1))).toBe('');
});

test('what cannot be made up needs a mock', async () => {
  const coded = operation(z.string().regex(/^x{3}$/));
  const bare = within([dryRun(), world], () => perform(coded, 1));
  await expect(bare).rejects.toMatchObject({ code: 'effect/no-mock' });
  const mocked = dryRun({ mocks: [mock(coded, 'xxx')] });
  expect(await within([mocked, world], () => perform(coded, 1))).toBe('xxx');
});

test('a mock that breaks the contract is refused', async () => {
  const wrong = dryRun({ mocks: [mock(operation(z.number()), 'text' as never)] });
  const run = within([wrong, world], () => perform(operation(z.number()), 1));
  await expect(run).rejects.toMatchObject({
    code: 'effect/no-mock',
    message: expect.stringContaining('against its contract'),
  });
});
