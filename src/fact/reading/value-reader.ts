import type { DatabaseSync } from 'node:sqlite';
import type { Micros } from '../../base/index.ts';
import type { Cell } from '../indexing/cell.ts';
import type { PairTable } from '../indexing/pair-table.ts';
import { prepare } from '../indexing/query.ts';
import { boundsOf } from './cell-order.ts';
import type { Layer, Standpoint } from './horizon.ts';
import type { Range } from './source.ts';

type Standing = Pick<Standpoint, 'layers' | 'valid'>;

/** Finds entities by value: candidates, which a point read confirms or not. */
export class ValueReader {
  readonly #equal;
  readonly #within;
  readonly #countEqual;
  readonly #countWithin;
  readonly #pairs: PairTable;

  constructor(db: DatabaseSync, pairs: PairTable) {
    this.#pairs = pairs;
    this.#equal = prepare<[number, number, Cell, number], [number]>(
      db,
      'select distinct e from ix_value where a = ? and b = ? and value = ? and until > ?',
    );
    this.#within = prepare<[number, number, Cell, Cell, number], [number]>(
      db,
      `select distinct e from ix_value where a = ? and b = ? and value >= ? and value < ?
       and until > ?`,
    );
    this.#countEqual = prepare<[number, Cell, number, number], [number]>(
      db,
      `select count(*) from (select 1 from ix_value where a = ? and b = 0 and value = ?
       and until > ? limit ?)`,
    );
    this.#countWithin = prepare<[number, Cell, Cell, number], [number]>(
      db,
      `select count(*) from (select 1 from ix_value where a = ? and b = 0 and value >= ?
       and value < ? limit ?)`,
    );
  }

  /** Entities that may hold a value of an attribute at a time, as far as the layers know. */
  candidates(
    { a, value }: { readonly a: number; readonly value: Cell },
    { layers, valid }: Standing,
  ): ReadonlySet<number> {
    const found = new Set<number>();
    for (const { b, horizon } of layers) {
      for (const [e] of this.#equal.all(a, b, value, closedBy(horizon, valid))) found.add(e);
    }
    return found;
  }

  /** Entities that may hold a value within bounds. */
  candidatesWithin(
    { a, range }: { readonly a: number; readonly range: Range },
    { layers, valid }: Standing,
  ): ReadonlySet<number> {
    const found = new Set<number>();
    const [from, below] = boundsOf(range);
    for (const { b, horizon } of layers) {
      const rows = this.#within.all(a, b, from, below, closedBy(horizon, valid));
      for (const [e] of rows) found.add(e);
    }
    return found;
  }

  /** Roughly how many entities a look-up on the main branch gives. */
  estimate({ a, most, range, value }: Estimate, { layers, valid }: Standing): number {
    const horizon = layers.at(-1)?.horizon;
    if (value !== undefined && horizon !== undefined) {
      return this.#countEqual.get(a, value, closedBy(horizon, valid), most)?.[0] ?? 0;
    }
    if (range !== undefined) return this.#countWithin.get(a, ...boundsOf(range), most)?.[0] ?? 0;
    return this.#pairs.count(a, most);
  }
}

/** How many candidates to count at most, and what to count. */
interface Estimate {
  readonly a: number;
  readonly value?: Cell | undefined;
  readonly range?: Range | undefined;
  readonly most: number;
}

/** Rows closed by this time cannot hold; beside the line nothing is sure to be closed. */
const closedBy = (horizon: Layer['horizon'], valid: Micros): Micros =>
  horizon.vector === undefined ? Math.min(horizon.at, valid) : Number.MIN_SAFE_INTEGER;
