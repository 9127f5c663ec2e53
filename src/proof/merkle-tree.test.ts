import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  type MerkleHash,
  merkleRoot,
  provesConsistency,
  provesInclusion,
} from './index.ts';

const hex = (hash: MerkleHash): string => Buffer.from(hash).toString('hex');

/** The leaves of the test vectors that certificate transparency implementations share. */
const shared = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((text) => leafHash(Buffer.from(text, 'hex')));

const sharedRoots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

test.each(sharedRoots.map((root, index) => [index + 1, root] as const))(
  'the root of the first %i shared leaves is as published',
  (size, root) => {
    expect(hex(merkleRoot(shared.slice(0, size)))).toBe(root);
  },
);

test('the root of nothing is the hash of nothing', () => {
  expect(hex(merkleRoot([]))).toBe(createHash('sha256').digest('hex'));
});

const leaves = (count: number): MerkleHash[] =>
  Array.from({ length: count }, (_, index) => leafHash(Buffer.from(String(index))));

test('every leaf of every tree is proven, and nothing else is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), (size, at, other) => {
      const tree = leaves(size);
      const index = at % size;
      const root = merkleRoot(tree);
      const proof = inclusionProof(tree, index);
      const leaf = tree[index] as MerkleHash;
      expect(provesInclusion({ leaf, index, size, root, proof })).toBe(true);
      const wrong = other % size;
      const same = wrong === index;
      expect(provesInclusion({ leaf, index: wrong, size, root, proof })).toBe(same);
      expect(provesInclusion({ leaf, index, size, root, proof: [...proof, leaf] })).toBe(false);
      if (proof.length > 0) {
        expect(provesInclusion({ leaf, index, size, root, proof: proof.slice(1) })).toBe(false);
      }
    }),
  );
});

test('every prefix of every tree is proven, and no rewritten one is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), (size, at) => {
      const tree = leaves(size);
      const prefix = at % (size + 1);
      const proof = consistencyProof(tree, prefix);
      const first = { size: prefix, root: merkleRoot(tree.slice(0, prefix)) };
      const second = { size, root: merkleRoot(tree) };
      expect(provesConsistency({ first, second, proof })).toBe(true);
      if (prefix === 0) return;
      const rewritten = merkleRoot([leafHash(Buffer.from('x')), ...tree.slice(1, prefix)]);
      expect(provesConsistency({ first: { ...first, root: rewritten }, second, proof })).toBe(
        false,
      );
    }),
  );
});
