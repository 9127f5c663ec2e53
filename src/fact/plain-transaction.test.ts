import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Json, limits } from '../base/index.ts';
import { FactError } from './error.ts';
import { expectPrev, readPlain } from './plain-transaction.ts';
import { decodeContent, encodeTransaction, type TransactionContent } from './transaction.ts';

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });

const ascii = fc.string({ unit: 'grapheme-ascii', minLength: 1 });
const printable = fc.oneof(
  { weight: 1, arbitrary: ascii },
  { weight: 19, arbitrary: ascii.map((text) => text.replace(/["\\]/g, '~')) },
);

const content: fc.Arbitrary<TransactionContent> = fc.record({
  writer: hex(32),
  seq: fc.integer({ min: 2, max: Number.MAX_SAFE_INTEGER }),
  prev: hex(64),
  parents: fc.constant([]),
  at: fc.integer({ min: -9_000_000_000_000_000, max: 9_000_000_000_000_000 }),
  by: printable,
  why: fc.dictionary(printable, fc.jsonValue({ maxDepth: 2 })) as fc.Arbitrary<
    TransactionContent['why']
  >,
  if: fc.constant([]),
  facts: fc.array(
    fc.record({
      e: printable.map((name) => `kind:${name}`),
      a: printable.map((name) => `room/${name}`),
      v: fc.oneof(
        { weight: 4, arbitrary: printable },
        { weight: 4, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
        fc.maxSafeInteger(),
        fc.constantFrom<Json>(true, false, null, [], {}, { $ref: 'kind:other' }, 'Größe'),
      ),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  blobs: fc.constant([]),
});

/** What the plain decoder says, `undefined` when it refuses. */
function slowly(bytes: Buffer): TransactionContent | undefined {
  try {
    return decodeContent(bytes);
  } catch (error) {
    if (error instanceof FactError) return undefined;
    throw error;
  }
}

/** The fast way may give up, but never says anything else than the plain decoder. */
function agrees(bytes: Buffer): boolean {
  const read = bytes.every((byte) => byte < 0x80) ? readPlain(bytes) : undefined;
  if (read !== undefined) expect(read).toEqual(slowly(bytes));
  return read !== undefined;
}

test('what is printed is read the fast way as the plain decoder reads it', () => {
  let fast = 0;
  fc.assert(
    fc.property(content, (value) => {
      const text = encodeTransaction(value);
      const plain =
        !/[\\\u0080-\uffff]/.test(text) &&
        value.facts.every(({ v }) => v === null || typeof v !== 'object');
      expect(agrees(Buffer.from(text))).toBe(plain);
      fast += Number(plain);
    }),
    { numRuns: 500 },
  );
  expect(fast).toBeGreaterThan(50);
});

test('a chain is read whether or not the one before was read just now', () => {
  fc.assert(
    fc.property(content, fc.boolean(), fc.boolean(), (value, isNext, sameBy) => {
      expectPrev(isNext ? (value.prev ?? '') : 'f'.repeat(64));
      const other = sameBy ? value : { ...value, by: `${value.by}x` };
      agrees(Buffer.from(encodeTransaction(other)));
      agrees(Buffer.from(encodeTransaction(value)));
    }),
  );
});

const TOKENS = '"\\{}[],:0123456789-+.eE\n\t\u0000\u007f atfn'.split('');
const edit = fc.record({
  at: fc.nat(),
  cut: fc.integer({ min: 0, max: 3 }),
  put: fc.array(fc.constantFrom(...TOKENS, '"op":"retract",', '"from":"always",', '"v":1', '-0'), {
    maxLength: 2,
  }),
});

test('bytes changed anywhere are read as the plain decoder reads them, or not at all', () => {
  fc.assert(
    fc.property(content, fc.array(edit, { minLength: 1, maxLength: 2 }), (value, edits) => {
      let text = encodeTransaction(value);
      agrees(Buffer.from(text));
      for (const { at, cut, put } of edits) {
        const place = at % text.length;
        text = text.slice(0, place) + put.join('') + text.slice(place + cut);
      }
      agrees(Buffer.from(text));
    }),
    { numRuns: 2000 },
  );
});

test('each single character of a transaction replaced is read alike', () => {
  const text = encodeTransaction({
    writer: 'a'.repeat(32),
    seq: 12,
    prev: 'b'.repeat(64),
    parents: [],
    at: 1_767_225_600_000_001,
    by: 'user:ada',
    why: { run: 'r1', step: 2 },
    if: [],
    facts: [
      { e: 'agent:x', a: 'agent/mood', v: 'calm' },
      { e: 'agent:y', a: 'agent/age', v: -1.5e-7 },
      { e: 'agent:z', a: 'agent/up', v: true },
    ],
    blobs: [],
  });
  expect(agrees(Buffer.from(text))).toBe(true);
  for (let at = 0; at < text.length; at += 1) {
    for (const token of TOKENS) {
      agrees(Buffer.from(text.slice(0, at) + token + text.slice(at + 1)));
      agrees(Buffer.from(text.slice(0, at) + token + text.slice(at)));
    }
    agrees(Buffer.from(text.slice(0, at) + text.slice(at + 1)));
    agrees(Buffer.from(text.slice(0, at)));
  }
});

test('the limits of values and names hold', () => {
  const base = { writer: 'a'.repeat(32), seq: 2, prev: 'b'.repeat(64), parents: [], at: 0 };
  const print = (by: string, v: Json): string =>
    encodeTransaction({
      ...base,
      by,
      why: {},
      if: [],
      facts: [{ e: 'a:b', a: 'c/d', v }],
      blobs: [],
    });
  const long = 'x'.repeat(limits.inlineValueBytesMax - 2);
  expect(agrees(Buffer.from(print('user:ada', long)))).toBe(true);
  expect(agrees(Buffer.from(print('user:ada', long).replace(long, `${long}x`)))).toBe(false);
  const name = 'y'.repeat(limits.entityLengthMax);
  expect(agrees(Buffer.from(print(name, 1)))).toBe(true);
  expect(agrees(Buffer.from(print(name, 1).replace(name, `${name}y`)))).toBe(false);
});

test('a time that is no exact number of microseconds is refused', () => {
  const text = encodeTransaction({
    writer: 'a'.repeat(32),
    seq: 2,
    prev: 'b'.repeat(64),
    parents: [],
    at: 1_767_225_600_000_000,
    by: 'user:ada',
    why: {},
    if: [],
    facts: [],
    blobs: [],
  }).replace('"facts":[]', '"facts":[{"a":"c/d","e":"a:b","v":1}]');
  expect(agrees(Buffer.from(text))).toBe(true);
  for (const year of ['0000', '1600', '2255', '2256', '9999']) {
    agrees(Buffer.from(text.replace('2026', year)));
    agrees(Buffer.from(text.replace('2026', year).replace('00.000000', '00.000001')));
  }
});

test('the vectors that must be refused are refused', () => {
  const { refuses }: { refuses: { text: string }[] } = JSON.parse(
    readFileSync(new URL('../../test/vectors/transactions.json', import.meta.url), 'utf8'),
  );
  for (const { text } of refuses) expect(agrees(Buffer.from(text))).toBe(false);
});
