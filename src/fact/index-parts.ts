import type { DatabaseSync } from 'node:sqlite';
import { type Decode, Indexer } from './indexing/indexer.ts';
import { Projector } from './indexing/projector.ts';
import { ValueReplacer } from './indexing/replace-value.ts';
import { IndexTables } from './indexing/tables.ts';
import { TextIndex } from './indexing/text-index.ts';
import type { Address } from './indexing/transaction-table.ts';
import type { Transaction } from './log.ts';
import { BranchList } from './reading/branch-list.ts';
import { Changes } from './reading/changes.ts';
import { PointReader } from './reading/point-reader.ts';
import type { Readers } from './reading/readers.ts';
import { SlotReader } from './reading/slot-reader.ts';
import { snapshotOf } from './reading/snapshot.ts';
import { StoredChains } from './reading/stored-chains.ts';
import { ValueReader } from './reading/value-reader.ts';

/** What an index is made of. */
export interface IndexParts {
  readonly tables: IndexTables;
  readonly indexer: Indexer;
  readonly chains: StoredChains;
  readonly readers: Readers;
  readonly changes: Changes;
  readonly branches: BranchList;
  readonly projector: Projector;
  readonly replacer: ValueReplacer;
  readonly texts: TextIndex;
}

/** `side` is where projections and words are. */
export function indexParts(db: DatabaseSync, side: DatabaseSync, decode: Decode): IndexParts {
  const tables = new IndexTables(db);
  const indexer = new Indexer(db, tables, decode);
  const read = (address: Address): Transaction => indexer.read(address);
  const readers: Readers = {
    tables,
    read,
    snapshot: snapshotOf(db),
    points: new PointReader(db, tables),
    slots: new SlotReader(db, tables),
    values: new ValueReader(db, tables.pairs),
  };
  return {
    tables,
    indexer,
    chains: new StoredChains(tables),
    readers,
    changes: new Changes(db, readers),
    branches: new BranchList(db, readers),
    projector: new Projector(side, { read, tables }),
    replacer: new ValueReplacer(db, tables),
    texts: new TextIndex(side, tables),
  };
}
