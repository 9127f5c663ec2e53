import type { DatabaseSync } from 'node:sqlite';
import type { Micros } from '../../base/index.ts';
import { type Cell, sameCell } from './cell.ts';
import { ONE, type Operation, type Slot } from './operation.ts';
import { prepare } from './query.ts';

/** The operations of a slot are in `ix_op`: there are several, or one that is not plain. */
export const SPREAD = 'spread';

/** So that a pair of entity and attribute fits in one exact number. */
const ATTRIBUTE_BITS = 20;
const ATTRIBUTES_MAX = 2 ** ATTRIBUTE_BITS;

/** Entity and attribute in one exact number; the attributes of an entity stand together. */
export const pairNumber = (e: number, a: number): number => e * ATTRIBUTES_MAX + a;

/** The condition in SQL that a row is of a pair given by its number. */
export const ofPair = (n: string): string =>
  `e = ${n} >> ${ATTRIBUTE_BITS} and a = ${n} & ${ATTRIBUTES_MAX - 1}`;

/** Whether a slot is kept here, itself or as spread: main branch, cardinality one. */
export const isLoneSlot = ({ b, key }: Pick<Slot, 'b' | 'key'>): boolean =>
  b === 0 && sameCell(key, ONE);

/** `op` of a slot whose operations are in `ix_op`. */
const OP_SPREAD = 2;

type Columns = [
  n: number,
  op: number,
  at: Micros,
  k: number,
  value: Cell | null,
  pos: number,
  writer: number,
  seq: number,
];

const COLUMNS = 'n, op, at, k, value, pos, writer, seq';

/** Places of the memory of slots that are spread. */
const REMEMBERED = 4_096;

/**
 * Slots of the main branch and cardinality one that have one plain operation, as most have: by one
 * integer, in rows a tenth smaller and a third cheaper to write than those of `ix_op`. When another
 * operation comes the first moves there, and what stays says so; so a slot is whole in one of the two.
 */
export class LoneTable {
  readonly #find;
  readonly #between;
  readonly #copy;
  readonly #mark;
  /** Slots known to be spread, by their number; those written again mostly are written again soon. */
  readonly #spread = new Float64Array(REMEMBERED);

  constructor(db: DatabaseSync) {
    this.#find = prepare<[number], Columns>(db, `select ${COLUMNS} from ix_lone where n = ?`);
    this.#between = prepare<[number, number], Columns>(
      db,
      `select ${COLUMNS} from ix_lone where n >= ? and n < ?`,
    );
    this.#copy = prepare<[number, number, number]>(
      db,
      `insert into ix_op (e, a, b, key, at, tie, pos, op, value, writer, seq, k)
       select ?, ?, 0, x'', at, 0, pos, op, value, writer, seq, k from ix_lone
       where n = ? and op < ${OP_SPREAD}`,
    );
    this.#mark = prepare<[number]>(
      db,
      `insert into ix_lone (n, op) values (?, ${OP_SPREAD}) on conflict do update set
       op = ${OP_SPREAD}, at = null, k = null, value = null, pos = null, writer = null, seq = null
       where op < ${OP_SPREAD}`,
    );
  }

  /** The only operation of a slot, or where there are more; `undefined`: there is none. */
  find(slot: Slot): Operation | typeof SPREAD | undefined {
    const { a, e } = slot;
    if (!isLoneSlot(slot) || this.isSpread(e, a)) return SPREAD;
    const columns = this.#find.get(pairNumber(e, a));
    if (columns === undefined) return undefined;
    if (columns[1] !== OP_SPREAD) return operationOf(columns);
    this.#remember(e, a);
    return SPREAD;
  }

  /** The operations kept here of an entity, on one attribute or all. */
  operations(e: number, a?: number): readonly Operation[] {
    if (a !== undefined) {
      const found = this.find({ e, a, b: 0, key: ONE });
      return typeof found === 'object' ? [found] : [];
    }
    return this.#of(e)
      .filter(([, op]) => op !== OP_SPREAD)
      .map(operationOf);
  }

  /** Attributes of an entity whose slots are here or spread. */
  attributes(e: number): readonly number[] {
    return this.#of(e).map(([n]) => n - pairNumber(e, 0));
  }

  #of(e: number): readonly Columns[] {
    return this.#between.all(pairNumber(e, 0), pairNumber(e + 1, 0));
  }

  /** Moves what is here of a slot to `ix_op`, where all its operations are from now on. */
  spread(e: number, a: number): void {
    if (this.isSpread(e, a)) return;
    const n = pairNumber(e, a);
    this.#copy.run(e, a, n);
    this.#mark.run(n);
    this.#remember(e, a);
  }

  /** Whether a slot is known to be spread without looking it up. */
  isSpread(e: number, a: number): boolean {
    return this.#spread[placeOf(e, a)] === pairNumber(e, a);
  }

  #remember(e: number, a: number): void {
    this.#spread[placeOf(e, a)] = pairNumber(e, a);
  }

  /** Drops what is remembered, after a rollback or when all numbers are given out anew. */
  forget(): void {
    this.#spread.fill(0);
  }
}

const placeOf = (e: number, a: number): number => (e * 31 + a) % REMEMBERED;

function operationOf([n, op, at, k, value, pos, writer, seq]: Columns): Operation {
  const e = Math.floor(n / ATTRIBUTES_MAX);
  const a = n - pairNumber(e, 0);
  const retract = op === 1;
  const open = { vfrom: null, vto: null };
  return { e, a, b: 0, key: ONE, at, tie: 0, pos, ...open, retract, value, writer, seq, k };
}
