import type { SignedBytes } from './line.ts';
import type { Transaction } from './log.ts';

/** A checked transaction on its way into the index, with the bytes its id is the hash of. */
export interface IndexedTransaction extends Transaction, SignedBytes {
  /** Written by this working copy's present writer: it makes what it names in `parents` known here. */
  readonly own: boolean;
}
