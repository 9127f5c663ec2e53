import type { DatabaseSync } from 'node:sqlite';
import type { Micros } from '../../base/index.ts';
import type { Cell } from '../indexing/cell.ts';
import { prepare } from '../indexing/query.ts';
import type { Layer } from './horizon.ts';

/** Finds entities by value: candidates, which a point read confirms or not. */
export class ValueReader {
  readonly #equal;

  constructor(db: DatabaseSync) {
    this.#equal = prepare<[number, number, Cell, number], [number]>(
      db,
      'select distinct e from ix_value where a = ? and b = ? and value = ? and until > ?',
    );
  }

  /** Entities that may hold a value of an attribute at a time, as far as the layers know. */
  candidates(
    { a, value }: { readonly a: number; readonly value: Cell },
    { layers, valid }: { readonly layers: readonly Layer[]; readonly valid: Micros },
  ): ReadonlySet<number> {
    const found = new Set<number>();
    for (const { b, horizon } of layers) {
      for (const [e] of this.#equal.all(a, b, value, closedBy(horizon, valid))) found.add(e);
    }
    return found;
  }
}

/** Rows closed by this time cannot hold; beside the line nothing is sure to be closed. */
const closedBy = (horizon: Layer['horizon'], valid: Micros): Micros =>
  horizon.vector === undefined ? Math.min(horizon.at, valid) : Number.MIN_SAFE_INTEGER;
