import type { DatabaseSync } from 'node:sqlite';
import type { Micros } from '../../base/index.ts';
import type { Cell } from './cell.ts';
import { FOREVER, type Operation } from './operation.ts';
import { prepare } from './query.ts';

/** An entity that holds, or once held, a value of an attribute. */
export interface Holding {
  readonly a: number;
  readonly b: number;
  readonly value: Cell;
  readonly e: number;
}

/**
 * Which entities have had a value: for attributes declared indexed or unique, and for references.
 * `until` is the time by which every home that knew the next value knew it; a look-up for a later
 * time skips the row. What it finds are candidates: a point read decides.
 */
export class ValueTable {
  readonly #insert;
  readonly #close;
  readonly #remove;

  constructor(db: DatabaseSync) {
    this.#insert = prepare<[number, number, Cell, number, number]>(
      db,
      'insert or ignore into ix_value (a, b, value, until, e) values (?, ?, ?, ?, ?)',
    );
    this.#remove = prepare<[number, number, Cell, number]>(
      db,
      'delete from ix_value where a = ? and b = ? and value = ? and e = ?',
    );
    this.#close = prepare<[number, number, number, Cell, number, number]>(
      db,
      'update or replace ix_value set until = ? where a = ? and b = ? and value = ? and until = ? and e = ?',
    );
  }

  add({ a, b, e, value }: Holding): void {
    this.#insert.run(a, b, value, FOREVER, e);
  }

  /** Forgets that the entity ever had the value. */
  remove({ a, b, e, value }: Holding): void {
    this.#remove.run(a, b, value, e);
  }

  /** The entity has another value, or none, from `until` on, and everyone who reads later knows it. */
  close({ a, b, e, value }: Holding, until: Micros): void {
    this.#close.run(until, a, b, value, FOREVER, e);
  }
}

/** The value an operation states, wherever its row has it. */
export const statedValue = ({ key, value }: Pick<Operation, 'key' | 'value'>): Cell | null =>
  value ?? (typeof key === 'object' && key.length === 0 ? null : key);
