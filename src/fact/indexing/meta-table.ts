import type { DatabaseSync } from 'node:sqlite';
import { prepare } from './query.ts';

/** The few single facts about the index itself. */
interface Meta {
  /** Number of this copy's present writer; 0 before its first transaction. */
  readonly own: number;
  /** 1 while everything stored counts as known because the home has written nothing yet. */
  readonly loose: number;
  /** Counts how often the numbers of entities and attributes were given out anew. */
  readonly epoch: number;
}

const NONE: Meta = { own: 0, loose: 0, epoch: 0 };

export class MetaTable {
  readonly #all;
  readonly #save;
  #meta: Meta | undefined;

  constructor(db: DatabaseSync) {
    this.#all = prepare<[], [keyof Meta, number]>(db, 'select name, value from ix_meta');
    this.#save = prepare<[string, number]>(
      db,
      'insert or replace into ix_meta (name, value) values (?, ?)',
    );
  }

  get(name: keyof Meta): number {
    this.#meta ??= { ...NONE, ...Object.fromEntries(this.#all.all()) };
    return this.#meta[name];
  }

  set(name: keyof Meta, value: number): void {
    if (this.get(name) === value) return;
    this.#save.run(name, value);
    this.#meta = { ...NONE, ...this.#meta, [name]: value };
  }

  forget(): void {
    this.#meta = undefined;
  }
}
