import { DatumError, sha256 } from '../base/index.ts';
import {
  decodeLine,
  decodeTransaction,
  isWriter,
  type Transaction,
  writerOf,
} from '../fact/index.ts';
import type { Finding } from './finding.ts';
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
  const signed: SignedTransaction[] = [];
  const transactions: Transaction[] = [];
  let unfinishedBytes = 0;
  let prev: string | undefined;
  const segments = files.segments(writer);
  const publicKey = readPublicKey(files, writer);
  if (publicKey === undefined) findings.push(noKey(writer));
  for (const [index, name] of segments.entries()) {
    const path = `.datum/log/${writer}/${name}`;
    const stop = (code: string, message: string): WriterChain => {
      const seq = signed.length + 1;
      findings.push({ code, message, path, writer, seq });
      return { writer, publicKey, signed, transactions, unfinishedBytes, findings };
    };
    if (name !== segmentName(index + 1)) {
      return stop('proof/segment-missing', `${segmentName(index + 1)} is missing`);
    }
    const content = files.segment(writer, name);
    let start = 0;
    for (;;) {
      const end = content.indexOf(NEWLINE, start);
      if (end < 0) break;
      const seq = signed.length + 1;
      const line = readLine(content.subarray(start, end), { writer, seq, prev, depth });
      if (typeof line === 'string') return stop('proof/transaction-damaged', line);
      signed.push({ id: line.id, sig: line.sig, path });
      if (line.transaction !== undefined) transactions.push(line.transaction);
      prev = line.id;
      start = end + 1;
    }
    unfinishedBytes = content.length - start;
    if (unfinishedBytes > 0 && index < segments.length - 1) {
      return stop('proof/segment-damaged', 'a closed segment ends within a line');
    }
  }
  return { writer, publicKey, signed, transactions, unfinishedBytes, findings };
}

interface Expected extends ChainOptions {
  readonly writer: string;
  readonly seq: number;
  readonly prev: string | undefined;
}

interface ReadLine {
  readonly id: string;
  readonly sig: string;
  readonly transaction?: Transaction;
}

/** The transaction of a line, or what is wrong with it. */
function readLine(line: Buffer, expected: Expected): ReadLine | string {
  const { writer, seq, prev, depth } = expected;
  try {
    const { sig, bytes } = decodeLine(line);
    if (depth === 'chain') {
      if (bytes.indexOf(linkText(prev, seq), 0, 'latin1') < 0)
        return `it does not follow ${prev ?? 'nothing'}`;
      return { id: sha256(bytes), sig };
    }
    const transaction = decodeTransaction(bytes);
    if (transaction.writer !== writer) return 'it names another writer';
    if (transaction.seq !== seq) return `its number is ${transaction.seq} instead of ${seq}`;
    if (transaction.prev !== prev) return `it does not follow ${prev ?? 'nothing'}`;
    return { id: transaction.id, sig, transaction };
  } catch (error) {
    if (error instanceof DatumError) return error.message;
    throw error;
  }
}

/** How the link to the transaction before stands in canonical bytes. */
const linkText = (prev: string | undefined, seq: number): string =>
  `],"prev":${prev === undefined ? 'null' : `"${prev}"`},"seq":${seq},"v":1,"why":{`;

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
