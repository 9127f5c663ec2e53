import type { Transaction } from './log.ts';

/** What the index asks of a transaction; the rest stays in its line. */
export type ReadTransaction = Pick<
  Transaction,
  'writer' | 'seq' | 'prev' | 'parents' | 'branch' | 'at' | 'facts' | 'id'
>;

/** A checked transaction on its way into the index. */
export interface IndexedTransaction extends ReadTransaction {
  /** As it is stored, without its newline. */
  readonly line: Uint8Array;
  /** Written by this working copy's present writer: it makes what it names in `parents` known here. */
  readonly own: boolean;
}
