import {
  canonicalize,
  DatumError,
  isEntity,
  isJsonObject,
  isSha256,
  type Json,
  type JsonObject,
  limits,
  parseInstant,
  type Sha256,
} from '../base/index.ts';
import { isAttribute } from './fact.ts';
import { isWriter } from './key-pair.ts';
import type { Fact, Transaction } from './log.ts';

/** The content of a transaction: all but its id, which is the hash of the rest. */
type Content = Omit<Transaction, 'id'>;

/** What the transactions of one writer mostly have in common, so that it is checked once. */
let last = { by: '', begin: '', id: '' as Sha256, writer: '', end: '' };

/** Notes the id of what was just read: the next transaction of its writer names it in `prev`. */
export function expectPrev(id: Sha256): void {
  last.id = id;
}

/**
 * The content of a transaction in canonical bytes of the commonest form: ASCII without escapes, no
 * blobs, branch, conditions or parents, not a writer's first, each fact no more than `a`, `e` and a
 * plain `v`. It goes along the bytes once instead of parsing and printing them. `undefined` says
 * nothing about the bytes: the plain decoder decides. `bytes` must be ASCII.
 */
export function readPlain(bytes: Buffer): Content | undefined {
  const text = bytes.toString('latin1');
  // So every quote ends a string, and every string stands for itself.
  if (!text.startsWith(AT) || text.indexOf('\\') >= 0) return undefined;
  const source = { bytes, text };
  const at = parseInstant(text.slice(AT.length, AFTER_AT));
  if (at === undefined || !Number.isSafeInteger(at) || !readBy(text)) return undefined;
  const { by, begin } = last;
  const facts: Fact[] = [];
  const afterFacts = readFacts(source, AFTER_AT + begin.length, facts);
  if (afterFacts === undefined || !readWriter(text)) return undefined;
  const { writer, end } = last;
  const prevAt = afterFacts + PREV.length;
  const prev = text.startsWith(PREV, afterFacts) ? readPrev(source, prevAt) : undefined;
  const seqAt = prevAt + ID_LENGTH + SEQ.length;
  if (prev === undefined || !text.startsWith(SEQ, seqAt - SEQ.length)) return undefined;
  const seqEnd = text.indexOf(',', seqAt);
  const seq = readSeq(text.slice(seqAt, seqEnd));
  if (seq === undefined || !text.startsWith(WHY, seqEnd)) return undefined;
  const why = readWhy(text.slice(seqEnd + WHY.length, -end.length));
  return why && { writer, seq, prev, parents: [], at, by, why, if: [], facts, blobs: [] };
}

/** One text in its two forms; being ASCII it has the same places in both. */
interface Source {
  readonly bytes: Buffer;
  readonly text: string;
}

const AT = '{"at":"';
const AFTER_AT = AT.length + 27;
const BY = '","blobs":[],"by":"';
const FACTS = '","facts":[';
const A = '{"a":"';
const E = '","e":"';
const V = '","v":';
const PREV = '],"parents":[],"prev":"';
const SEQ = '","seq":';
const WHY = ',"v":1,"why":';
const WRITER = ',"writer":"';
const END = '"}';
const ID_LENGTH = 64;
const WRITER_LENGTH = 32;
const QUOTE = '"'.charCodeAt(0);
const COMMA = ','.charCodeAt(0);
const BRACE = '}'.charCodeAt(0);

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const CONTROL = /[\x00-\x1f]/;

/** Whether what stands between the time and the facts is well formed; `last` has it then. */
function readBy(text: string): boolean {
  if (last.begin !== '' && text.startsWith(last.begin, AFTER_AT)) return true;
  const from = AFTER_AT + BY.length;
  const to = text.indexOf('"', from);
  if (!text.startsWith(BY, AFTER_AT) || !text.startsWith(FACTS, to)) return false;
  const by = text.slice(from, to);
  if (by.length === 0 || by.length > limits.entityLengthMax || CONTROL.test(by)) return false;
  last = { ...last, by, begin: `${BY}${by}${FACTS}` };
  return true;
}

/** Whether the end names a writer; `last` has it then. */
function readWriter(text: string): boolean {
  if (last.end !== '' && text.endsWith(last.end)) return true;
  const writer = text.slice(-END.length - WRITER_LENGTH, -END.length);
  const end = `${WRITER}${writer}${END}`;
  if (!isWriter(writer) || !text.endsWith(end)) return false;
  last = { ...last, writer, end };
  return true;
}

function readPrev({ bytes, text }: Source, at: number): Sha256 | undefined {
  if (last.id !== '' && text.startsWith(last.id, at)) return last.id;
  const prev = bytes.toString('latin1', at, at + ID_LENGTH);
  return isSha256(prev) ? prev : undefined;
}

function readSeq(digits: string): number | undefined {
  const seq = Number(digits);
  return Number.isSafeInteger(seq) && seq >= 2 && String(seq) === digits ? seq : undefined;
}

/** Reads facts up to the end of their list, whose place it returns. */
function readFacts({ bytes, text }: Source, from: number, facts: Fact[]): number | undefined {
  for (let at = from; facts.length < limits.factsPerTransactionMax; at += 1) {
    if (!text.startsWith(A, at)) return undefined;
    const aEnd = text.indexOf('"', at + A.length);
    if (aEnd < 0 || !text.startsWith(E, aEnd)) return undefined;
    const eEnd = text.indexOf('"', aEnd + E.length);
    if (eEnd < 0 || !text.startsWith(V, eEnd)) return undefined;
    // Cut from the bytes: a part of a string would keep the whole of it in memory.
    const a = bytes.toString('latin1', at + A.length, aEnd);
    const e = bytes.toString('latin1', aEnd + E.length, eEnd);
    if (!isAttribute(a) || !isEntity(e)) return undefined;
    const begin = eEnd + V.length;
    const end = valueEnd(text, begin);
    const v = end - begin > limits.inlineValueBytesMax ? undefined : readValue(bytes, begin, end);
    if (v === undefined || text.charCodeAt(end) !== BRACE) return undefined;
    facts.push({ e, a, v });
    at = end + 1;
    if (text.charCodeAt(at) !== COMMA) return at;
  }
  return undefined;
}

const valueEnd = (text: string, begin: number): number =>
  text.charCodeAt(begin) === QUOTE ? text.indexOf('"', begin + 1) + 1 : text.indexOf('}', begin);

/** A string, a number in the one form we print, `true`, `false` or `null`. */
function readValue(bytes: Buffer, begin: number, end: number): Json | undefined {
  if (end <= begin) return undefined;
  if (bytes[begin] === QUOTE) {
    const value = bytes.toString('latin1', begin + 1, end - 1);
    return CONTROL.test(value) ? undefined : value;
  }
  const token = bytes.toString('latin1', begin, end);
  if (token === 'null') return null;
  if (token === 'true' || token === 'false') return token === 'true';
  const number = Number(token);
  return Number.isFinite(number) && String(number) === token ? number : undefined;
}

function readWhy(text: string): JsonObject | undefined {
  if (text === '{}') return {};
  try {
    const why = JSON.parse(text) as Json;
    return isJsonObject(why) && canonicalize(why) === text ? why : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DatumError) return undefined;
    throw error;
  }
}
