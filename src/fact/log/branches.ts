import type { Json } from '../../base/index.ts';
import type { FactInput, TransactionId } from './terms.ts';
import type { TransactOptions, TransactResult } from './transacting.ts';

/** A branch of this home. */
export interface Branch {
  readonly name: string;
  /** The branch it was made from; absent: the main one. */
  readonly from?: string;
  /** It sees what was known to this transaction. */
  readonly base: TransactionId;
  /** Its own transactions, oldest and newest. */
  readonly first: TransactionId;
  readonly head: TransactionId;
  /** The branch's head when it was last merged. */
  readonly merged?: TransactionId;
}

/** What a branch says otherwise than its base, for a stretch of valid time. */
export interface BranchChange extends FactInput {
  /** What the base says at the beginning of the stretch; absent: nothing. */
  readonly was?: Json;
  /** What it was made from has said something of this entity and attribute since. */
  readonly contested: boolean;
}

/** Ways to try something beside the main branch; making and dropping one copies nothing. */
export interface Branches {
  /** Those that are open, in the order of their making. */
  list(): Promise<readonly Branch[]>;
  /** Throws `fact/branch-exists`. `from`: another branch; `known`: an earlier base than now. */
  create(
    name: string,
    options?: { readonly from?: string; readonly known?: TransactionId },
  ): Promise<Branch>;
  /** The net operations of a branch. Throws `fact/unknown-branch`, as the following do. */
  diff(name: string): Promise<readonly BranchChange[]>;
  /** Writes the net operations to what it was made from, as one transaction with `why.branch`. */
  merge(name: string, options?: TransactOptions): Promise<TransactResult>;
  /** Ends the branch; its name is free again, and what was known before still reads it. */
  close(name: string): Promise<TransactResult>;
}
