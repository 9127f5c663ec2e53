import { isJsonObject, type Json } from '../../base/index.ts';
import { type Cell, encodeCell } from '../indexing/cell.ts';
import type { Range } from './source.ts';

/** A text that is the same for equal cells alone. */
export const keyText = (cell: Cell): string =>
  typeof cell === 'object' ? `b${Buffer.from(cell).toString('latin1')}` : `${typeof cell}${cell}`;

/** SQLite's order of cells: numbers, then text by its UTF-8 bytes, then the rest by theirs. */
export function compareCells(one: Cell, other: Cell): number {
  const rank = rankOf(one) - rankOf(other);
  if (rank !== 0) return rank;
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return Buffer.compare(bytesOf(one), bytesOf(other));
}

const rankOf = (cell: Cell): number =>
  typeof cell === 'number' ? 0 : typeof cell === 'string' ? 1 : 2;

const bytesOf = (cell: Cell): Uint8Array =>
  typeof cell === 'object' ? cell : Buffer.from(String(cell));

/** Whether a value lies within bounds; only values of the bounds' own type do. */
export function isWithin(cell: Cell, { below, from }: Range): boolean {
  const bound = from ?? below;
  if (bound === undefined) return true;
  if (typeOf(cell) !== typeOf(encodeCell(bound))) return false;
  if (from !== undefined && compareCells(cell, encodeCell(from)) < 0) return false;
  return below === undefined || compareCells(cell, encodeCell(below)) < 0;
}

/** `number`, `string`, or for a tag its name, so that instants are compared with instants. */
function typeOf(cell: Cell): string {
  if (typeof cell !== 'object') return typeof cell;
  const value = JSON.parse(Buffer.from(cell).toString()) as Json;
  return isJsonObject(value) ? (Object.keys(value)[0] ?? 'object') : 'other';
}

/** The cells between which a range's values lie; an open end is the end of the bounds' type. */
export function boundsOf({ below, from }: Range): readonly [from: Cell, below: Cell] {
  const cell = encodeCell(from ?? below ?? null);
  const [first, end] = ENDS[rankOf(cell)] ?? ENDS[2];
  return [
    from === undefined ? first : encodeCell(from),
    below === undefined ? end : encodeCell(below),
  ];
}

const EMPTY = new Uint8Array(0);
const ENDS = [
  [Number.NEGATIVE_INFINITY, ''],
  ['', EMPTY],
  [EMPTY, new Uint8Array([0xff])],
] as const;
