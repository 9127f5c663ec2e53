import type { DatabaseSync } from 'node:sqlite';
import { prepare } from './query.ts';
import { CHAIN_MAX } from './transaction-table.ts';

/** A writer in the index. */
export interface WriterRow {
  readonly n: number;
  readonly name: string;
  /** Newest transaction stored; 0 before the first. */
  seq: number;
  /** Newest transaction known to this home, all earlier ones included; 0 for none. */
  known: number;
}

/** Writers as small integers, with how far each is stored and known. */
export class WriterTable {
  readonly #byName;
  readonly #byNumber;
  readonly #insert;
  readonly #all;
  readonly #stored;
  readonly #known;
  readonly #names = new Map<string, WriterRow>();
  readonly #numbers = new Map<number, WriterRow>();
  #rows: readonly WriterRow[] | undefined;

  constructor(db: DatabaseSync) {
    this.#byName = prepare<[string], [number]>(db, 'select n from ix_writer where name = ?');
    this.#byNumber = prepare<[number], [string]>(db, 'select name from ix_writer where n = ?');
    this.#insert = prepare<[string], [number]>(
      db,
      'insert into ix_writer (name) values (?) returning n',
    );
    this.#all = prepare<[], [string]>(db, 'select name from ix_writer');
    this.#stored = prepare<[number], [number]>(
      db,
      `select n - ?1 * ${CHAIN_MAX} from ix_tx where n >= ?1 * ${CHAIN_MAX}
       and n < (?1 + 1) * ${CHAIN_MAX} order by n desc limit 1`,
    );
    this.#known = prepare<[number], [number]>(
      db,
      `select n - ?1 * ${CHAIN_MAX} from ix_tx where n >= ?1 * ${CHAIN_MAX}
       and n < (?1 + 1) * ${CHAIN_MAX} and k is not null order by n desc limit 1`,
    );
  }

  find(name: string): WriterRow | undefined {
    const found = this.#names.get(name);
    if (found !== undefined) return found;
    const n = this.#byName.get(name)?.[0];
    return n === undefined ? undefined : this.#remember(n, name);
  }

  intern(name: string): WriterRow {
    const found = this.find(name);
    if (found !== undefined) return found;
    const n = this.#insert.get(name)?.[0] ?? 0;
    this.#rows = undefined;
    return this.#remember(n, name);
  }

  at(n: number): WriterRow {
    return this.#numbers.get(n) ?? this.#remember(n, this.#byNumber.get(n)?.[0] ?? '');
  }

  all(): readonly WriterRow[] {
    this.#rows ??= this.#all.all().map(([name]) => this.intern(name));
    return this.#rows;
  }

  forget(): void {
    this.#names.clear();
    this.#numbers.clear();
    this.#rows = undefined;
  }

  #remember(n: number, name: string): WriterRow {
    const row = {
      n,
      name,
      seq: this.#stored.get(n)?.[0] ?? 0,
      known: this.#known.get(n)?.[0] ?? 0,
    };
    this.#names.set(name, row);
    this.#numbers.set(n, row);
    return row;
  }
}
