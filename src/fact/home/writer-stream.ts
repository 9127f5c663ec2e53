import { DatumError, type Micros } from '../../base/index.ts';
import { FactError } from '../error.ts';
import { bad } from '../form.ts';
import type { IndexedTransaction } from '../indexed-transaction.ts';
import { bodyOf, decodeLine, isLine, NOT_A_LINE } from '../line.ts';
import type { Fact, TransactionId } from '../log.ts';
import { decodeTransaction } from '../transaction.ts';
import { type CheckedSegment, follows } from './checked-segment.ts';
import { damaged, equivocation } from './problem.ts';
import type { Verifier } from './public-keys.ts';
import type { ReadAhead } from './read-ahead.ts';
import { type Mark, type Place, type Segments, START, type StoredLine } from './segments.ts';

/** A stored transaction whose bytes, chain and (directly or by a later one) signature are checked. */
export interface Arrival extends IndexedTransaction {
  readonly place: Place;
}

export interface WriterStreamOptions {
  readonly writer: string;
  readonly segments: Segments;
  /** Asked once, and only when there is something to check. */
  readonly verifier: () => Verifier;
  /** Whether it is this working copy's own writer. */
  readonly own?: boolean;
  /** What has been taken in already. */
  readonly mark?: Mark;
  readonly head?: ChainHead | undefined;
  /** Reads whole segments from the first on, on another thread. */
  readonly ahead?: ReadAhead | undefined;
  /** The id already known for a sequence number up to the head. */
  readonly idAt?: (seq: number) => TransactionId | undefined;
}

export interface ChainHead {
  readonly seq: number;
  readonly id: TransactionId;
  readonly at: Micros;
}

/**
 * The lines of one writer after a mark, oldest first, a segment at a time. Within each segment every
 * hash and link is checked and the newest signature, which vouches for all before it. The first thing
 * wrong ends the stream and is its `problem`.
 */
export class WriterStream {
  readonly writer: string;
  readonly #options: WriterStreamOptions;
  #loaded: readonly Arrival[] = [];
  #loading: readonly Arrival[] = [];
  #next = 0;
  #mark: Mark;
  #head: ChainHead | undefined;
  #verify: Verifier | undefined;
  #problem: FactError | undefined;
  #unfinished = 0;
  /** The segment whose beginning is next, while nothing but whole segments was read. */
  #whole: number | undefined;

  constructor(options: WriterStreamOptions) {
    this.writer = options.writer;
    this.#options = options;
    this.#mark = options.mark ?? START;
    this.#head = options.head;
    this.#whole = this.#mark.bytes === 0 ? this.#mark.segment : undefined;
  }

  /** What ended the stream before its last line. */
  get problem(): FactError | undefined {
    return this.#problem;
  }

  /** Bytes of a last line that has no end yet. */
  get unfinished(): number {
    return this.#unfinished;
  }

  /** After the last good line. */
  get end(): Mark {
    return this.#mark;
  }

