import type { DatabaseSync } from 'node:sqlite';

/** Runs several reads as one. */
export type Snapshot = <T>(work: () => T) => T;

/**
 * Reads in one SQL transaction: they all see one state, whatever other processes write meanwhile, and
 * SQLite locks once instead of for each statement, which is most of what a read of a file costs.
 */
export function snapshotOf(db: DatabaseSync): Snapshot {
  const begin = db.prepare('begin');
  const end = db.prepare('commit');
  return (work) => {
    if (db.isTransaction) return work();
    begin.run();
    try {
      return work();
    } finally {
      end.run();
    }
  };
}
