import { type LocalDatabase, readOnlyError } from '../writing/local-database.ts';
import type { Arrivals, Store } from '../writing/store.ts';
import type { StoreParts } from '../writing/store-parts.ts';
import type { CopyState } from './machine-state.ts';

export interface ReadOnlyStoreOptions extends StoreParts {
  readonly local: LocalDatabase;
  readonly state: CopyState;
}

const refuse = (): never => {
  throw readOnlyError();
};

/** The store of a home that is only looked at: nothing of it, or of the machine's state, changes. */
export function readOnlyStore(options: ReadOnlyStoreOptions): Store {
  const { memories, state, ...parts } = options;
  return {
    ...parts,
    onlyLooks: true,
    memories: { ...memories, write: refuse },
    key: () => undefined,
    keepKey: refuse,
    prepare: refuse,
    isAlone: false,
    append: refuse,
    indexed: refuse,
    undo: () => {},
    sync: () => {},
    isBehind: () => false,
    readNew: async (): Promise<Arrivals> => ({ arrived: [], problems: [] }),
    saw: () => {},
    synced: () => {},
    close: () => {
      state.close();
      parts.local.close();
    },
  };
}