  /** The next transaction without taking it. */
  peek(): Arrival | undefined {
    while (this.#next >= this.#loaded.length && this.#load());
    return this.#loaded[this.#next];
  }

  /** Takes the transaction that `peek` shows. */
  advance(): void {
    this.#next += 1;
  }

  /** Ends the stream at the transaction that `peek` shows, for a reason found outside. */
  stop(problem: FactError): void {
    this.#problem = problem;
    this.#loaded = [];
  }

  #load(): boolean {
    if (this.#problem !== undefined) return false;
    if (this.#loadAhead()) return true;
    const rest = this.#options.segments.rest(this.writer, this.#mark);
    if (rest === undefined || !this.#canVerify()) return false;
    const before = this.#head;
    const arrivals: Arrival[] = [];
    this.#loading = arrivals;
    for (const line of rest.lines) {
      const arrival = this.#read(line, rest.path);
      if (arrival === undefined) break;
      arrivals.push(arrival);
      this.#head = arrival;
    }
    this.#vouch(arrivals, rest.path);
    this.#head = arrivals.at(-1) ?? before;
    this.#mark = endOf(arrivals.at(-1)?.place) ?? this.#mark;
    this.#loaded = arrivals;
    this.#next = 0;
    this.#unfinished = rest.unfinished;
    const isWhole = rest.closed && rest.unfinished === 0 && this.#problem === undefined;
    this.#whole = isWhole ? rest.end.segment + 1 : undefined;
    if (rest.unfinished > 0 && rest.closed) {
      const locus = { writer: this.writer, path: rest.path, offset: rest.end.bytes };
      this.#problem ??= damaged('a line has no end', locus);
    }
    return arrivals.length > 0;
  }

  /** Takes a segment that another thread has read and checked, when there is one. */
  #loadAhead(): boolean {
    const { ahead, own = false } = this.#options;
    const checked = this.#whole === undefined ? undefined : ahead?.take(this.#whole);
    if (checked === undefined) return false;
    const arrivals = unpack(checked, { writer: this.writer, own });
    const [first] = arrivals;
    if (first === undefined || !follows(first, this.#head)) return false;
    this.#head = arrivals.at(-1);
    this.#mark = endOf(arrivals.at(-1)?.place) ?? this.#mark;
    this.#whole = checked.segment + 1;
    this.#loaded = arrivals;
    this.#next = 0;
    return true;
  }

  #canVerify(): boolean {
    try {
      this.#verify ??= this.#options.verifier();
      return true;
    } catch (error) {
      if (!(error instanceof FactError)) throw error;
      this.#problem = error;
      return false;
    }
  }

  #verified({ id, line }: Arrival): boolean {
    return this.#verify?.(id, decodeLine(line).sig) ?? false;
  }

  #read({ bytes: line, place }: StoredLine, path: string): Arrival | undefined {
    try {
      if (!isLine(line, 0, line.length)) throw bad(NOT_A_LINE);
      const transaction = decodeTransaction(bodyOf(line, 0, line.length));
      const own = this.#options.own ?? false;
      const arrival = { ...transaction, line, own, place };
      this.#problem = this.#checkLink(arrival, path);
      return this.#problem === undefined ? arrival : undefined;
    } catch (error) {
      if (!(error instanceof DatumError)) throw error;
      const seq = (this.#head?.seq ?? 0) + 1;
      const locus = { writer: this.writer, seq, path, offset: place.offset };
      this.#problem =
        error.code === 'fact/newer-version' ? error : damaged(error.message, locus, error);
      return undefined;
    }
  }

  /** Whether a transaction follows the head; one that does not may show a second history. */
  #checkLink(arrival: Arrival, path: string): FactError | undefined {
    const { id, seq, prev, at, writer, place } = arrival;
    const head = this.#head;
    const follows = seq === (head?.seq ?? 0) + 1 && prev === head?.id;
    const isLater = at > (head?.at ?? Number.NEGATIVE_INFINITY);
    if (writer === this.writer && follows && isLater) return undefined;
    const locus = { writer: this.writer, seq, id, path, offset: place.offset };
    if (writer !== this.writer) return damaged('a line of another writer', locus);
    if (follows) return damaged('its time is not after that of the one before', locus);
    const rival = prev !== undefined && seq === (head?.seq ?? 0) + 1 ? seq - 1 : seq;
    const known = rival === seq ? this.#idAt(seq) : head?.id;
    const second = known !== undefined && known !== id && this.#verified(arrival);
    return second
      ? equivocation({ ...locus, seq: rival })
      : damaged('it does not follow the one before', locus);
  }

  #idAt(seq: number): TransactionId | undefined {
    const loaded = this.#loading.find((arrival) => arrival.seq === seq);
    return loaded?.id ?? this.#options.idAt?.(seq);
  }

  /** Drops lines from the end until one's own signature holds. */
  #vouch(arrivals: Arrival[], path: string): void {
    for (let last = arrivals.at(-1); last !== undefined; last = arrivals.at(-1)) {
      const { id, seq, place } = last;
      if (this.#verified(last)) return;
      arrivals.pop();
      const locus = { writer: this.writer, seq, id, path, offset: place.offset };
      this.#problem = damaged('the signature is not by this writer', locus);
    }
  }
}

/** The mark just after a line. */
const endOf = (place: Place | undefined): Mark | undefined =>
  place && { segment: place.segment, bytes: place.offset + place.length };

/** The transactions of a segment that was checked elsewhere. */
function unpack(
  checked: CheckedSegment,
  { own, writer }: { readonly own: boolean; readonly writer: string },
): readonly Arrival[] {
  const { attributes, attributesOf, bytes, counts, ends, entities, ids, others, segment } = checked;
  const arrivals: Arrival[] = [];
  let { prev } = checked;
  let next = 0;
  let offset = 0;
  for (let at = 0; at < ends.length; at += 1) {
    const end = ends[at] ?? 0;
    const line = bytes.subarray(offset, end - 1);
    const place = { segment, offset, length: end - offset };
    const id = ids.slice(64 * at, 64 * at + 64);
    const other = others.get(at);
    if (other === undefined) {
      const facts: Fact[] = [];
      for (const stop = next + (counts[at] ?? 0); next < stop; next += 1) {
        const a = attributes[attributesOf[next] ?? 0] ?? '';
        facts.push({ e: entities[next] ?? '', a, v: checked.values[next] ?? null });
      }
      const seq = checked.seq + at;
      const time = checked.times[at] ?? 0;
      arrivals.push({ writer, seq, prev, parents: NONE, at: time, facts, id, line, own, place });
    } else arrivals.push({ ...other, line, own, place });
    prev = id;
    offset = end;
  }
  return arrivals;
}

const NONE: readonly TransactionId[] = [];
