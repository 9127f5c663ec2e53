import { DatabaseSync } from 'node:sqlite';
import { type JsonObject, type Micros, sha256 } from '../../src/base/index.ts';
import { FactIndex } from '../../src/fact/fact-index.ts';
import {
  decodeTransaction,
  encodeLine,
  encodeTransaction,
  type Fact,
  type IndexedTransaction,
} from '../../src/fact/index.ts';

/** A transaction without the question whose own it is. */
export type Written = Omit<IndexedTransaction, 'own'>;

export interface Draft {
  readonly facts: readonly Fact[];
  /** The clock when it is written. */
  readonly now: Micros;
  readonly parents?: readonly Written[];
  readonly branch?: string;
  readonly by?: string;
  readonly why?: JsonObject;
}

/** A writer that chains transactions as a store does, without keys or files. */
export class ScriptedWriter {
  readonly name: string;
  readonly chain: Written[] = [];

  constructor(name: string) {
    this.name = sha256(name).slice(0, 32);
  }

  get head(): Written | undefined {
    return this.chain.at(-1);
  }

  write({ branch, by = 'user:test', facts, now, parents = [], why = {} }: Draft): Written {
    const prev = this.head;
    const others = parents.filter(({ id }) => id !== prev?.id);
    const at = Math.max(now, ...[prev, ...others].map((tx) => (tx === undefined ? 0 : tx.at + 1)));
    const content = {
      writer: this.name,
      seq: this.chain.length + 1,
      prev: prev?.id,
      parents: [...new Set(others.map(({ id }) => id))].sort(),
      at,
      by,
      why,
      if: [],
      facts,
      blobs: [],
      ...(branch === undefined ? {} : { branch }),
    };
    const bytes = Buffer.from(encodeTransaction(content));
    const written = {
      ...decodeTransaction(bytes),
      line: encodeLine('0'.repeat(128), bytes.toString()).subarray(0, -1),
    };
    this.chain.push(written);
    return written;
  }
}

/** An empty index in memory. */
export const memoryIndex = (): FactIndex =>
  new FactIndex(new DatabaseSync(':memory:'), { decode: (bytes) => decodeTransaction(bytes) });

/** Transactions as the copy of a writer takes them in. */
export const ownedBy = (
  writer: ScriptedWriter | undefined,
  transactions: readonly Written[],
): readonly IndexedTransaction[] =>
  transactions.map((transaction) => ({ ...transaction, own: transaction.writer === writer?.name }));
