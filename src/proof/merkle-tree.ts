import { createHash } from 'node:crypto';

/** A node of a tree: 32 bytes. */
export type MerkleHash = Uint8Array;

/** The hash of a leaf, domain-separated from inner nodes (RFC 6962 §2.1). */
export const leafHash = (content: Uint8Array): MerkleHash =>
  createHash('sha256').update(LEAF).update(content).digest();

const nodeHash = (left: MerkleHash, right: MerkleHash): MerkleHash =>
  createHash('sha256').update(NODE).update(left).update(right).digest();

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The largest power of two below a size above one. */
const splitOf = (size: number): number => 2 ** Math.ceil(Math.log2(size) - 1);

/**
 * The root of a tree over leaf hashes; the hash of nothing for an empty one (RFC 6962 §2.1).
 *
 * @example
 * Buffer.from(merkleRoot([])).toString('hex').slice(0, 8); // => 'e3b0c442'
 */
export function merkleRoot(leaves: readonly MerkleHash[]): MerkleHash {
  if (leaves.length === 0) return createHash('sha256').digest();
  const tree = new GrowingTree();
  for (const leaf of leaves) tree.append(leaf);
  return tree.root();
}

/** A tree that only grows; keeps the roots of its perfect subtrees, at most one a bit of its size. */
export class GrowingTree {
  #size = 0;
  #peaks: MerkleHash[] = [];

  get size(): number {
    return this.#size;
  }

  append(leaf: MerkleHash): void {
    let node = leaf;
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      node = nodeHash(this.#peaks.pop() as MerkleHash, node);
    }
    this.#peaks.push(node);
    this.#size += 1;
  }

  root(): MerkleHash {
    const last = this.#peaks.at(-1);
    if (last === undefined) return createHash('sha256').digest();
    return this.#peaks.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
  }
}

/** The path that proves leaf `index` of a tree, from the leaf upwards (RFC 6962 §2.1.1). */
export function inclusionProof(
  leaves: readonly MerkleHash[],
  index: number,
): readonly MerkleHash[] {
  if (leaves.length <= 1) return [];
  const split = splitOf(leaves.length);
  return index < split
    ? [...inclusionProof(leaves.slice(0, split), index), merkleRoot(leaves.slice(split))]
    : [...inclusionProof(leaves.slice(split), index - split), merkleRoot(leaves.slice(0, split))];
}

/** The nodes that prove the first `first` leaves to be a prefix of all (RFC 6962 §2.1.2). */
export function consistencyProof(
  leaves: readonly MerkleHash[],
  first: number,
): readonly MerkleHash[] {
  return first === 0 || first >= leaves.length ? [] : subProof(leaves, first, true);
}

function subProof(
  leaves: readonly MerkleHash[],
  first: number,
  isWhole: boolean,
): readonly MerkleHash[] {
  if (first === leaves.length) return isWhole ? [] : [merkleRoot(leaves)];
  const split = splitOf(leaves.length);
  return first <= split
    ? [...subProof(leaves.slice(0, split), first, isWhole), merkleRoot(leaves.slice(split))]
    : [...subProof(leaves.slice(split), first - split, false), merkleRoot(leaves.slice(0, split))];
}

export interface Inclusion {
  readonly leaf: MerkleHash;
  readonly index: number;
  readonly size: number;
  readonly root: MerkleHash;
  readonly proof: readonly MerkleHash[];
}

/** True when the proof shows the leaf to stand at its index in the tree (RFC 9162 §2.1.3.2). */
export function provesInclusion({ leaf, index, size, root, proof }: Inclusion): boolean {
  if (!isIndex(index) || !isIndex(size) || index >= size) return false;
  let position = index;
  let last = size - 1;
  let node = leaf;
  for (const other of proof) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      node = nodeHash(other, node);
      while (position % 2 === 0 && position !== 0) {
        position /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      node = nodeHash(node, other);
    }
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && isEqual(node, root);
}

export interface Consistency {
  readonly first: { readonly size: number; readonly root: MerkleHash };
  readonly second: { readonly size: number; readonly root: MerkleHash };
  readonly proof: readonly MerkleHash[];
}

/** True when the proof shows the first tree to be a prefix of the second (RFC 9162 §2.1.4.2). */
export function provesConsistency({ first, second, proof }: Consistency): boolean {
  if (!isIndex(first.size) || !isIndex(second.size) || first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && isEqual(first.root, second.root);
  if (first.size === 0) return proof.length === 0;
  const isPower = Number.isInteger(Math.log2(first.size));
  const path = isPower ? [first.root, ...proof] : [...proof];
  const start = path.shift();
  if (start === undefined) return false;
  let position = first.size - 1;
  let last = second.size - 1;
  while (position % 2 === 1) {
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  let old = start;
  let node = start;
  for (const other of path) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      old = nodeHash(other, old);
      node = nodeHash(other, node);
      while (position % 2 === 0 && position !== 0) {
        position /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      node = nodeHash(node, other);
    }
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && isEqual(old, first.root) && isEqual(node, second.root);
}

const isIndex = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

const isEqual = (a: MerkleHash, b: MerkleHash): boolean => Buffer.compare(a, b) === 0;
