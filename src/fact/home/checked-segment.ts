import { DatumError, type Json } from '../../base/index.ts';
import type { ReadTransaction } from '../indexed-transaction.ts';
import { bodyOf, decodeLine, isLine } from '../line.ts';
import type { Fact, Transaction } from '../log.ts';
import { decodeTransaction } from '../transaction.ts';
import type { Verifier } from './public-keys.ts';

/**
 * A whole segment that was read and checked elsewhere: frames, hashes and links within, and the newest
 * signature. What most transactions have in common is packed, so that it costs little to hand over.
 */
export interface CheckedSegment {
  readonly segment: number;
  /** The file. */
  readonly bytes: Uint8Array;
  /** The offset after each line's newline. */
  readonly ends: Int32Array;
  /** Ids, 64 digits each, one after the other. */
  readonly ids: string;
  readonly times: Float64Array;
  /** Place in its chain and predecessor of the first. */
  readonly seq: number;
  readonly prev: string | undefined;
  /** How many facts the packed transactions have, -1 for one that is among `others`. */
  readonly counts: Int32Array;
  readonly entities: readonly string[];
  readonly attributes: readonly string[];
  /** Each fact's place in `attributes`. */
  readonly attributesOf: Int32Array;
  readonly values: readonly Json[];
  /** Transactions with more to them than plain facts, by their place. */
  readonly others: ReadonlyMap<number, ReadTransaction>;
}

const NEWLINE = 10;

/** Reads and checks a whole segment of a writer; `undefined` when there is anything to say about it. */
export function checkSegment(
  bytes: Uint8Array,
  { segment, verify, writer }: { segment: number; verify: Verifier; writer: string },
): CheckedSegment | undefined {
  const packed = new Packing();
  let start = 0;
  let before: Transaction | undefined;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    const next = isLine(bytes, start, end) ? read(bodyOf(bytes, start, end)) : undefined;
    if (next === undefined || next.writer !== writer) return undefined;
    if (before !== undefined && !follows(next, before)) return undefined;
    packed.add(next, end + 1);
    before = next;
    start = end + 1;
  }
  if (before === undefined || start !== bytes.length) return undefined;
  const { sig } = decodeLine(bytes.subarray(packed.lastStart, start - 1));
  return verify(before.id, sig) ? packed.of(segment, bytes) : undefined;
}

function read(bytes: Uint8Array): Transaction | undefined {
  try {
    return decodeTransaction(bytes);
  } catch (error) {
    if (error instanceof DatumError) return undefined;
    throw error;
  }
}

/** Whether a transaction comes right after another in its chain. */
export const follows = (
  next: Pick<Transaction, 'seq' | 'prev' | 'at'>,
  before: Pick<Transaction, 'seq' | 'id' | 'at'> | undefined,
): boolean =>
  next.seq === (before?.seq ?? 0) + 1 &&
  next.prev === before?.id &&
  next.at > (before?.at ?? Number.NEGATIVE_INFINITY);

/** Collects what a {@link CheckedSegment} holds. */
class Packing {
  lastStart = 0;
  readonly #ends: number[] = [];
  readonly #ids: string[] = [];
  readonly #times: number[] = [];
  readonly #counts: number[] = [];
  readonly #entities: string[] = [];
  readonly #attributes = new Map<string, number>();
  readonly #attributesOf: number[] = [];
  readonly #values: Json[] = [];
  readonly #others = new Map<number, ReadTransaction>();
  #first: Transaction | undefined;

  add(transaction: Transaction, end: number): void {
    const { at, branch, facts, id, parents } = transaction;
    this.#first ??= transaction;
    this.lastStart = this.#ends.at(-1) ?? 0;
    this.#ends.push(end);
    this.#ids.push(id);
    this.#times.push(at);
    if (branch !== undefined || parents.length > 0 || !facts.every(isPlain)) {
      const { prev, seq, writer } = transaction;
      const on = branch === undefined ? {} : { branch };
      this.#others.set(this.#counts.length, { writer, seq, prev, parents, ...on, at, facts, id });
      this.#counts.push(-1);
      return;
    }
    this.#counts.push(facts.length);
    for (const { a, e, v } of facts) {
      this.#entities.push(e);
      this.#values.push(v ?? null);
      const known = this.#attributes.get(a) ?? this.#attributes.size;
      this.#attributes.set(a, known);
      this.#attributesOf.push(known);
    }
  }

  of(segment: number, bytes: Uint8Array): CheckedSegment {
    return {
      segment,
      bytes,
      ends: Int32Array.from(this.#ends),
      ids: this.#ids.join(''),
      times: Float64Array.from(this.#times),
      seq: this.#first?.seq ?? 0,
      prev: this.#first?.prev,
      counts: Int32Array.from(this.#counts),
      entities: this.#entities,
      attributes: [...this.#attributes.keys()],
      attributesOf: Int32Array.from(this.#attributesOf),
      values: this.#values,
      others: this.#others,
    };
  }
}

/** A fact of entity, attribute and value alone. */
const isPlain = ({ op, sealed, v, validFrom, validTo }: Fact): boolean =>
  v !== undefined &&
  op === undefined &&
  sealed === undefined &&
  validFrom === undefined &&
  validTo === undefined;
