import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalize, type Json, sha256 } from '../../base/index.ts';
import { type SubjectKey, seal, sealedWith, unseal } from './seal.ts';

interface Vectors {
  readonly seals: { keyId: string; secret: string; value: Json; blob: string; hash: string }[];
  readonly fails: { name: string; flip: number }[];
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../../test/vectors/sealed.json', import.meta.url), 'utf8'),
);

const keyOf = ({ keyId, secret }: { keyId: string; secret: string }): SubjectKey => ({
  id: keyId,
  subject: 'user:ada',
  secret: Buffer.from(secret, 'hex'),
});

test.each(vectors.seals)('seals and opens $value under $keyId', (vector) => {
  const content = Buffer.from(canonicalize(vector.value));
  const blob = seal(content, keyOf(vector));
  expect(blob.toString('hex')).toBe(vector.blob);
  expect(sha256(blob)).toBe(vector.hash);
  expect(sealedWith(blob)).toBe(vector.keyId);
  expect(unseal(blob, keyOf(vector))).toEqual(content);
});

test.each(vectors.fails)('$name does not open', ({ flip }) => {
  for (const vector of vectors.seals) {
    const blob = Buffer.from(vector.blob, 'hex');
    const at = flip < 0 ? blob.length + flip : flip;
    blob[at] = (blob[at] ?? 0) ^ 1;
    expect(unseal(blob, keyOf(vector))).toBe(undefined);
  }
});

test('a blob opens with no other key, and plain content is not a sealed blob', () => {
  const [one, , other] = vectors.seals;
  if (one === undefined || other === undefined) throw new Error('vectors are missing');
  const blob = Buffer.from(one.blob, 'hex');
  expect(unseal(blob, keyOf(other))).toBe(undefined);
  expect(unseal(blob, { ...keyOf(other), id: one.keyId })).toBe(undefined);
  expect(sealedWith(Buffer.from('datum-sealed-1\n'))).toBe(undefined);
  expect(sealedWith(Buffer.alloc(100))).toBe(undefined);
});

test('whatever is sealed opens again, and different content has a different nonce', () => {
  const key = { id: 'ab'.repeat(16), subject: 'user:ada', secret: Buffer.alloc(32, 1) };
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 300 }),
      (one, two) => {
        const blob = seal(one, key);
        expect(unseal(blob, key)).toEqual(Buffer.from(one));
        const same = Buffer.from(one).equals(Buffer.from(two));
        const nonce = (bytes: Buffer): string => bytes.toString('hex', 31, 43);
        expect(nonce(blob) === nonce(seal(two, key))).toBe(same);
      },
    ),
  );
});
