import { DatumError } from '../../base/index.ts';
import { decodeLine } from '../line.ts';
import { decodeTransaction } from '../transaction.ts';
import { compareWithIndex, type IntakeParts, startIntake } from './intake.ts';
import { type ChainEnd, indexSource } from './line-source.ts';
import type { CopyState } from './machine-state.ts';
import { damaged, MissingHistory } from './problem.ts';
import type { SegmentWriter } from './segment-writer.ts';
import type { Mark } from './segments.ts';
import { WriterStream } from './writer-stream.ts';

export interface OwnTailOptions {
  /** Where the own lines have to reach. */
  readonly mark: Mark;
  readonly parts: IntakeParts;
  readonly state: CopyState;
}

/**
 * Brings the own segments and the index together after a process or the machine died while writing:
 * complete valid lines beyond the mark are taken in, what a torn write left is cut, and lines that
 * were never promised to be durable come back from the index. Anything else is damage, and throws.
 */
export function mendOwnTail(writer: string, segment: SegmentWriter, options: OwnTailOptions): void {
  const { mark, parts } = options;
  if (segment.state(mark) === 'short') {
    restoreUnsynced(writer, segment, options);
    return;
  }
  const intake = startIntake(parts, [writer]);
  while (intake.step(Number.POSITIVE_INFINITY));
  const [stream] = intake.streams;
  if (stream === undefined || (stream.problem === undefined && stream.unfinished === 0)) return;
  if (!isTorn(stream, options)) {
    throw stream.problem ?? damaged('a line has no end', { writer, offset: stream.end.bytes });
  }
  segment.cut(stream.end);
}

/** True when nothing after the last good line was ever acknowledged. */
function isTorn(stream: WriterStream, { parts, state }: OwnTailOptions): boolean {
  const { index, segments, keys } = parts;
  const { writer, end } = stream;
  if ((state.heads().get(writer)?.seq ?? 0) > (index.chains.head(writer)?.seq ?? 0)) return false;
  const verify = keys.verifier(writer);
  const isSigned = (line: Uint8Array): boolean => {
    try {
      const { sig, bytes } = decodeLine(line);
      return verify(decodeTransaction(bytes).id, sig);
    } catch (error) {
      if (error instanceof DatumError) return false;
      throw error;
    }
  };
  let at: Mark = end;
  for (let rest = segments.rest(writer, at); rest !== undefined; rest = segments.rest(writer, at)) {
    if (rest.lines.some(({ bytes }) => isSigned(bytes))) return false;
    at = { segment: rest.end.segment + 1, bytes: 0 };
  }
  return true;
}

/**
 * Writes again, from the index, what a power cut took of lines that were not synced; throws
 * `fact/missing-history` when lines are gone that this machine has seen synced.
 */
export function restoreUnsynced(
  writer: string,
  segment: SegmentWriter,
  { parts, state }: Omit<OwnTailOptions, 'mark'>,
): void {
  const { index, marks, segments, keys } = parts;
  const stream = new WriterStream({ writer, segments, verifier: () => keys.verifier(writer) });
  let last: ChainEnd = { seq: 0, id: undefined };
  for (let next = stream.peek(); next !== undefined; next = stream.peek()) {
    last = { seq: next.seq, id: next.id };
    stream.advance();
  }
  if (stream.problem !== undefined) throw stream.problem;
  if ((state.heads().get(writer)?.seq ?? 0) > last.seq) {
    throw compareWithIndex(parts, writer) ?? new MissingHistory([{ writer }]);
  }
  segment.cut(stream.end);
  const lines = [...indexSource(index).after(writer, last)];
  const { end, last: offset } = segment.append(stream.end, lines);
  segment.sync();
  marks.set(writer, { ...end, last: offset, size: -1, mtime: -1 });
}
