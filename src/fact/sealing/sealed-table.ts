import type { DatabaseSync } from 'node:sqlite';
import type { Sha256 } from '../../base/index.ts';
import type { Transaction, TransactionId } from '../log.ts';

/** A fact whose value is in a sealed blob. */
export interface SealedPlace {
  readonly hash: Sha256;
  readonly tx: TransactionId;
  readonly position: number;
}

/** Where in the log sealed values are, and which are erased here. */
export interface SealedTable {
  /** Notes the sealed facts of a transaction that goes into the index. */
  note(transaction: Pick<Transaction, 'facts' | 'id'>): void;
  /** Places whose value has not been erased here. */
  readable(): readonly SealedPlace[];
  erased(place: SealedPlace): void;
}

export function openSealedTable(db: DatabaseSync): SealedTable {
  db.exec(
    `CREATE TABLE IF NOT EXISTS log_sealed (
       tx TEXT NOT NULL, position INTEGER NOT NULL, hash TEXT NOT NULL, erased INTEGER NOT NULL,
       PRIMARY KEY (tx, position)
     ) STRICT, WITHOUT ROWID`,
  );
  const note = db.prepare('INSERT OR IGNORE INTO log_sealed VALUES (?, ?, ?, 0)');
  const readable = db.prepare('SELECT tx, position, hash FROM log_sealed WHERE erased = 0');
  const erased = db.prepare('UPDATE log_sealed SET erased = 1 WHERE tx = ? AND position = ?');
  return {
    note: ({ facts, id }) => {
      for (let position = 0; position < facts.length; position += 1) {
        const sealed = facts[position]?.sealed;
        if (sealed !== undefined) note.run(id, position, sealed);
      }
    },
    readable: () =>
      readable.all().map((row) => ({
        tx: String(row['tx']),
        position: Number(row['position']),
        hash: String(row['hash']),
      })),
    erased: ({ tx, position }) => {
      erased.run(tx, position);
    },
  };
}
