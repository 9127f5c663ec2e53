import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalize, escapeTags, type Json, sha256 } from '../../base/index.ts';
import { hashOfWritten, isInline, write, writeArguments, writtenArguments } from './written.ts';

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

const long = fc.nat(6000).map((length) => 'ö"x'.repeat(length));
const large = fc.oneof(value, fc.dictionary(fc.string(), fc.oneof(value, long, fc.array(long))));

test('a small value is written as canonical text with its tags escaped', () => {
  fc.assert(
    fc.property(value, (given) => {
      const written = write(given);
      fc.pre(isInline(written));
      expect(written.text).toBe(canonicalize(escapeTags(given)));
      expect(written.text).toBe(canonicalize(written.value));
      expect(hashOfWritten(written)).toBe(sha256(written.text));
    }),
  );
});

test('whatever is taken out of a value, its bytes are those of the whole', () => {
  fc.assert(
    fc.property(large, (given) => {
      const written = write(given);
      expect(written.bytes).toBe(Buffer.byteLength(written.text));
      expect(written.bytes + written.longBytes).toBe(
        Buffer.byteLength(canonicalize(escapeTags(given))),
      );
      const ofMembers = written.members.reduce((sum, { longBytes }) => sum + longBytes, 0);
      if (written.members.length > 0) expect(ofMembers).toBe(written.longBytes);
    }),
  );
});

test('values of one hash are the same, wherever a long text stands in them', () => {
  const [one, other] = ['a'.repeat(5000), 'b'.repeat(5000)];
  const hashes = [
    { a: one, b: other },
    { a: other, b: one },
    { a: one, b: '' },
    { a: '', b: one },
    { a: [one], b: '' },
    { a: [''], b: one },
    [one],
    one,
    '',
  ].map((each) => hashOfWritten(write(each)));
  expect(new Set(hashes).size).toBe(hashes.length);
  expect(hashOfWritten(write({ b: other, a: one }))).toBe(hashes[0]);
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
