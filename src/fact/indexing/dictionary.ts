import type { DatabaseSync } from 'node:sqlite';
import { NameCache } from './name-cache.ts';
import { prepare } from './query.ts';

/** Entities as small integers. Numbers are only ever added, so what is remembered stays right. */
export class Dictionary {
  readonly #insert;
  readonly #number;
  readonly #name;
  readonly #last;
  /** Facts of one entity mostly come together. */
  #lastName: string | undefined;
  #lastNumber = 0;
  readonly #known = new NameCache();
  #next: number | undefined;

  constructor(db: DatabaseSync) {
    this.#insert = prepare<[number, string]>(db, 'insert into ix_entity (n, name) values (?, ?)');
    this.#number = prepare<[string], [number]>(db, 'select n from ix_entity where name = ?');
    this.#name = prepare<[number], [string]>(db, 'select name from ix_entity where n = ?');
    this.#last = prepare<[], [number | null]>(db, 'select max(n) from ix_entity');
  }

  /** The number of a name, or `undefined` when no fact names it. */
  find(name: string): number | undefined {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const number = this.#number.get(name)?.[0];
    if (number !== undefined) this.#known.set(name, number);
    return number;
  }

  /** The number of a name, given out now when it has none. */
  intern(name: string): number {
    if (name === this.#lastName) return this.#lastNumber;
    const n = this.find(name) ?? this.#add(name);
    this.#lastName = name;
    this.#lastNumber = n;
    return n;
  }

  /** The number that the next new name gets. */
  next(): number {
    this.#next ??= (this.#last.get()?.[0] ?? 0) + 1;
    return this.#next;
  }

  #add(name: string): number {
    const n = this.next();
    this.#insert.run(n, name);
    this.#next = n + 1;
    this.#known.set(name, n);
    return n;
  }

  name(number: number): string {
    return this.#name.get(number)?.[0] ?? '';
  }

  /** Drops what is remembered: after a rollback, or when another process may have added names. */
  forget(): void {
    this.#known.clear();
    this.#next = undefined;
    this.#lastName = undefined;
  }

  /** The next free number must be read again when another process may have added names. */
  refresh(): void {
    this.#next = undefined;
  }
}
