import type { DatabaseSync } from 'node:sqlite';
import { type AttributeRow, manyAt } from '../indexing/attribute-table.ts';
import type { BranchRow } from '../indexing/branch-table.ts';
import { type Cell, decodeCell, sameCell } from '../indexing/cell.ts';
import {
  ALWAYS,
  compareOrder,
  FOREVER,
  type Operation,
  type Order,
  type Slot,
} from '../indexing/operation.ts';
import { prepare } from '../indexing/query.ts';
import { resolve } from '../indexing/timeline.ts';
import { statedValue } from '../indexing/value-table.ts';
import type { BranchChange, FactInput } from '../log.ts';
import type { Horizon, Layer, Standpoint } from './horizon.ts';
import type { Readers } from './readers.ts';

/** Attributes of `branch:<name>` by which a branch speaks of itself. */
const OWN = 'branch/';

/** An entity and attribute, and the value for cardinality many. */
type Subject = Omit<Slot, 'b'> & { readonly row: AttributeRow };

/** A stretch of valid time with the value there; `null`: none. */
export interface Stretch {
  readonly vfrom: number;
  readonly vto: number;
  readonly value: Cell | null;
}

/** Finds what branches say otherwise than what they were made from. */
export class BranchDiff {
  readonly #readers: Readers;
  readonly #slots;

  constructor(db: DatabaseSync, readers: Readers) {
    this.#readers = readers;
    this.#slots = prepare<[number], [number, number, Cell]>(
      db,
      'select distinct e, a, key from ix_op where b = ? and b > 0 order by e, a, key',
    );
  }

  /** `standpoint` is the branch's head, `now` what is known of its parent today. */
  of(branch: BranchRow, { layers }: Standpoint, now: Horizon): readonly BranchChange[] {
    const [own, ...base] = layers;
    const { attributes, dictionary } = this.#readers.tables;
    if (own === undefined) return [];
    return this.#slots.all(branch.n).flatMap(([e, a, key]) => {
      const subject = { e, a, key, row: attributes.at(a) };
      const entity = dictionary.name(e);
      if (entity === `branch:${branch.name}` && subject.row.name.startsWith(OWN)) return [];
      const pieces = differences(this.#said(subject, [own]), this.#said(subject, base));
      const contested = pieces.length > 0 && this.#isContested(subject, base[0], now);
      return pieces.map(({ was, ...piece }) => ({
        e: entity,
        a: subject.row.name,
        ...factOf(subject, piece),
        ...(was === null ? {} : { was: decodeCell(was) }),
        contested,
      }));
    });
  }

  #said(subject: Subject, layers: readonly Layer[]): readonly Stretch[] {
    // What an inner layer says has been written after all that its base has.
    const operations = layers.flatMap((layer) => this.#operations(subject, layer));
    const byOrder = new Map(operations.map((one) => [orderText(one), one]));
    return resolve(operations.sort(compareOrder)).map((span) => {
      const found = byOrder.get(orderText(span));
      const value = found === undefined || found.retract ? null : statedValue(found);
      return { vfrom: span.vfrom, vto: span.vto, value };
    });
  }

  #operations({ a, e, key, row }: Subject, { b, horizon }: Layer): Operation[] {
    const { points, tables } = this.#readers;
    const known = ({ at, k }: Operation): boolean => at <= horizon.at && k <= horizon.k;
    return tables.operations
      .slot({ e, a, b, key })
      .filter((one) => known(one) && points.counts(one, row, horizon));
  }

  /** Whether the parent says more of it today than the branch's base does. */
  #isContested(subject: Subject, base: Layer | undefined, now: Horizon): boolean {
    if (base === undefined) return false;
    const today = this.#operations(subject, { b: base.b, horizon: now });
    return today.length > this.#operations(subject, base).length;
  }
}

/** The pieces of `said` whose value is another than that of `held` there. */
export function differences(
  said: readonly Stretch[],
  held: readonly Stretch[],
): readonly (Stretch & { readonly was: Cell | null })[] {
  const pieces: (Stretch & { readonly was: Cell | null })[] = [];
  for (const stretch of said) {
    const ends = held.flatMap(({ vfrom, vto }) => [vfrom, vto]);
    const inside = ends.filter((time) => time > stretch.vfrom && time < stretch.vto);
    const times = [...new Set([stretch.vfrom, ...inside, stretch.vto])].sort((x, y) => x - y);
    for (const [index, vfrom] of times.slice(0, -1).entries()) {
      const vto = times[index + 1] ?? stretch.vto;
      const was = held.find((one) => one.vfrom <= vfrom && vfrom < one.vto)?.value ?? null;
      if (same(was, stretch.value)) continue;
      const last = pieces.at(-1);
      if (last?.vto === vfrom && same(last.value, stretch.value)) {
        pieces[pieces.length - 1] = { ...last, vto };
      } else {
        pieces.push({ vfrom, vto, value: stretch.value, was });
      }
    }
  }
  return pieces;
}

const orderText = ({ at, pos, tie }: Order): string =>
  `${at} ${pos} ${tie === 0 ? '' : Buffer.from(tie).toString('hex')}`;

const same = (one: Cell | null, other: Cell | null): boolean =>
  one === null || other === null ? one === other : sameCell(one, other);

/** The fact that makes a stretch so. */
function factOf(
  { key, row }: Subject,
  { value, vfrom, vto }: Stretch,
): Pick<FactInput, 'v' | 'op' | 'validFrom' | 'validTo'> {
  const stated = value ?? (manyAt(row, FOREVER) ? key : undefined);
  return {
    ...(stated === undefined ? {} : { v: decodeCell(stated) }),
    ...(value === null ? { op: 'retract' } : {}),
    validFrom: vfrom === ALWAYS ? 'always' : vfrom,
    ...(vto === FOREVER ? {} : { validTo: vto }),
  };
}
