import type { KeyPair } from '../key-pair.ts';
import type { LocalDatabase } from './local-database.ts';
import type { Store } from './store.ts';
import type { StoreParts } from './store-parts.ts';

/** A store that ends with the process: the index on SQLite `:memory:` keeps everything there is. */
export function memoryStore(local: LocalDatabase, parts: StoreParts): Store {
  let key: KeyPair | undefined;
  return {
    ...parts,
    local,
    key: () => key,
    keepKey: (made) => {
      key = made;
    },
    prepare: () => {},
    isAlone: false,
    append: () => {},
    indexed: () => {},
    undo: () => {},
    sync: () => {},
    isBehind: () => false,
    readNew: async () => ({ arrived: [], problems: [] }),
    saw: () => {},
    synced: () => {},
    close: () => local.close(),
  };
}
