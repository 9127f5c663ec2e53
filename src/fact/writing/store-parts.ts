import type { Random } from '../../base/index.ts';
import { FactIndex } from '../fact-index.ts';
import type { TransactionId } from '../log.ts';
import type { BlobFiles } from '../sealing/blob-files.ts';
import { openSealedTable, type SealedTable } from '../sealing/sealed-table.ts';
import { Vault } from '../sealing/vault.ts';
import { readTransaction } from '../transaction.ts';
import type { HomeMemories } from '../trusting/home-memory.ts';
import { WriterTrust } from '../trusting/trust.ts';
import type { LocalDatabase } from './local-database.ts';
import { type MetaTable, openMetaTable } from './meta-table.ts';

/** What every store has on its database. */
export interface StoreParts {
  readonly index: FactIndex;
  readonly meta: MetaTable;
  readonly sealed: SealedTable;
  readonly vault: Vault;
  readonly memories: HomeMemories;
  readonly trust: WriterTrust;
}

export interface StorePartsOptions {
  readonly local: LocalDatabase;
  readonly blobs: BlobFiles;
  readonly memories: HomeMemories;
  readonly random: Random;
  /** The writer of this copy, once it has one. */
  readonly own: () => string | undefined;
  /** The home's id as this machine remembers it. */
  readonly knownHome?: TransactionId | undefined;
}

export function openStoreParts(options: StorePartsOptions): StoreParts {
  const { blobs, memories, own, random } = options;
  const { db, readOnly } = options.local;
  const decode = (bytes: Uint8Array, id: TransactionId) => vault.show(readTransaction(bytes, id));
  const index = new FactIndex(db, { decode, readOnly });
  const meta = openMetaTable(db);
  const home = () => homeOf({ index, meta }) ?? options.knownHome;
  const cabinet = () => {
    const id = home();
    return id === undefined ? undefined : memories.cabinet(id);
  };
  const vault = new Vault({ blobs, cabinet, random });
  const trust = new WriterTrust({ index, meta, memories, own, home });
  return { index, meta, sealed: openSealedTable(db), vault, memories, trust };
}

/** The id of the home's first transaction: the first by `(at, id)` of those that have seen nothing. */
export function homeOf({
  index,
  meta,
}: Pick<StoreParts, 'index' | 'meta'>): TransactionId | undefined {
  const known = meta.get('home');
  if (known !== undefined) return known;
  for (const { id } of index.chains.order()) return id;
  return undefined;
}
