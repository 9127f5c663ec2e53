import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalize, escapeTags, type Json } from '../../base/index.ts';
import { write, writeArguments, writtenArguments } from './written.ts';

const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('$ref', '$$int', '__proto__')),
      tie('value'),
    ),
  ),
}));

test('a value is written as canonical text with its tags escaped, and its bytes are counted', () => {
  fc.assert(
    fc.property(value, (given) => {
      const written = write(given);
      expect(written.text).toBe(canonicalize(escapeTags(given)));
      expect(written.text).toBe(canonicalize(written.value));
      expect(written.bytes).toBe(Buffer.byteLength(written.text));
    }),
  );
});

test('the members of an object are known by themselves, but for one that is escaped as a whole', () => {
  const { members } = write({ b: [1], a: { $ref: 'agent:ada' } });
  expect(members.map(({ key, text }) => [key, text])).toEqual([
    ['a', '{"$$ref":"agent:ada"}'],
    ['b', '[1]'],
  ]);
  expect(write({ $ref: 'agent:ada' }).members).toEqual([]);
});

test('arguments are written anew for each step, also when they are the same object changed', () => {
  const args = { texts: ['one'] };
  expect(writeArguments(args).text).toBe('{"texts":["one"]}');
  args.texts.push('two');
  expect(writeArguments(args).text).toBe('{"texts":["one","two"]}');
  expect(writtenArguments(args).text).toBe('{"texts":["one","two"]}');
});
