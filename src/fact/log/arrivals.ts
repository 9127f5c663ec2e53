import type { DatumError, Micros } from '../../base/index.ts';
import type { Attribute, Entity, TransactionId } from './terms.ts';

/** Transactions of one writer that came together. */
export interface Arrived {
  readonly writer: string;
  /** The first and the last `seq`. */
  readonly from: number;
  readonly to: number;
}

/** A transaction whose conditions do not hold in the order all clones share, so it does not stand. */
export interface Conflict {
  readonly loser: TransactionId;
  readonly winner: TransactionId;
  /** The writer of the transaction that lost. */
  readonly writer: string;
  /** What both wanted. */
  readonly e: Entity;
  readonly a: Attribute;
}

/** What a take-in of other writers' transactions brought. */
export interface TakeIn {
  readonly arrived: readonly Arrived[];
  /** What does not stand, of all transactions that some other one had not seen. */
  readonly conflicts: readonly Conflict[];
  /** Transactions whose clock runs more than ten minutes ahead of this machine's. */
  readonly ahead: readonly { readonly id: TransactionId; readonly at: Micros }[];
  /** What was there and could not be taken in, and why; what stands before it was. */
  readonly problems: readonly DatumError[];
}
