import { type Micros, sha256 } from '../../base/index.ts';
import { FactError } from '../error.ts';
import type { IndexedTransaction } from '../indexed-transaction.ts';
import { decodeLine } from '../line.ts';
import type { Arrived, TransactionId } from '../log.ts';
import type { StoreParts } from '../writing/store-parts.ts';
import { inOrder } from './arrival-order.ts';
import { lastPlace, type MarkTable, UNREAD } from './mark-table.ts';
import { equivocation, foreignHistory, type Locus, MissingHistory } from './problem.ts';
import type { PublicKeys } from './public-keys.ts';
import type { ReadAhead } from './read-ahead.ts';
import type { Segments } from './segments.ts';
import { type Arrival, WriterStream } from './writer-stream.ts';

/** What intake reads from and writes to. */
export interface IntakeParts extends StoreParts {
  readonly marks: MarkTable;
  readonly segments: Segments;
  readonly keys: PublicKeys;
  /** The writer of this working copy, once it has one. */
  readonly own: () => string | undefined;
}

/** Reads what the segments hold beyond the marks into the index, a bounded step at a time. */
export interface Intake {
  /** Takes in up to so many facts, under the lock; false when nothing is left. */
  step(factsMax: number): boolean;
  readonly streams: readonly WriterStream[];
  /** What was taken in before and is no longer as it was. */
  readonly broken: readonly FactError[];
  /** New bytes that cannot be taken in, of all writers but one; what stands before them is. */
  problems(besides?: string): readonly FactError[];
  /** What was taken in. */
  readonly arrived: readonly Arrived[];
}

/** Prepares to take in the given writers; all that have new bytes when none are named. */
export function startIntake(parts: IntakeParts, writers?: readonly string[]): Intake {
  const broken: FactError[] = [];
  const names = writers ?? changedWriters(parts, broken);
  const ahead = readAheadOf(parts, names);
  const streams = names.map((writer) => openStream(parts, writer, ahead?.get(writer)));
  const arrivals = inOrder(streams);
  const arrived = new Map<string, Arrived>();
  let begun = false;
  return {
    streams,
    broken,
    problems: (besides) =>
      streams.flatMap(({ problem, writer }) => (writer === besides ? [] : (problem ?? []))),
    get arrived() {
      return [...arrived.values()];
    },
    step: (factsMax) => {
      if (!begun && parts.index.chains.heads().length === 0) parts.index.beginRebuild();
      begun = true;
      const batch = takeBatch(parts, arrivals, factsMax);
      parts.index.apply(batch.transactions);
      for (const [stream, { from, last }] of batch.taken) {
        const { writer } = stream;
        arrived.set(writer, { writer, from: arrived.get(writer)?.from ?? from, to: last.seq });
        moveMark(parts, stream, last);
      }
      if (batch.more) return true;
      for (const stream of streams) noteFile(parts, stream);
      for (const each of ahead?.values() ?? []) each.stop();
      parts.index.endRebuild();
      return false;
    },
  };
}

interface Taken {
  readonly from: number;
  last: Arrival;
}

interface Batch {
  readonly transactions: readonly IndexedTransaction[];
  /** From which place in its chain on, and up to which arrival, each stream was taken in. */
  readonly taken: ReadonlyMap<WriterStream, Taken>;
  readonly more: boolean;
}

function takeBatch(
  parts: IntakeParts,
  arrivals: Generator<readonly [Arrival, WriterStream]>,
  factsMax: number,
): Batch {
  const transactions: IndexedTransaction[] = [];
  const taken = new Map<WriterStream, Taken>();
  const timeOf = timesOf(parts, transactions);
  for (let facts = 0; facts < factsMax; ) {
    const next = arrivals.next();
    if (next.done === true) return { transactions, taken, more: false };
    const [arrival, stream] = next.value;
    const obstacle = obstacleOf(parts, arrival, timeOf);
    if (obstacle !== undefined) {
      stream.stop(obstacle);
      continue;
    }
    const stretch = taken.get(stream);
    if (stretch === undefined) taken.set(stream, { from: arrival.seq, last: arrival });
    else stretch.last = arrival;
    parts.sealed.note(arrival);
    transactions.push(parts.vault.show(arrival));
    facts += 1 + arrival.facts.length;
  }
  return { transactions, taken, more: true };
}

/** Tells the time of a transaction of the batch, or stored before; remembers only when first asked. */
function timesOf(
  { index }: IntakeParts,
  transactions: readonly IndexedTransaction[],
): (id: TransactionId) => Micros | undefined {
  const times = new Map<TransactionId, Micros>();
  let noted = 0;
  return (id) => {
    for (; noted < transactions.length; noted += 1) {
      const transaction = transactions[noted];
      if (transaction !== undefined) times.set(transaction.id, transaction.at);
    }
    return times.get(id) ?? index.chains.locate(id)?.at;
  };
}

