import { canonicalize, isJsonObject, type Json } from '../../base/index.ts';

/**
 * A value as SQLite holds it: a number as REAL, a string as TEXT, everything else as a BLOB of its
 * canonical text. So `1`, `true` and `"1"` differ, equal values have equal cells, and numbers,
 * strings and instants sort as they should.
 */
export type Cell = number | string | Uint8Array;

/** @example encodeCell('calm'); // => 'calm' */
export function encodeCell(value: Json): Cell {
  if (typeof value === 'string') return value;
  // Minus zero is zero in canonical form.
  if (typeof value === 'number') return value === 0 ? 0 : value;
  return Buffer.from(canonicalize(value));
}

/** The inverse of {@link encodeCell}. */
export const decodeCell = (cell: Cell): Json =>
  typeof cell === 'object' ? (JSON.parse(Buffer.from(cell).toString()) as Json) : cell;

/** Whether a value is a reference to an entity. */
export const isRef = (value: Json | undefined): boolean =>
  isJsonObject(value) && typeof value['$ref'] === 'string';

/** Whether two cells hold the same value. */
export const sameCell = (one: Cell, other: Cell): boolean =>
  typeof one === 'object' && typeof other === 'object'
    ? Buffer.compare(one, other) === 0
    : one === other;
