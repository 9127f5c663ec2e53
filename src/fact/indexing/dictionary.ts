import type { DatabaseSync } from 'node:sqlite';
import { prepare } from './query.ts';

/** Names kept in memory in each of two generations; a name unused through a whole one is dropped. */
const GENERATION_SIZE = 50_000;

/** Entities as small integers. Numbers are only ever added, so what is remembered stays right. */
export class Dictionary {
  readonly #insert;
  readonly #number;
  readonly #name;
  #young = new Map<string, number>();
  #old = new Map<string, number>();
  #next: number | undefined;

  constructor(db: DatabaseSync) {
    this.#insert = prepare<[number, string]>(db, 'insert into ix_entity (n, name) values (?, ?)');
    this.#number = prepare<[string], [number]>(db, 'select n from ix_entity where name = ?');
    this.#name = prepare<[number], [string]>(db, 'select name from ix_entity where n = ?');
    this.#last = prepare<[], [number | null]>(db, 'select max(n) from ix_entity');
  }
  readonly #last;

  /** The number of a name, or `undefined` when no fact names it. */
  find(name: string): number | undefined {
    const young = this.#young.get(name);
    if (young !== undefined) return young;
    const number = this.#old.get(name) ?? this.#number.get(name)?.[0];
    if (number !== undefined) this.#remember(name, number);
    return number;
  }

  /** The number of a name, given out now when it has none. */
  intern(name: string): { readonly n: number; readonly fresh: boolean } {
    const found = this.find(name);
    if (found !== undefined) return { n: found, fresh: false };
    this.#next ??= (this.#last.get()?.[0] ?? 0) + 1;
    const n = this.#next;
    this.#insert.run(n, name);
    this.#next += 1;
    this.#remember(name, n);
    return { n, fresh: true };
  }

  name(number: number): string {
    return this.#name.get(number)?.[0] ?? '';
  }

  /** Drops what is remembered: after a rollback, or when another process may have added names. */
  forget(): void {
    this.#young.clear();
    this.#old.clear();
    this.#next = undefined;
  }

  /** The next free number must be read again when another process may have added names. */
  refresh(): void {
    this.#next = undefined;
  }

  #remember(name: string, number: number): void {
    if (this.#young.size >= GENERATION_SIZE) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(name, number);
  }
}
