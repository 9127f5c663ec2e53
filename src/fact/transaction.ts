import { isAscii, isUtf8 } from 'node:buffer';
import {
  canonicalize,
  DatumError,
  isJsonObject,
  isSha256,
  type Json,
  type JsonObject,
  limits,
  parseInstant,
  sha256,
} from '../base/index.ts';
import { FactError } from './error.ts';
import { encodeFact, readFact } from './fact.ts';
import { bad, check, encodeInstant, newer } from './form.ts';
import { isWriter } from './key-pair.ts';
import type { BlobRef, Precondition, Transaction, TransactionId } from './log.ts';
import { expectPrev, readPlain } from './plain-transaction.ts';
import { encodePrecondition, readPrecondition } from './precondition.ts';

/** Everything of a transaction but its id, which is the hash of the rest. */
export type TransactionContent = Omit<Transaction, 'id'>;

/** The version of the transaction form this program writes and reads. */
const VERSION = 1;

/**
 * The canonical text of a transaction: RFC 8785 over
 * `{at, blobs, branch?, by, facts, if?, parents, prev, seq, v, why, writer}`. Its UTF-8 bytes are what
 * is hashed, signed and stored. `factTexts` are the texts of its facts, where a caller has them already.
 * Throws `fact/bad-transaction` for what has no such text.
 */
export function encodeTransaction(
  content: TransactionContent,
  factTexts: readonly string[] = content.facts.map((fact) => encodeFact(fact, content.at)),
): string {
  checkChain(content);
  const { at, branch, facts, prev, seq, writer } = content;
  check(facts.length <= limits.factsPerTransactionMax, 'it holds too many facts');
  check(branch === undefined || isBranch(branch), 'branch is not a branch name');
  const blobs = content.blobs.length === 0 ? '' : content.blobs.map(encodeBlob).join();
  const parents = content.parents.length === 0 ? '' : `"${content.parents.join('","')}"`;
  let text = `{"at":"${encodeInstant(at)}","blobs":[${blobs}],`;
  if (branch !== undefined) text += `"branch":${JSON.stringify(branch)},`;
  text += `"by":${canonicalize(content.by)},"facts":[${factTexts.join()}],`;
  if (content.if.length > 0) text += `"if":[${content.if.map(encodePrecondition).join()}],`;
  text += `"parents":[${parents}],"prev":${prev === undefined ? 'null' : `"${prev}"`},"seq":${seq},`;
  return `${text}"v":${VERSION},"why":${canonicalize(content.why)},"writer":"${writer}"}`;
}

/**
 * The transaction in canonical bytes. Only the one form {@link encodeTransaction} prints is accepted;
 * anything else throws `fact/bad-transaction`, and bytes of a later version `fact/newer-version`.
 */
export function decodeTransaction(bytes: Uint8Array): Transaction {
  check(bytes.length <= limits.transactionBytesMax, 'it is too large');
  const view =
    bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const content = (isAscii(view) ? readPlain(view) : undefined) ?? decodeContent(view);
  const id = sha256(bytes);
  expectPrev(id);
  return { ...content, id };
}

/** Any content: parsed, and printed again for comparison. */
export function decodeContent(bytes: Buffer): TransactionContent {
  check(isUtf8(bytes), 'it is not UTF-8');
  const text = bytes.toString('utf8');
  const content = readContent(parseObject(text));
  check(encodeOrRefuse(content) === text, 'it is not in canonical form');
  return content;
}

/**
 * The transaction in bytes that {@link decodeTransaction} has accepted before and that were kept where
 * nobody else writes: reads them without checking them again.
 */
export function readTransaction(bytes: Uint8Array, id: TransactionId): Transaction {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  return { id, ...readContent(parseObject(text)) };
}

/** True for a branch name: 1 to 256 printable characters without spaces at its ends. */
export const isBranch = (text: unknown): text is string =>
  typeof text === 'string' && text.length <= 256 && BRANCH.test(text) && text.isWellFormed();

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
const BRANCH = /^[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$/;

function parseObject(text: string): JsonObject {
  try {
    const value = JSON.parse(text) as Json;
    if (isJsonObject(value)) return value;
  } catch {
    // Said below, in our words: the parser's position means nothing to a reader of the log.
  }
  throw bad('it is not a JSON object');
}

function encodeOrRefuse(content: TransactionContent): string {
  try {
    return encodeTransaction(content);
  } catch (error) {
    if (error instanceof DatumError && !(error instanceof FactError)) throw bad(error.message);
    throw error;
  }
}

/** Reads the fields by type only: that nothing else is there shows when the content is printed again. */
function readContent(value: JsonObject): TransactionContent {
  if (typeof value['v'] === 'number' && value['v'] > VERSION) throw newer(value['v'], VERSION);
  check(value['v'] === VERSION, 'v is not 1');
  const { at: time, blobs, branch, by, facts, parents, prev, seq, why, writer } = value;
  const at = typeof time === 'string' ? parseInstant(time) : undefined;
  check(at !== undefined, 'at is not an instant');
  check(branch === undefined || typeof branch === 'string', 'branch is not text');
  check(typeof by === 'string', 'by is not text');
  check(Array.isArray(facts), 'facts is not a list');
  check(Array.isArray(blobs), 'blobs is not a list');
  check(Array.isArray(parents) && parents.every(isText), 'parents are not ids');
  check(prev === null || isText(prev), 'prev is not an id');
  check(typeof seq === 'number', 'seq is not a number');
  check(isJsonObject(why), 'why is not an object');
  check(typeof writer === 'string', 'writer is not text');
  const conditions = value['if'] ?? [];
  check(Array.isArray(conditions), 'if is not a list');
  return {
    writer,
    seq,
    prev: prev ?? undefined,
    parents,
    ...(branch === undefined ? {} : { branch }),
    at,
    by,
    why,
    if: conditions.map((item: Json): Precondition => readPrecondition(item)),
    facts: facts.map((item: Json) => readFact(item)),
    blobs: blobs.map(readBlob),
  };
}

function checkChain({ by, parents, prev, seq, writer }: TransactionContent): void {
  check(isWriter(writer), 'writer is not a writer name');
  check(by.length > 0 && by.length <= limits.entityLengthMax, 'by is empty or too long');
  check(Number.isSafeInteger(seq) && seq >= 1, 'seq is not a whole number from 1 on');
  check((prev === undefined) === (seq === 1), 'prev is absent for seq 1 and only then');
  check(prev === undefined || isSha256(prev), 'prev is not an id');
  parents.forEach((id, index) => {
    check(isSha256(id), 'parents are not ids');
    check(index === 0 || (parents[index - 1] ?? '') < id, 'parents are not sorted and distinct');
    check(id !== prev, 'prev is named among the parents');
  });
}

function encodeBlob({ hash, keep, size }: BlobRef): string {
  check(isSha256(hash), 'a blob has no hash');
  check(Number.isSafeInteger(size) && size >= 0, 'a blob has no size');
  check(keep === 'git' || keep === 'local' || keep === 'sealed', 'a blob has no keep');
  return `{"hash":"${hash}","keep":"${keep}","size":${size}}`;
}

function readBlob(value: Json): BlobRef {
  check(isJsonObject(value), 'a blob is not an object');
  const { hash, keep, size } = value;
  check(typeof hash === 'string' && typeof size === 'number', 'a blob has no hash and size');
  check(keep === 'git' || keep === 'local' || keep === 'sealed', 'a blob has no keep');
  return { hash, keep, size };
}

const isText = (value: Json | undefined): value is string => typeof value === 'string';