/** Why a transaction that is whole cannot be taken in: it names what nobody has, or founds another home. */
function obstacleOf(
  parts: IntakeParts,
  arrival: Arrival,
  timeOf: (id: TransactionId) => Micros | undefined,
): FactError | undefined {
  const { at, parents, seq, writer } = arrival;
  if (parents.length === 0) {
    return seq > 1 || isFounder(parts, arrival) ? undefined : foreignHistory(arrival);
  }
  const late = parents.filter((id) => {
    const time = timeOf(id);
    return time === undefined || time >= at;
  });
  return late.length === 0 ? undefined : new MissingHistory(late.map((id) => ({ writer, id })));
}

/** The home's first transaction is the first there is that has seen nothing; there is only one. */
function isFounder({ meta }: IntakeParts, { id }: Arrival): boolean {
  const home = meta.get('home');
  if (home === undefined) meta.set('home', id);
  return home === undefined || home === id;
}

/** Of the first writer with many segments none of which was taken in, they are read on another thread. */
function readAheadOf(
  { keys, marks, segments }: IntakeParts,
  names: readonly string[],
): ReadonlyMap<string, ReadAhead> | undefined {
  const writer = names.find(
    (name) => marks.get(name) === UNREAD && segments.stat(name, AHEAD_SEGMENTS_MIN) !== undefined,
  );
  const publicKey = writer === undefined ? undefined : keys.find(writer);
  const ahead = writer && publicKey ? segments.ahead(writer, publicKey) : undefined;
  return writer === undefined || ahead === undefined ? undefined : new Map([[writer, ahead]]);
}

/** For fewer, starting a thread takes longer than it saves. */
const AHEAD_SEGMENTS_MIN = 8;

function openStream(
  { index, marks, segments, keys, own }: IntakeParts,
  writer: string,
  ahead?: ReadAhead,
): WriterStream {
  return new WriterStream({
    writer,
    ahead,
    own: writer === own(),
    segments,
    verifier: () => keys.verifier(writer),
    mark: marks.get(writer),
    head: index.chains.head(writer),
    idAt: (seq) => index.chains.locateSeq(writer, seq)?.id,
  });
}

function moveMark({ marks }: IntakeParts, stream: WriterStream, { place }: Arrival): void {
  const bytes = place.offset + place.length;
  const { segment, offset: last } = place;
  marks.set(stream.writer, { segment, bytes, last, size: -1, mtime: -1 });
}

/** Remembers how the file of a fully read writer looks, so that it is not read again. */
function noteFile({ marks, segments }: IntakeParts, { writer, problem }: WriterStream): void {
  const mark = marks.get(writer);
  const file = segments.stat(writer, mark.segment);
  if (problem === undefined && file !== undefined) marks.set(writer, { ...mark, ...file });
}

/**
 * The writers whose last file is not as it was left. Where the last line taken in is no longer
 * there, history was cut off or rewritten: that is a problem and nothing more of the writer is read.
 */
function changedWriters(parts: IntakeParts, broken: FactError[]): readonly string[] {
  const { marks, segments } = parts;
  const names = new Set([...segments.writers(), ...marks.writers()]);
  return [...names].filter((writer) => {
    const mark = marks.get(writer);
    const file = segments.stat(writer, mark.segment);
    const seen = file !== undefined && file.size === mark.size && file.mtime === mark.mtime;
    if (seen && segments.stat(writer, mark.segment + 1) === undefined) return false;
    const problem = checkLast(parts, writer);
    if (problem !== undefined) broken.push(problem);
    return problem === undefined;
  });
}

/** Compares the last line taken in with the file, and everything when that differs. */
function checkLast(parts: IntakeParts, writer: string): FactError | undefined {
  const { index, marks, segments } = parts;
  const place = lastPlace(marks.get(writer));
  const head = index.chains.head(writer);
  if (place === undefined || head === undefined) return undefined;
  const size = segments.stat(writer, place.segment)?.size ?? 0;
  const whole = size >= place.offset + place.length;
  return whole && idOf(segments.read(writer, place)) === head.id
    ? undefined
    : compareWithIndex(parts, writer);
}

function idOf(line: Uint8Array): TransactionId | undefined {
  try {
    return sha256(decodeLine(line.subarray(0, -1)).bytes);
  } catch (error) {
    if (error instanceof FactError) return undefined;
    throw error;
  }
}

/** Reads a writer from its first line and names the first thing that is not as the index knows it. */
export function compareWithIndex(parts: IntakeParts, writer: string): FactError | undefined {
  const { index, segments, keys } = parts;
  const known = (seq: number): TransactionId | undefined => index.chains.locateSeq(writer, seq)?.id;
  const verifier = () => keys.verifier(writer);
  const stream = new WriterStream({ writer, segments, verifier });
  let seq = 0;
  for (let next = stream.peek(); next !== undefined; next = stream.peek()) {
    seq = next.seq;
    const other = known(seq);
    const path = segments.path(writer, next.place.segment);
    if (other !== undefined && other !== next.id)
      return equivocation({ writer, seq, id: next.id, path });
    stream.advance();
  }
  if (stream.problem !== undefined) return stream.problem;
  const missing: Locus[] = [];
  for (let lost = seq + 1; lost <= (index.chains.head(writer)?.seq ?? 0); lost += 1) {
    const id = known(lost);
    missing.push({ writer, seq: lost, ...(id === undefined ? {} : { id }) });
  }
  return missing.length > 0 ? new MissingHistory(missing) : undefined;
}
