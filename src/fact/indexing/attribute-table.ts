import type { DatabaseSync } from 'node:sqlite';
import type { Attribute } from '../log.ts';
import { prepare } from './query.ts';

/**
 * How the operations on an attribute's keys lie in time, the greatest of all its keys:
 * 0 all begin at their own time and stay open; 1 open, beginning in writing order; 2 anything.
 */
export type Mode = 0 | 1 | 2;

/** Cardinality from a position of the line on. */
export interface Cardinality {
  readonly k: number;
  readonly many: boolean;
}

/** What values an attribute has had: 0 none, 1 references alone, 2 any. */
export type ValueKinds = 0 | 1 | 2;

/** An attribute in the index. */
export interface AttributeRow {
  readonly n: number;
  readonly name: Attribute;
  readonly mode: Mode;
  /** Changes of cardinality in order; empty: one. */
  readonly cards: readonly Cardinality[];
  readonly many: boolean;
  readonly unique: boolean;
  readonly indexed: boolean;
  readonly guarded: boolean;
  readonly private: boolean;
  readonly kinds: ValueKinds;
}

type Columns = [number, string, Mode, string, number, number, number, number, ValueKinds];

/** Attributes as small integers with what is declared of them; all are kept in memory. */
export class AttributeTable {
  readonly #all;
  readonly #save;
  #names: Map<Attribute, AttributeRow> | undefined;
  #numbers = new Map<number, AttributeRow>();

  constructor(db: DatabaseSync) {
    this.#all = prepare<[], Columns>(
      db,
      'select n, name, mode, cards, uniq, indexed, guarded, private, kinds from ix_attribute',
    );
    this.#save = prepare<Columns>(
      db,
      'insert or replace into ix_attribute values (?,?,?,?,?,?,?,?,?)',
    );
  }

  find(name: Attribute): AttributeRow | undefined {
    return this.#loaded().get(name);
  }

  /** The attribute of a number that some fact carries. */
  at(n: number): AttributeRow {
    this.#loaded();
    return this.#numbers.get(n) ?? { ...UNDECLARED, n, name: '' };
  }

  intern(name: Attribute): AttributeRow {
    const names = this.#loaded();
    const known = names.get(name);
    if (known !== undefined) return known;
    const guarded = isGuardedByNature(name);
    return this.save({ ...UNDECLARED, n: names.size + 1, name, guarded });
  }

  all(): Iterable<AttributeRow> {
    return this.#loaded().values();
  }

  /** Writes a changed row and gives it back. */
  save(row: AttributeRow): AttributeRow {
    this.#save.run(
      row.n,
      row.name,
      row.mode,
      JSON.stringify(row.cards),
      Number(row.unique),
      Number(row.indexed),
      Number(row.guarded),
      Number(row.private),
      row.kinds,
    );
    return this.#keep(row);
  }

  forget(): void {
    this.#names = undefined;
    this.#numbers.clear();
  }

  #loaded(): Map<Attribute, AttributeRow> {
    if (this.#names !== undefined) return this.#names;
    this.#names = new Map();
    for (const columns of this.#all.all()) {
      const [n, name, mode, text, unique, indexed, guarded, hidden, kinds] = columns;
      const cards = JSON.parse(text) as readonly Cardinality[];
      this.#keep({
        n,
        name,
        mode,
        cards,
        many: cards.at(-1)?.many ?? false,
        unique: unique === 1,
        indexed: indexed === 1,
        guarded: guarded === 1,
        private: hidden === 1,
        kinds,
      });
    }
    return this.#names;
  }

  #keep(row: AttributeRow): AttributeRow {
    this.#names?.set(row.name, row);
    this.#numbers.set(row.n, row);
    return row;
  }
}

/** What holds for an attribute of which nothing is declared. */
const UNDECLARED = {
  mode: 0,
  cards: [],
  many: false,
  unique: false,
  indexed: false,
  guarded: false,
  private: false,
  kinds: 0,
} as const satisfies Omit<AttributeRow, 'n' | 'name'>;

/** Whom one trusts, what attributes mean and what is erased is never for unknown writers to say. */
export const isGuardedByNature = (name: Attribute): boolean =>
  name === 'writer/trusted' || GUARDED_ROOMS.has(name.slice(0, name.indexOf('/')));

/** Declarations and erasures, and what guards decide by: policy, mandates, judges, caps and prices. */
const GUARDED_ROOMS = new Set([
  'attribute',
  'erasure',
  'policy',
  'mandate',
  'judge',
  'cap',
  'price',
]);

/** Whether all values of an attribute can be looked up. */
export const isIndexed = ({ indexed, kinds, unique }: AttributeRow): boolean =>
  indexed || unique || kinds === 1;

/** The cardinality that holds for what was known at a position of the line. */
export const manyAt = ({ cards, many }: AttributeRow, k: number): boolean =>
  cards.length < 2
    ? many && (cards[0]?.k ?? 0) <= k
    : (cards.findLast((c) => c.k <= k)?.many ?? false);
