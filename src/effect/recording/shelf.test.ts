import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeTags, type Json, sha256 } from '../../base/index.ts';
import type { Blobs } from '../../fact/index.ts';
import { shelve, unshelve } from './shelf.ts';

function blobsInMemory(): Blobs & { readonly texts: Map<string, string> } {
  const texts = new Map<string, string>();
  return {
    texts,
    put: async (content, keep) => {
      const text = Buffer.from(content).toString('utf8');
      texts.set(sha256(text), text);
      return { hash: sha256(text), size: Buffer.byteLength(text), keep };
    },
    get: async (hash) => {
      const text = texts.get(hash);
      return text === undefined ? undefined : Buffer.from(text);
    },
  };
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.nat(6000).map((length) => 'x'.repeat(length)),
);
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    text,
    fc.integer(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 12 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$ref', '$int', '')), tie('value')),
  ),
}));

test('whatever is put away comes back the same, through what a fact can hold', async () => {
  await fc.assert(
    fc.asyncProperty(value, async (given) => {
      const blobs = blobsInMemory();
      const { stored, blobs: refs } = await shelve(given, { blobs, keep: 'git' });
      expect(Buffer.byteLength(JSON.stringify(stored))).toBeLessThan(4096);
      expect(refs.map(({ hash }) => hash).every((hash) => blobs.texts.has(hash))).toBe(true);
      const held = JSON.parse(JSON.stringify(stored)) as typeof stored;
      expect(escapeTags(await unshelve(held, blobs))).toEqual(escapeTags(given));
    }),
    { numRuns: 300 },
  );
});

test('of a request that is asked again with one message more, only the message is new', async () => {
  const blobs = blobsInMemory();
  const tools = Array.from({ length: 9 }, (_, n) => ({
    name: `tool_${n}`,
    about: 'y'.repeat(600),
  }));
  const request = {
    system: [{ text: 'z'.repeat(2000) }, { text: 'short' }],
    tools,
    messages: ['a'],
  };
  const first = await shelve(request, { blobs, keep: 'git' });
  expect(first.blobs).toHaveLength(2);
  const before = blobs.texts.size;
  const second = await shelve({ ...request, messages: ['a', 'b'] }, { blobs, keep: 'git' });
  expect(blobs.texts.size).toBe(before);
  expect(second.stored).not.toHaveProperty('blob');
});
