import type { DatabaseSync } from 'node:sqlite';

/**
 * The home's id; the writers the index was made with; whether erased values are still in the file; the
 * version of the heads all of which the index has.
 */
export type MetaKey = 'home' | 'trusted' | 'scrub' | 'seen';

/** Single values the log keeps beside the index. */
export interface MetaTable {
  get(key: MetaKey): string | undefined;
  set(key: MetaKey, value: string): void;
}

export function openMetaTable(db: DatabaseSync): MetaTable {
  db.exec(
    'CREATE TABLE IF NOT EXISTS log_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID',
  );
  const get = db.prepare('SELECT value FROM log_meta WHERE key = ?');
  const set = db.prepare('INSERT OR REPLACE INTO log_meta VALUES (?, ?)');
  return {
    get: (key) => {
      const row = get.get(key);
      return row === undefined ? undefined : String(row['value']);
    },
    set: (key, value) => {
      set.run(key, value);
    },
  };
}
