import { DatumError, sha256 } from '../base/index.ts';
import {
  bodyOf,
  decodeLine,
  decodeTransaction,
  isLine,
  isWriter,
  NOT_A_LINE,
  type Transaction,
  writerOf,
} from '../fact/index.ts';
import type { Finding } from './finding.ts';
import { endsWithLink, type Link } from './link.ts';
import type { LogFiles } from './log-files.ts';

/** One transaction with what its signature is checked by. */
export interface SignedTransaction {
  readonly id: string;
  readonly sig: string;
  readonly path: string;
}

/** A writer's transactions, read from its segments in order, as far as they hang together. */
export interface WriterChain {
  readonly writer: string;
  /** In hex; `undefined` when its file is missing or is another writer's. */
  readonly publicKey: string | undefined;
  /** The ids of all of them. */
  readonly ids: readonly string[];
  /** Those whose signature is to be checked: all, or the newest where only the chain was asked for. */
  readonly signed: readonly SignedTransaction[];
  /** Decoded contents; empty when only the chain was asked for. */
  readonly transactions: readonly Transaction[];
  /** An unterminated last line, which counts as never written. */
  readonly unfinishedBytes: number;
  readonly findings: readonly Finding[];
}

export interface ChainOptions {
  /** `chain`: frames, ids and links only; `full`: every byte is decoded and printed again. */
  readonly depth: 'chain' | 'full';
}

const NEWLINE = 10;

/** Reads a writer's segments and checks frame, id, order and link of every transaction. */
export function readChain(files: LogFiles, writer: string, { depth }: ChainOptions): WriterChain {
  const findings: Finding[] = [];
  const content: Content = { ids: [], signed: [], transactions: [] };
  let unfinishedBytes = 0;
  const segments = files.segments(writer);
  const publicKey = readPublicKey(files, writer);
  if (publicKey === undefined) findings.push(noKey(writer));
  for (const [index, name] of segments.entries()) {
    const path = `.datum/log/${writer}/${name}`;
    const stop = (code: string, message: string): WriterChain => {
      findings.push({ code, message, path, writer, seq: content.ids.length + 1 });
      return { writer, publicKey, ...content, unfinishedBytes, findings };
    };
    if (name !== segmentName(index + 1)) {
      return stop('proof/segment-missing', `${segmentName(index + 1)} is missing`);
    }
    const bytes = files.segment(writer, name);
    const { end, problem } = readSegment({ bytes, path, writer }, depth, content);
    if (problem !== undefined) return stop('proof/transaction-damaged', problem);
    unfinishedBytes = bytes.length - end;
    if (unfinishedBytes > 0 && index < segments.length - 1) {
      return stop('proof/segment-damaged', 'a closed segment ends within a line');
    }
  }
  return { writer, publicKey, ...content, unfinishedBytes, findings };
}

/** What has been read of a chain. */
interface Content {
  readonly ids: string[];
  readonly signed: SignedTransaction[];
  readonly transactions: Transaction[];
}

interface Segment {
  readonly bytes: Buffer;
  readonly path: string;
  readonly writer: string;
}

/** Reads lines up to the first bad one: the end of the last good one, and what is wrong. */
function readSegment(
  { bytes, path, writer }: Segment,
  depth: ChainOptions['depth'],
  { ids, signed, transactions }: Content,
): { readonly end: number; readonly problem: string | undefined } {
  const read = depth === 'chain' ? linkReader(bytes) : wholeReader(bytes);
  let newest: Line | undefined;
  let start = 0;
  let problem: string | undefined;
  for (let end = lineEnd(bytes, start); end >= 0; end = lineEnd(bytes, start)) {
    const found = read({ start, end }, { writer, seq: ids.length + 1, prev: ids.at(-1) });
    if (typeof found === 'string') {
      problem = found;
      break;
    }
    ids.push(found.id);
    if (found.transaction !== undefined) {
      transactions.push(found.transaction);
      signed.push({ id: found.id, sig: found.sig, path });
    }
    newest = { start, end };
    start = end + 1;
  }
  if (depth === 'chain' && newest !== undefined) {
    const { sig } = decodeLine(bytes.subarray(newest.start, newest.end));
    signed.splice(0, 1, { id: ids.at(-1) ?? '', sig, path });
  }
  return { end: start, problem };
}

const lineEnd = (bytes: Buffer, start: number): number => bytes.indexOf(NEWLINE, start);

/** Where a line is in its segment, without its newline. */
interface Line {
  readonly start: number;
  readonly end: number;
}

type Found =
  | { readonly id: string; readonly transaction?: undefined }
  | { readonly id: string; readonly transaction: Transaction; readonly sig: string };

/** Reads a line, or says what is wrong with it. */
type LineReader = (line: Line, link: Link) => Found | string;

/** Frame, id and link alone. */
const linkReader =
  (bytes: Buffer): LineReader =>
  ({ start, end }, link) => {
    if (!isLine(bytes, start, end)) return NOT_A_LINE;
    if (!endsWithLink(bytes, end - 1, link)) return `it does not follow ${link.prev ?? 'nothing'}`;
    return { id: sha256(bodyOf(bytes, start, end)) };
  };

/** All of it, decoded and printed again. */
function wholeReader(content: Buffer): LineReader {
  return ({ start, end }, { prev, seq, writer }) => {
    try {
      const { sig, bytes } = decodeLine(content.subarray(start, end));
      const transaction = decodeTransaction(bytes);
      if (transaction.writer !== writer) return 'it names another writer';
      if (transaction.seq !== seq) return `its number is ${transaction.seq} instead of ${seq}`;
      if (transaction.prev !== prev) return `it does not follow ${prev ?? 'nothing'}`;
      return { id: transaction.id, sig, transaction };
    } catch (error) {
      if (error instanceof DatumError) return error.message;
      throw error;
    }
  };
}

const segmentName = (number: number): string => `${String(number).padStart(6, '0')}.jsonl`;

function readPublicKey(files: LogFiles, writer: string): string | undefined {
  const text = files.publicKey(writer)?.toString('latin1') ?? '';
  const genuine = isWriter(writer) && /^[0-9a-f]{64}\n$/.test(text);
  const publicKey = text.slice(0, 64);
  return genuine && writerOf(publicKey) === writer ? publicKey : undefined;
}

const noKey = (writer: string): Finding => ({
  code: 'proof/public-key',
  message: 'the public key is missing, damaged or another writer’s',
  path: `.datum/keys/${writer}.pub`,
  writer,
});
