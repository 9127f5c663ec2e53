import { join } from 'node:path';
import { writeFileAtomic } from '../../base/index.ts';
import { type HomeOptions, type HomeWorld, homeWorld, intakeParts } from './home-world.ts';
import { openIndexFile } from './index-file.ts';
import { type ChainEnd, folderSource, indexSource, type LineSource } from './line-source.ts';
import { openSegmentWriter } from './segment-writer.ts';
import type { Mark } from './segments.ts';
import { WriterStream } from './writer-stream.ts';

export interface RecoverOptions extends HomeOptions {
  /** Folders with other copies of the home, tried after the index's own copy. */
  readonly from?: readonly string[];
}

/** Lines of a writer that are back. */
export interface Recovered {
  readonly writer: string;
  readonly from: number;
  readonly to: number;
  /** `the index`, or the folder. */
  readonly source: string;
}

/**
 * Brings back lines of the log that are missing or damaged, from the index's own copy and from other
 * copies of the home, as far as they follow what is whole. What it replaces is kept in
 * `.datum/local-damaged/`. Opening the home afterwards says whether anything is still missing.
 */
export async function recoverLog({
  from = [],
  ...options
}: RecoverOptions): Promise<readonly Recovered[]> {
  const world = homeWorld(options);
  const local = await openIndexFile(world);
  try {
    const recovered = await local.locked(() => {
      const { index } = intakeParts(world, local, () => undefined);
      const sources = [indexSource(index), ...from.map((folder) => folderSource(folder, world))];
      bringKeys(world, sources);
      const names = [world.segments, ...sources].flatMap((source) => source.writers());
      return [...new Set(names)].flatMap((writer) => recoverWriter(world, writer, sources) ?? []);
    });
    // What was taken in is no longer where the marks say: the index is made again.
    if (recovered.length > 0) world.state.forgetIndex();
    return recovered;
  } finally {
    world.state.close();
    local.close();
  }
}

function bringKeys({ keys, state }: HomeWorld, sources: readonly LineSource[]): void {
  const own = state.record()?.writer;
  const ownKey = own === undefined ? undefined : state.key(own);
  if (ownKey !== undefined && keys.find(ownKey.writer) === undefined) {
    keys.keep(ownKey.writer, ownKey.publicKey);
  }
  for (const source of sources) {
    for (const writer of source.writers()) {
      const publicKey = keys.find(writer) === undefined ? source.publicKey(writer) : undefined;
      if (publicKey !== undefined) keys.keep(writer, publicKey);
    }
  }
}

/** What is whole of a writer's files. */
interface Whole extends ChainEnd {
  readonly end: Mark;
  readonly isDamaged: boolean;
}

function recoverWriter(
  world: HomeWorld,
  writer: string,
  sources: readonly LineSource[],
): Recovered | undefined {
  const whole = wholeOf(world, writer);
  const best = sources
    .map(({ name, after }) => ({ name, lines: [...after(writer, whole)] }))
    .reduce((one, other) => (other.lines.length > one.lines.length ? other : one));
  if (best.lines.length === 0) return undefined;
  if (whole.isDamaged) keepDamaged(world, writer, whole.end);
  const segment = openSegmentWriter(join(world.datum, 'log'), writer, world.disk);
  segment.cut(whole.end);
  segment.append(whole.end, best.lines);
  segment.sync();
  segment.close();
  const to = whole.seq + best.lines.length;
  return { writer, from: whole.seq + 1, to, source: best.name };
}

function wholeOf({ segments, keys }: HomeWorld, writer: string): Whole {
  const stream = new WriterStream({ writer, segments, verifier: () => keys.verifier(writer) });
  let last: ChainEnd = { seq: 0, id: undefined };
  for (let next = stream.peek(); next !== undefined; next = stream.peek()) {
    last = { seq: next.seq, id: next.id };
    stream.advance();
  }
  const isDamaged = stream.problem !== undefined || stream.unfinished > 0;
  return { ...last, end: stream.end, isDamaged };
}

function keepDamaged(
  { datum, disk, random, segments }: HomeWorld,
  writer: string,
  end: Mark,
): void {
  for (let { segment } = end; segments.stat(writer, segment) !== undefined; segment += 1) {
    const name = `${writer}-${String(segment).padStart(6, '0')}.jsonl`;
    const content = disk.readFile(segments.path(writer, segment));
    writeFileAtomic(join(datum, 'local-damaged', name), content, { disk, random });
  }
}
