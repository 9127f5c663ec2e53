import type { DatabaseSync } from 'node:sqlite';
import { prepare } from './query.ts';

/** Entities of one row: the bits of a number on which `|` works. */
const BLOCK = 32;
/** So that an attribute and a block fit in one exact number. */
const BLOCKS_MAX = 2 ** 33;
/** So many rows are remembered as they were last written. */
const KNOWN_MAX = 4_096;
/** Rows read at once. */
const PAGE = 64;

/**
 * Which entities ever had a fact on an attribute: a bit for each, since entities are numbered as they
 * come and a row for each costs a fifth of the load of a large home.
 */
export class PairTable {
  readonly #add;
  readonly #has;
  readonly #page;
  /** Bits not written yet, by attribute and block. */
  #waiting = new Map<number, number>();
  /** Bits known to be there: the same entities mostly have facts on the same attributes. */
  readonly #known = new Map<number, number>();

  constructor(db: DatabaseSync) {
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
  }

  /** Notes a pair; it waits for company until {@link flush}. */
  add(a: number, e: number): void {
    const key = a * BLOCKS_MAX + Math.floor(e / BLOCK);
    this.#waiting.set(key, (this.#waiting.get(key) ?? 0) | (1 << (e % BLOCK)));
  }

  /** Writes what waits. */
  flush(): void {
    if (this.#waiting.size === 0) return;
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

  /** Drops what waits and what is remembered, after a rollback. */
  forget(): void {
    this.#waiting.clear();
    this.#known.clear();
  }

  /** Whether any fact names the attribute. */
  has(a: number): boolean {
    return this.#has.get(a) !== undefined;
  }

  /** Entities that ever had a fact on an attribute, in the order of their numbers. */
  *entities(a: number): IterableIterator<number> {
    let last = -1;
    for (;;) {
      const page = this.#page.all(a, last, PAGE);
      for (const [block, bits] of page) yield* membersOf(block, bits);
      if (page.length < PAGE) return;
      last = page.at(-1)?.[0] ?? last;
    }
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
}

function* membersOf(block: number, bits: number): IterableIterator<number> {
  for (let bit = 0; bit < BLOCK; bit += 1) {
    if ((bits >>> bit) & 1) yield block * BLOCK + bit;
  }
}
