import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Json } from '../base/index.ts';
import { defineSpec, explainForModel, printPath, SpecError, specRegistry } from './index.ts';

const message = defineSpec(
  'test/message',
  z.strictObject({
    role: z.enum(['user', 'assistant']),
    text: z.string().min(1).max(20),
    count: z.int().min(1).optional(),
    tags: z.array(z.string()).max(2).optional(),
  }),
);

const issuesFor = (value: unknown): SpecError => {
  try {
    message.parse(value);
  } catch (error) {
    if (error instanceof SpecError) return error;
    throw error;
  }
  throw new Error('the value was accepted');
};

test('parsing gives the value as the contract reads it', () => {
  const port = defineSpec('test/port', z.object({ port: z.int().default(80) }));
  expect(port.parse({})).toEqual({ port: 80 });
  expect(port.check({ port: 1 })).toEqual({ ok: true, value: { port: 1 } });
});

test('every wrong part is one line with its absolute path and the change to make', () => {
  const error = issuesFor({
    role: 'system',
    text: '',
    count: 1.5,
    tags: ['a', 7, 'c'],
    extra: true,
  });
  expect(error.code).toBe('spec/invalid');
  expect(explainForModel(error).split('\n')).toEqual([
    '$.role: it is not an allowed value. Fix: use one of "user", "assistant".',
    '$.text: it has too few characters. Fix: give it at least 1 character.',
    '$.count: it is a fraction, not a whole number. Fix: make it a whole number.',
    '$.tags: it has too many items. Fix: give it at most 2 items.',
    '$.extra: this key is not known here. Fix: remove it, or correct its name.',
  ]);
});

test('a list position is part of the path', () => {
  const error = issuesFor({ role: 'user', text: 'x', tags: ['a', 7] });
  expect(explainForModel(error)).toBe('$.tags[1]: it is a number, not text. Fix: make it text.');
});

test('what is absent is called missing, with what to add', () => {
  expect(issuesFor({}).issues.map(({ tag, fix }) => [tag, fix])).toEqual([
    ['missing', 'add it as one of "user", "assistant"'],
    ['missing', 'add it as text'],
  ]);
});

test('a union is explained by the branch that came nearest', () => {
  const input = defineSpec(
    'test/input',
    z.object({ body: z.union([z.string(), z.object({ text: z.string(), size: z.number() })]) }),
  );
  const nested = input.check({ body: { text: 'x', size: '1' } });
  expect(nested.ok || nested.issues.map((issue) => printPath(issue.path))).toEqual(['$.body.size']);
  const neither = input.check({ body: 5 });
  expect(neither.ok || neither.issues.map((issue) => issue.fix)).toEqual([
    'make it text, or make it an object',
  ]);
});

test('a discriminated union names the discriminator and its choices', () => {
  const shape = defineSpec(
    'test/shape',
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('dot') }),
      z.object({ kind: z.literal('line'), to: z.number() }),
    ]),
  );
  const wrong = shape.check({ kind: 'blob' });
  expect(wrong.ok || wrong.issues.map((issue) => [printPath(issue.path), issue.fix])).toEqual([
    ['$.kind', 'use one of "dot", "line"'],
  ]);
});

test.each([
  ['a prefix', z.string().startsWith('ab'), 'make it start with "ab"'],
  ['a suffix', z.string().endsWith('ab'), 'make it end with "ab"'],
  ['a part', z.string().includes('ab'), 'make it contain "ab"'],
  ['a pattern', z.string().regex(/^b+$/), 'use text that matches /^b+$/'],
  ['a format', z.email(), 'use a valid email'],
  ['an exact length', z.string().length(3), 'give it exactly 3 characters'],
])('the fix for %s says what is wanted', (_, schema, fix) => {
  const checked = defineSpec('test/text', schema).check('zz');
  expect(checked.ok || checked.issues.map((issue) => issue.fix)).toEqual([fix]);
});

test.each([
  ['an open bound', z.number().gt(5), 'use more than 5'],
  ['a step', z.number().multipleOf(5), 'use a multiple of 5'],
])('the fix for %s gives the number', (_, schema, fix) => {
  const checked = defineSpec('test/number', schema).check(2);
  expect(checked.ok || checked.issues.map((issue) => issue.fix)).toEqual([fix]);
});

