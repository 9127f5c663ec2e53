import type { DatabaseSync } from 'node:sqlite';
import { pairNumber } from './lone-table.ts';
import { prepare } from './query.ts';

/** Entities by attribute. */
type Entities = ReadonlyMap<number, ReadonlySet<number>>;

/** Which of the newest entities have facts on which attributes, as the rows of their facts tell. */
export class FreshPairs {
  readonly #lone;
  readonly #others;
  /** What was noted here and, once {@link from} has read it, what others wrote. */
  #entities = new Map<number, Set<number>>();
  #isWhole = false;
  #end = 0;

  constructor(db: DatabaseSync) {
    this.#lone = prepare<[number], [number]>(db, 'select n from ix_lone where n >= ?');
    this.#others = prepare<[number], [number, number]>(
      db,
      'select distinct e, a from ix_op where e >= ?',
    );
  }

  /** One beyond the greatest entity noted. */
  get end(): number {
    return this.#end;
  }

  add(a: number, e: number): void {
    const entities = this.#entities.get(a);
    if (entities === undefined) this.#entities.set(a, new Set([e]));
    else entities.add(e);
    this.#end = Math.max(this.#end, e + 1);
  }

  /** All from an entity on. */
  from(first: number): Entities {
    if (this.#isWhole) return this.#entities;
    const noted = this.#entities;
    this.#entities = new Map();
    for (const [n] of this.#lone.all(pairNumber(first, 0))) {
      const e = Math.floor(n / pairNumber(1, 0));
      this.add(n - pairNumber(e, 0), e);
    }
    for (const [e, a] of this.#others.all(first)) this.add(a, e);
    for (const [a, entities] of noted) for (const e of entities) if (e >= first) this.add(a, e);
    this.#isWhole = true;
    return this.#entities;
  }

  /** Begins anew where there is nothing yet. */
  restart(): void {
    this.#entities = new Map();
    this.#isWhole = true;
  }

  /** Drops what was noted, after a rollback. */
  forget(): void {
    this.restart();
    this.#end = 0;
    this.refresh();
  }

  /** Looks again what others wrote, when it is asked for. */
  refresh(): void {
    this.#isWhole = false;
  }
}
