import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../base/index.ts';
import { encodeTransaction, type TransactionContent } from '../fact/index.ts';
import { endsWithLink } from './link.ts';

const writer = 'a1'.repeat(16);
const prev = 'b2'.repeat(32);
const other = 'c3'.repeat(32);

const written = (changes: Partial<TransactionContent> = {}): Buffer =>
  Buffer.from(
    encodeTransaction({
      writer,
      seq: 7,
      prev,
      parents: [],
      at: 1_767_225_600_000_000,
      by: 'user:ada',
      why: {},
      if: [],
      facts: [],
      blobs: [],
      ...changes,
    }),
  );

const holds = (bytes: Buffer, changes: { seq?: number; prev?: string; writer?: string } = {}) =>
  endsWithLink(bytes, bytes.length, { writer, seq: 7, prev, ...changes });

/** What would be read as a link if it were looked for anywhere. */
const decoy: JsonObject = { a: [], prev: other, seq: 7, v: 1, why: {} };

test('a link holds for the writer, number and predecessor that the transaction names, and no others', () => {
  const bytes = written();
  expect(holds(bytes)).toBe(true);
  expect(holds(bytes, { seq: 8 })).toBe(false);
  expect(holds(bytes, { prev: other })).toBe(false);
  expect(holds(bytes, { writer: 'd4'.repeat(16) })).toBe(false);
  const first = written({ seq: 1, prev: undefined });
  expect(endsWithLink(first, first.length, { writer, seq: 1, prev: undefined })).toBe(true);
  expect(endsWithLink(first, first.length, { writer, seq: 1, prev })).toBe(false);
});

test.each([
  ['a value', { facts: [{ e: 'note:1', a: 'note/text', v: decoy }] }],
  ['the reason', { why: decoy }],
  ['a text of the reason', { why: { note: JSON.stringify(decoy) } }],
] satisfies [string, Partial<TransactionContent>][])(
  'the text of a link inside %s is not taken for it',
  (_, changes) => {
    const bytes = written(changes);
    expect(holds(bytes)).toBe(true);
    expect(holds(bytes, { prev: other })).toBe(false);
  },
);

test('the link is found behind any reason', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()),
      fc.integer({ min: 2, max: Number.MAX_SAFE_INTEGER }),
      (reason, seq) => {
        const why = JSON.parse(JSON.stringify(reason)) as JsonObject;
        expect(holds(written({ why, seq }), { seq })).toBe(true);
      },
    ),
  );
});

test('any bytes have an answer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(endsWithLink(bytes, bytes.length, { writer, seq: 7, prev })).toBe(false);
    }),
  );
});
