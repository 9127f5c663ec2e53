import type { SignatureHex } from './line.ts';
import type { Transaction } from './log.ts';

/** Where a transaction's line is kept; only the store that wrote it understands the numbers. */
export interface Place {
  readonly segment: number;
  readonly offset: number;
  /** Bytes of the line without its newline. */
  readonly length: number;
}

/** A checked transaction on its way into the index. */
export interface IndexedTransaction extends Transaction {
  readonly sig: SignatureHex;
  /** Written by this working copy's present writer: it makes what it names in `parents` known here. */
  readonly own: boolean;
  readonly place: Place;
}
