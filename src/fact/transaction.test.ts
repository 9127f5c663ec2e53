import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Json, sha256 } from '../base/index.ts';
import {
  decodeLine,
  decodeTransaction,
  encodeLine,
  encodeTransaction,
  FactError,
  type FactInput,
  keyPairOf,
  verifierOf,
  writerOf,
} from './index.ts';

interface Vectors {
  readonly key: { readonly seed: string; readonly publicKey: string; readonly writer: string };
  readonly accepts: { name: string; text: string; id: string; sig: string; line: string }[];
  readonly refuses: { name: string; text: string }[];
  readonly newer: string;
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../test/vectors/transactions.json', import.meta.url), 'utf8'),
);
const key = keyPairOf(Buffer.from(vectors.key.seed, 'hex'));

const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof FactError) return error.code;
    throw error;
  }
  return 'nothing thrown';
};

test('a writer is named by the hash of its public key', () => {
  expect(key.publicKey).toBe(vectors.key.publicKey);
  expect(key.writer).toBe(vectors.key.writer);
  expect(writerOf(vectors.key.publicKey)).toBe(vectors.key.writer);
});

test.each(vectors.accepts)('reads, prints, hashes and signs $name', ({ text, id, sig, line }) => {
  const transaction = decodeTransaction(Buffer.from(text));
  expect(transaction.id).toBe(id);
  expect(encodeTransaction(transaction)).toBe(text);
  expect(key.sign(id)).toBe(sig);
  expect(verifierOf(key.publicKey)(id, sig)).toBe(true);
  expect(encodeLine(sig, text).toString()).toBe(`${line}\n`);
  const parts = decodeLine(Buffer.from(line));
  expect(parts.sig).toBe(sig);
  expect(Buffer.from(parts.bytes).toString()).toBe(text);
});

test.each(vectors.refuses)('refuses $name', ({ text }) => {
  expect(codeOf(() => decodeTransaction(Buffer.from(text)))).toBe('fact/bad-transaction');
});

test('a transaction of a later version says that a newer datum made it', () => {
  expect(() => decodeTransaction(Buffer.from(vectors.newer))).toThrow('made by a newer datum');
});

test('bytes that are not UTF-8 are refused, not replaced', () => {
  const bytes = Buffer.from(vectors.accepts[0]?.text ?? '');
  bytes[bytes.indexOf('calm')] = 0xff;
  expect(codeOf(() => decodeTransaction(bytes))).toBe('fact/bad-transaction');
});

test('every single bit flipped in a line is refused, or changes the id or the signature', () => {
  const { line = '', id, sig } = vectors.accepts[2] ?? {};
  const verify = verifierOf(key.publicKey);
  for (let at = 0; at < line.length; at += 1) {
    for (const bit of [0x01, 0x20, 0x80]) {
      const bytes = Buffer.from(line);
      bytes[at] = (bytes[at] ?? 0) ^ bit;
      const code = codeOf(() => {
        const parts = decodeLine(bytes);
        const changed = decodeTransaction(parts.bytes);
        expect([changed.id, parts.sig]).not.toEqual([id, sig]);
        expect(changed.id === id && verify(changed.id, parts.sig)).toBe(false);
      });
      expect(['fact/bad-transaction', 'fact/newer-version', 'nothing thrown']).toContain(code);
    }
  }
});

test('a value over 4 KiB and a fact of another room form are refused with what to do', () => {
  const write = (fact: FactInput): string =>
    encodeTransaction({
      ...decodeTransaction(Buffer.from(vectors.accepts[0]?.text ?? '')),
      facts: [fact],
    });
  expect(() => write({ e: 'a:b', a: 'c/d', v: 'x'.repeat(5000) })).toThrow('store it as a blob');
  expect(() => write({ e: 'a:b', a: 'mood', v: 1 })).toThrow('not an attribute (room/name)');
});

const time = fc.integer({ min: 1_000, max: 4_000_000_000_000_000 });
const fact = fc
  .record({
    e: fc.string({ minLength: 1, unit: 'grapheme' }).map((name) => `kind:${name}`),
    a: fc.constantFrom('agent/mood', 'task/owner', 'note/Größe'),
    v: fc.jsonValue({ maxDepth: 2 }).map((value) => ({ value: value as Json })),
    op: fc.constantFrom('assert' as const, 'retract' as const),
    validFrom: fc.oneof(time, fc.constant('always' as const)),
    validTo: fc.option(fc.integer({ min: 5_000_000_000_000_000, max: 6_000_000_000_000_000 })),
  })
  .map(({ validTo, ...rest }) => ({ ...rest, ...(validTo === null ? {} : { validTo }) }));

test('whatever can be printed is read back as the same bytes and the same facts', () => {
  fc.assert(
    fc.property(fc.array(fact, { maxLength: 5 }), time, (facts, at) => {
      const text = encodeTransaction({
        writer: key.writer,
        seq: 1,
        prev: undefined,
        parents: [],
        at,
        by: 'user:ada',
        why: {},
        if: [],
        facts,
        blobs: [],
      });
      const back = decodeTransaction(Buffer.from(text));
      expect(encodeTransaction(back)).toBe(text);
      expect(back.id).toBe(sha256(text));
      expect(back.facts.map((item) => [item.e, item.a, item.v])).toEqual(
        facts.map((item) => [item.e, item.a, JSON.parse(JSON.stringify(item.v))]),
      );
    }),
  );
});