test('no explanation ever shows a part of the value', () => {
  const secret = 'sk-live-4242424242424242';
  const wide = defineSpec(
    'test/wide',
    z.strictObject({
      map: z.record(z.string().regex(/^[a-z]+$/), z.number()),
      text: z.string().max(2),
      choice: z.enum(['a', 'b']),
      either: z.union([z.number(), z.object({ deep: z.array(z.number()) })]),
      rule: z
        .string()
        .refine(() => false, { error: (issue) => `bad value ${String(issue.input)}` }),
    }),
  );
  const value = { map: { [secret]: secret }, text: secret, choice: secret, either: secret };
  const checked = wide.check({ ...value, rule: secret, [secret]: 1 });
  if (checked.ok) throw new Error('accepted');
  const error = new SpecError({ code: 'spec/invalid', message: 'x', hint: 'y' }, checked.issues);
  expect(checked.issues.length).toBeGreaterThanOrEqual(5);
  expect(explainForModel(error)).not.toContain('4242');
  fc.assert(
    fc.property(fc.string({ minLength: 12 }), fc.jsonValue(), (text, other) => {
      const found = wide.check({ map: { a: text }, text, choice: text, either: other, rule: text });
      const lines = found.ok ? [] : found.issues.map((issue) => issue.problem + issue.fix);
      expect(lines.join('\n').includes(text)).toBe(false);
    }),
  );
});

test('a long list of mistakes ends with how many more there are', () => {
  const list = defineSpec('test/list', z.array(z.number()));
  const checked = list.check(Array.from({ length: 25 }, () => 'x'));
  if (checked.ok) throw new Error('accepted');
  const error = new SpecError({ code: 'spec/invalid', message: 'x', hint: 'y' }, checked.issues);
  expect(explainForModel(error).split('\n').at(-1)).toBe('and 5 more of these.');
});

test('an error without issues is explained by its message and hint', () => {
  const error = new SpecError({ code: 'spec/unknown', message: 'no such spec', hint: 'add it' });
  expect(explainForModel(error)).toBe('no such spec. Fix: add it.');
});

const vectors: readonly { name: string; json: Json; sha256: string }[] = JSON.parse(
  readFileSync(new URL('../../test/vectors/spec.json', import.meta.url), 'utf8'),
);

test.each(vectors)('the contract of $name keeps its hash', ({ name, json, sha256 }) => {
  const schemas: Readonly<Record<string, z.ZodType>> = {
    message: message.schema,
    json: z.json(),
    email: z.email(),
  };
  const spec = defineSpec('test/vector', schemas[name] ?? z.never());
  expect(spec.json).toEqual(json);
  expect(spec.hash).toBe(sha256);
});

test('the order of keys and choices does not change the hash, a bound does', () => {
  const first = z.object({ a: z.string(), b: z.enum(['x', 'y']) });
  const turned = z.object({ b: z.enum(['y', 'x']), a: z.string() });
  const tighter = z.object({ b: z.enum(['y', 'x']), a: z.string().max(3) });
  const hash = (schema: z.ZodType) => defineSpec('test/any', schema).hash;
  expect(hash(first)).toBe(hash(turned));
  expect(hash(first)).not.toBe(hash(tighter));
});

test('a schema over more than JSON has no hash', () => {
  expect(() => defineSpec('test/date', z.date()).hash).toThrow('cannot be written as JSON Schema');
});

test('a registry takes the same contract twice and refuses another under its name', () => {
  const registry = specRegistry();
  registry.register(defineSpec('test/a', z.string()));
  registry.register(defineSpec('test/a', z.string()));
  expect(() => registry.register(defineSpec('test/a', z.number()))).toThrow(
    'already the name of another contract',
  );
  expect(registry.names()).toEqual(['test/a']);
  expect(registry.get('test/a').parse('x')).toBe('x');
  expect(() => registry.get('test/b')).toThrow(
    expect.objectContaining({ code: 'spec/unknown', hint: 'known in test: test/a' }),
  );
});

test('a name with spaces is refused', () => {
  expect(() => defineSpec('my spec', z.string())).toThrow('is not a name for a spec');
});
