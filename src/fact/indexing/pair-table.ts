import type { DatabaseSync } from 'node:sqlite';
import { FreshPairs } from './fresh-pairs.ts';
import { prepare } from './query.ts';

/** Entities of one row: the bits of a number on which `|` works. */
const BLOCK = 32;
/** So that an attribute and a block fit in one exact number. */
const BLOCKS_MAX = 2 ** 33;
/** So many rows are remembered as they were last written. */
const KNOWN_MAX = 4_096;
/** Rows read at once. */
const PAGE = 64;
/** So many entities are fresh, at most. */
const FRESH_MAX = 256;
/** The row that says from which number on entities are fresh; attributes are numbered from 1. */
const SETTLED = [0, 0] as const;

/**
 * Which entities ever had a fact on an attribute: a bit for each, since entities are numbered as they
 * come and a row for each costs a fifth of the load of a large home. Rows of one attribute stand
 * together, so one new entity touches a page for each of its attributes; hence the newest are fresh:
 * they have no rows here, for those of their facts tell it, until there are enough to write together.
 */
export class PairTable {
  readonly #add;
  readonly #has;
  readonly #page;
  readonly #readSettled;
  readonly #writeSettled;
  readonly #fresh: FreshPairs;
  /** The number from which on entities are fresh; `undefined`: to be looked up. */
  #settled: number | undefined;
  /** Bits not written yet, by attribute and block. */
  #waiting = new Map<number, number>();
  /** Bits known to be there: the same entities mostly have facts on the same attributes. */
  readonly #known = new Map<number, number>();

  constructor(db: DatabaseSync) {
    this.#fresh = new FreshPairs(db);
    this.#add = prepare<[number, number, number]>(
      db,
      `insert into ix_pair (a, block, bits) values (?, ?, ?)
       on conflict do update set bits = bits | excluded.bits
       where bits & excluded.bits <> excluded.bits`,
    );
    this.#has = prepare<[number], [number]>(db, 'select 1 from ix_pair where a = ? limit 1');
    this.#page = prepare<[number, number, number], [number, number]>(
      db,
      'select block, bits from ix_pair where a = ? and block > ? order by block limit ?',
    );
    this.#readSettled = prepare<[number, number], [number]>(
      db,
      'select bits from ix_pair where a = ? and block = ?',
    );
    this.#writeSettled = prepare<[number, number, number]>(
      db,
      'insert or replace into ix_pair (a, block, bits) values (?, ?, ?)',
    );
  }

  /** Notes a pair; it waits for company until {@link flush}. */
  add(a: number, e: number): void {
    if (e >= this.#freshFrom()) this.#fresh.add(a, e);
    else this.#wait(a, e);
  }

  /** Writes what waits; what is noted of fresh entities must be in the rows of facts by now. */
  flush(): void {
    const from = this.#freshFrom();
    if (this.#fresh.end - from > FRESH_MAX) {
      for (const [a, entities] of this.#fresh.from(from)) {
        for (const e of entities) this.#wait(a, e);
      }
      this.#settled = this.#fresh.end;
      this.#writeSettled.run(...SETTLED, this.#settled);
      this.#fresh.restart();
    }
    if (this.#waiting.size > 0) this.#write();
  }

  /** Drops what waits and what is remembered, after a rollback. */
  forget(): void {
    this.#waiting.clear();
    this.#known.clear();
    this.#fresh.forget();
    this.refresh();
  }

  /** Drops what another process may have changed. */
  refresh(): void {
    this.#settled = undefined;
    this.#fresh.refresh();
  }

  /** Whether any fact names the attribute. */
  has(a: number): boolean {
    return this.#has.get(a) !== undefined || this.#freshOf(a).length > 0;
  }

  /** Entities that ever had a fact on an attribute, in the order of their numbers. */
  *entities(a: number): IterableIterator<number> {
    const fresh = this.#freshOf(a);
    const settled = this.#freshFrom();
    let last = -1;
    for (;;) {
      const page = this.#page.all(a, last, PAGE);
      for (const [block, bits] of page) {
        for (const e of membersOf(block, bits)) if (e < settled) yield e;
      }
      if (page.length < PAGE) break;
      last = page.at(-1)?.[0] ?? last;
    }
    yield* fresh;
  }

  /** How many there are, up to `most`. */
  count(a: number, most: number): number {
    let count = 0;
    for (const _ of this.entities(a)) {
      count += 1;
      if (count >= most) break;
    }
    return count;
  }

  #freshFrom(): number {
    this.#settled ??= this.#readSettled.get(...SETTLED)?.[0] ?? 0;
    return this.#settled;
  }

  #freshOf(a: number): readonly number[] {
    const entities = this.#fresh.from(this.#freshFrom()).get(a);
    return entities === undefined ? [] : [...entities].sort((one, other) => one - other);
  }

  #wait(a: number, e: number): void {
    const key = a * BLOCKS_MAX + Math.floor(e / BLOCK);
    this.#waiting.set(key, (this.#waiting.get(key) ?? 0) | (1 << (e % BLOCK)));
  }

  #write(): void {
    for (const [key, bits] of this.#waiting) {
      const known = this.#known.get(key) ?? 0;
      if ((known & bits) === bits) continue;
      const a = Math.floor(key / BLOCKS_MAX);
      this.#add.run(a, key - a * BLOCKS_MAX, bits >>> 0);
      if (this.#known.size >= KNOWN_MAX) this.#known.clear();
      this.#known.set(key, known | bits);
    }
    this.#waiting.clear();
  }
}

function* membersOf(block: number, bits: number): IterableIterator<number> {
  for (let bit = 0; bit < BLOCK; bit += 1) {
    if ((bits >>> bit) & 1) yield block * BLOCK + bit;
  }
}
