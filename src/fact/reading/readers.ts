import type { IndexTables } from '../indexing/tables.ts';
import type { Address } from '../indexing/transaction-table.ts';
import type { Transaction } from '../log.ts';
import type { PointReader } from './point-reader.ts';
import type { SlotReader } from './slot-reader.ts';
import type { Snapshot } from './snapshot.ts';
import type { ValueReader } from './value-reader.ts';

/** Reads the contents of a stored transaction. */
export type ReadTransaction = (address: Address) => Transaction;

/** What reads stand on. */
export interface Readers {
  readonly tables: IndexTables;
  readonly points: PointReader;
  readonly slots: SlotReader;
  readonly values: ValueReader;
  readonly read: ReadTransaction;
  readonly snapshot: Snapshot;
}
