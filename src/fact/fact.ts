import {
  canonicalize,
  isEntity,
  isJsonObject,
  isSha256,
  type Json,
  limits,
  type Micros,
  parseInstant,
} from '../base/index.ts';
import { bad, check, encodeInstant } from './form.ts';
import type { Attribute, Fact } from './log.ts';

/** True for `room/name`: a lower-case room, then any text without control characters. */
export const isAttribute = (text: unknown): text is Attribute =>
  typeof text === 'string' &&
  text.length <= limits.attributeLengthMax &&
  ATTRIBUTE.test(text) &&
  text.isWellFormed();

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
const ATTRIBUTE = /^[a-z][a-z0-9-]*\/[^\x00-\x1f\x7f]+$/;

/**
 * The canonical text of one fact in a transaction of time `at`: `{a, e, from?, op?, sealed?, to?, v?}`.
 * `from` is absent when it equals `at`, `"always"` for the whole axis; `op` is only ever `"retract"`.
 */
export function encodeFact(fact: Fact, at: Micros): string {
  const { a, e, op, sealed, v, validFrom = at, validTo } = fact;
  if (!isEntity(e)) throw bad(`${show(e)} is not an entity (kind:name)`);
  if (!isAttribute(a)) throw bad(`${show(a)} is not an attribute (room/name)`);
  const isStated = v !== undefined || sealed !== undefined;
  if (op !== 'retract' && !isStated) throw bad(`${e} ${a} has no value`);
  if (v !== undefined && sealed !== undefined)
    throw bad(`${e} ${a} has a value in clear and sealed`);
  let text = `{"a":${JSON.stringify(a)},"e":${JSON.stringify(e)}`;
  if (validFrom !== at) text += `,"from":"${encodeFrom(validFrom)}"`;
  if (op === 'retract') text += ',"op":"retract"';
  if (sealed !== undefined) text += `,"sealed":"${encodeSealed(sealed)}"`;
  if (validTo !== undefined) text += `,"to":"${encodeTo(validFrom, validTo)}"`;
  if (v !== undefined) text += `,"v":${encodeValue(v, fact)}`;
  return `${text}}`;
}

/** Reads the fields by type; whatever else the object holds shows when the fact is printed again. */
export function readFact(value: Json): Fact {
  check(isJsonObject(value), 'a fact is not an object');
  const { a, e, from, op, sealed, to, v } = value;
  check(typeof e === 'string' && typeof a === 'string', 'a fact has no entity and attribute');
  check(op === undefined || op === 'retract', 'a fact has an unknown op');
  check(sealed === undefined || typeof sealed === 'string', 'a fact has no sealed hash');
  return {
    e,
    a,
    ...(v === undefined ? {} : { v }),
    ...(op === undefined ? {} : { op }),
    ...(sealed === undefined ? {} : { sealed }),
    ...(from === undefined ? {} : { validFrom: from === 'always' ? from : readTime(from) }),
    ...(to === undefined ? {} : { validTo: readTime(to) }),
  };
}

const show = (text: unknown): string => JSON.stringify(text)?.slice(0, 80) ?? String(text);

const encodeFrom = (from: Micros | 'always'): string =>
  from === 'always' ? from : encodeInstant(from);

function encodeTo(from: Micros | 'always', to: Micros): string {
  check(from === 'always' || from < to, 'a fact ends before it begins');
  return encodeInstant(to);
}

function encodeSealed(hash: string): string {
  check(isSha256(hash), 'a sealed value has no hash');
  return hash;
}

function encodeValue(value: Json, { a, e }: Fact): string {
  const text = canonicalize(value);
  const fits =
    text.length * 3 <= limits.inlineValueBytesMax ||
    Buffer.byteLength(text) <= limits.inlineValueBytesMax;
  if (fits) return text;
  throw bad(
    `the value of ${e} ${a} is over ${limits.inlineValueBytesMax} bytes; store it as a blob`,
  );
}

function readTime(text: Json): Micros {
  const time = typeof text === 'string' ? parseInstant(text) : undefined;
  check(time !== undefined, 'a fact has an interval that is not of instants');
  return time;
}
