import type { Micros } from '../../base/index.ts';
import type { FactIndex } from '../fact-index.ts';
import type { IndexedTransaction } from '../indexed-transaction.ts';
import type { Fact, Transaction } from '../log.ts';

/** A transaction that was written here, as the index shows it, with its line. */
export type OwnTransaction = Transaction & IndexedTransaction;

/** Takes own transactions into the index and the projections that are in use; under the lock. */
export function enterIndex(index: FactIndex, transactions: readonly OwnTransaction[]): void {
  const { projections } = index;
  if (!projections.follows) {
    index.apply(transactions);
    return;
  }
  for (const transaction of transactions) {
    index.apply([transaction]);
    projections.keepUp(readAgain(transaction));
  }
}

/** A transaction as it is read again from its bytes. */
export const readAgain = (transaction: Transaction): Transaction => ({
  ...transaction,
  facts: transaction.facts.map(asRead(transaction.at)),
});

/** A fact as it is read again from the bytes of a transaction of time `at`. */
const asRead =
  (at: Micros) =>
  ({ a, e, op, sealed, v, validFrom, validTo }: Fact): Fact => ({
    e,
    a,
    ...(v === undefined ? {} : { v }),
    ...(op === 'retract' ? { op } : {}),
    ...(sealed === undefined ? {} : { sealed }),
    ...(validFrom === undefined || validFrom === at ? {} : { validFrom }),
    ...(validTo === undefined ? {} : { validTo }),
  });
