import type { FactIndex } from '../fact-index.ts';
import type { KeyPair } from '../key-pair.ts';
import { memoryMemories } from '../trusting/home-memory.ts';
import type { LocalDatabase } from './local-database.ts';
import { openMetaTable } from './meta-table.ts';
import type { Store } from './store.ts';

/** A store that ends with the process: the index on SQLite `:memory:` keeps everything there is. */
export function memoryStore(local: LocalDatabase, index: FactIndex): Store {
  let key: KeyPair | undefined;
  return {
    local,
    index,
    meta: openMetaTable(local.db),
    memories: memoryMemories(),
    key: () => key,
    keepKey: (made) => {
      key = made;
    },
    prepare: () => {},
    append: () => {},
    undo: () => {},
    sync: () => {},
    readNew: async () => ({ arrived: [], problems: [] }),
    saw: () => {},
    committed: () => {},
    close: () => local.close(),
  };
}
