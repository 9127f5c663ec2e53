import { join } from 'node:path';
import type { AtomicWrite } from '../../base/index.ts';
import type { FactIndex } from '../fact-index.ts';
import { encodeLine } from '../line.ts';
import type { TransactionId } from '../log.ts';
import { openPublicKeys } from './public-keys.ts';
import { openSegments } from './segments.ts';
import { WriterStream } from './writer-stream.ts';

/** The end of what is there of a writer. */
export interface ChainEnd {
  readonly seq: number;
  readonly id: TransactionId | undefined;
}

/** A place that may have lines a log lacks. */
export interface LineSource {
  readonly name: string;
  writers(): readonly string[];
  /** The public key of a writer, in hex. */
  publicKey(writer: string): string | undefined;
  /** The lines that follow the end of a chain, each with its newline. */
  after(writer: string, end: ChainEnd): Iterable<Uint8Array>;
}

/** The index's own copy of every line. */
export const indexSource = (index: FactIndex): LineSource => ({
  name: 'the index',
  writers: () => index.chains.heads().map(({ writer }) => writer),
  publicKey: () => undefined,
  *after(writer, end) {
    if (end.seq > 0 && index.chains.locateSeq(writer, end.seq)?.id !== end.id) return;
    for (let seq = end.seq + 1; ; seq += 1) {
      const located = index.chains.locateSeq(writer, seq);
      const signed = located && index.chains.signed(located.id);
      if (signed === undefined) return;
      yield encodeLine(signed.sig, Buffer.from(signed.bytes).toString('utf8'));
    }
  },
});

/** Another copy of the home: a folder that holds `.datum`, for example a clone or an old commit. */
export function folderSource(folder: string, { disk, random }: AtomicWrite): LineSource {
  const segments = openSegments(join(folder, '.datum', 'log'), disk);
  const keys = openPublicKeys(join(folder, '.datum', 'keys'), disk, random);
  return {
    name: folder,
    writers: () => segments.writers(),
    publicKey: (writer) => keys.find(writer),
    *after(writer, end) {
      const stream = new WriterStream({ writer, segments, verifier: () => keys.verifier(writer) });
      let before: TransactionId | undefined;
      for (let next = stream.peek(); next !== undefined; next = stream.peek()) {
        if (next.seq === end.seq + 1 && before !== end.id) return;
        if (next.seq > end.seq) yield Buffer.concat([next.line, NEWLINE]);
        before = next.id;
        stream.advance();
      }
    },
  };
}

const NEWLINE = Buffer.from('\n');
