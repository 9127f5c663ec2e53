import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../base/index.ts';
import { specOfSchema } from './json-schema.ts';

/** A schema with a value that holds to it and values that do not, each wrong in one place. */
interface Case {
  readonly schema: JsonObject;
  readonly right: Json;
  readonly wrong: readonly Json[];
}

const text: fc.Arbitrary<Case> = fc
  .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 }))
  .map(([min, more]) => ({
    schema: { type: 'string', minLength: min, maxLength: min + more },
    right: 'x'.repeat(min),
    wrong: [7, null, 'x'.repeat(min + more + 1), ...(min > 0 ? ['x'.repeat(min - 1)] : [])],
  }));

const pattern: fc.Arbitrary<Case> = fc.stringMatching(/^[a-z]{1,5}$/).map((word) => ({
  schema: { type: 'string', pattern: `^${word}-[0-9]+$` },
  right: `${word}-42`,
  wrong: [word, `${word}-4x`, `x${word}-42`, 42],
}));

const choice: fc.Arbitrary<Case> = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 })
  .map((words) => ({
    schema: { type: 'string', enum: words },
    right: words[0] ?? '',
    wrong: [`${words.join('')}?`, null, 1],
  }));

const whole: fc.Arbitrary<Case> = fc
  .tuple(fc.integer({ min: -100, max: 100 }), fc.nat({ max: 100 }))
  .map(([min, more]) => ({
    schema: { type: 'integer', minimum: min, maximum: min + more },
    right: min,
    wrong: [min - 1, min + more + 1, min + 0.5, String(min), null],
  }));

const truth: fc.Arbitrary<Case> = fc.constant({
  schema: { type: 'boolean' },
  right: true,
  wrong: ['true', 1, null],
});

const { schema: anySchema } = fc.letrec<{ schema: Case; list: Case; object: Case }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    text,
    pattern,
    choice,
    whole,
    truth,
    tie('list'),
    tie('object'),
  ),
  list: fc.tuple(tie('schema'), fc.integer({ min: 1, max: 3 })).map(([item, size]) => ({
    schema: { type: 'array', items: item.schema, minItems: size, maxItems: size + 1 },
    right: Array.from({ length: size }, () => item.right),
    wrong: [
      [],
      Array.from({ length: size + 2 }, () => item.right),
      ...item.wrong.map((wrong) => [wrong, ...Array.from({ length: size - 1 }, () => item.right)]),
    ],
  })),
  object: fc
    .tuple(tie('schema'), tie('schema'), fc.boolean())
    .map(([needed, free, closed]): Case => {
      const right = { needed: needed.right };
      return {
        schema: {
          type: 'object',
          properties: { needed: needed.schema, free: free.schema },
          required: ['needed'],
          ...(closed ? { additionalProperties: false } : {}),
        },
        right,
        wrong: [
          {},
          [],
          { free: free.right },
          ...needed.wrong.map((wrong) => ({ needed: wrong })),
          ...free.wrong.map((wrong) => ({ ...right, free: wrong })),
          ...(closed ? [{ ...right, more: 1 }] : []),
        ],
      };
    }),
}));

test('a JSON Schema is checked whole, however deep: types, lengths, bounds, choices, patterns, names', () => {
  fc.assert(
    fc.property(anySchema, ({ schema, right, wrong }) => {
      const spec = specOfSchema('tool/any', schema);
      expect(spec.check(right).ok).toBe(true);
      for (const value of wrong) expect([value, spec.check(value).ok]).toEqual([value, false]);
    }),
    { numRuns: 300 },
  );
});

test('what is wrong is named by its place, as deep as it stands', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), (depth) => {
      let schema: JsonObject = { type: 'integer' };
      let value: Json = 'no number';
      for (let level = 0; level < depth; level += 1) {
        schema = { type: 'object', properties: { in: schema }, required: ['in'] };
        value = { in: value };
      }
      const checked = specOfSchema('tool/deep', schema).check(value);
      expect(checked.ok ? [] : checked.issues.map(({ path }) => path)).toEqual([
        Array.from({ length: depth }, () => 'in'),
      ]);
    }),
  );
});
