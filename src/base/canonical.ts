import { deepFreeze, isDeepFrozen } from './deep-frozen.ts';
import { BaseError } from './error.ts';
import { formatInstant, parseInstant } from './instant.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { limits } from './limits.ts';
import { TextMemory } from './text-memory.ts';

/**
 * The canonical text of a value: RFC 8785 (JCS), with tagged objects for what JSON lacks.
 *
 * An object whose only key is `$int`, `$bytes`, `$inst` or `$ref` is a tag and is accepted only in
 * the one form datum prints: `$int` a decimal integer beyond ±(2^53 - 1), `$bytes` padded base64,
 * `$inst` UTC with six fraction digits, `$ref` an entity `kind:name`. Plain data that happens to
 * have such a shape is carried by {@link escapeTags}.
 *
 * Throws `base/not-canonical` for NaN, infinities, lone surrogates, `undefined`, functions, class
 * instances, bad tags and nesting beyond `limits.jsonDepthMax`.
 *
 * @example
 * canonicalize({ b: 1, a: [-0, 1e21] }); // => '{"a":[0,1e+21],"b":1}'
 */
export const canonicalize = (value: Json): string => write(value, 0);

function write(value: Json, depth: number): string {
  if (typeof value === 'string') return writeString(value);
  if (typeof value === 'number') return writeNumber(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (depth >= limits.jsonDepthMax) {
    throw refuse('nesting is too deep', 'flatten the value, or store it as a blob');
  }
  if (typeof value === 'object' && isDeepFrozen(value)) return writeFrozen(value, depth);
  return writeParts(value, depth);
}

function writeParts(value: Json, depth: number): string {
  if (Array.isArray(value)) return writeArray(value, depth);
  if (!isPlainObject(value)) {
    throw refuse(`a ${typeof value} has no JSON form`, 'pass plain JSON data');
  }
  return writeObject(value, depth);
}

/** What never changes is written once: tools and their schemas come with every request. */
const ofFrozen = new WeakMap<object, { readonly text: string; readonly depth: number }>();

function writeFrozen(value: readonly Json[] | JsonObject, depth: number): string {
  const known = ofFrozen.get(value);
  // Where it stands deeper than it was written, its parts may now be too deep.
  if (known !== undefined && depth <= known.depth) return known.text;
  const text = writeParts(value, depth);
  ofFrozen.set(value, { text, depth });
  return text;
}

/** Texts from this length on are written once: prompt sections come again and again. */
const LONG = 512;
const written = new TextMemory<string>({ lengthMax: 4 * 1024 * 1024 });

function writeString(value: string): string {
  if (value.length < LONG) return writeText(value);
  const known = written.get(value);
  if (known !== undefined) return known;
  const text = writeText(value);
  written.set(value, text);
  return text;
}

/** Names come again and again; entities and paths as names would fill the memory, so it begins anew. */
const KEYS_MAX = 1024;
const KEY_LENGTH_MAX = 32;
const keyTexts = new Map<string, string>();

function writeKey(key: string): string {
  const known = keyTexts.get(key);
  if (known !== undefined) return known;
  const text = writeString(key);
  if (keyTexts.size >= KEYS_MAX) keyTexts.clear();
  if (key.length <= KEY_LENGTH_MAX) keyTexts.set(key, text);
  return text;
}

function writeText(value: string): string {
  if (!value.isWellFormed()) {
    throw refuse('text holds a lone surrogate', 'replace the broken character');
  }
  return JSON.stringify(value);
}

function writeNumber(value: number): string {
  if (!Number.isFinite(value)) {
    throw refuse(`${value} has no JSON form`, 'use null, or text such as "NaN"');
  }
  return Object.is(value, -0) ? '0' : String(value);
}

function writeArray(values: readonly Json[], depth: number): string {
  let text = '[';
  for (let index = 0; index < values.length; index += 1) {
    if (index > 0) text += ',';
    text += write(values[index] as Json, depth + 1);
  }
  return `${text}]`;
}

function writeObject(value: JsonObject, depth: number): string {
  const keys = Object.keys(value);
  if (keys.length === 1 && keys[0]?.charCodeAt(0) === DOLLAR) checkTag(keys[0], value);
  // Default sort compares UTF-16 code units, which is what RFC 8785 §3.2.3 asks for.
  if (keys.length > 1) keys.sort();
  let text = '{';
  for (const key of keys) {
    if (text.length > 1) text += ',';
    text += `${writeKey(key)}:${write(value[key] as Json, depth + 1)}`;
  }
  return `${text}}`;
}

const DOLLAR = 36;

function isPlainObject(value: unknown): value is JsonObject {
  if (!isJsonObject(value)) return false;
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
}

const refuse = (message: string, hint: string): BaseError =>
  new BaseError({ code: 'base/not-canonical', message, hint });

/** Tags: the four values that JSON lacks. */
export interface IntTag {
  readonly $int: string;
}
export interface BytesTag {
  readonly $bytes: string;
}
export interface InstantTag {
  readonly $inst: string;
}
export interface RefTag {
  readonly $ref: string;
}

/** A whole number; a tag only beyond ±(2^53 - 1). */
export const int = (value: bigint): (IntTag & JsonObject) | number =>
  isSafe(value) ? Number(value) : { $int: String(value) };

/** Bytes as a value; for more than 4 KiB use a blob. */
export const bytes = (value: Uint8Array): BytesTag & JsonObject => ({
  $bytes: Buffer.from(value).toString('base64'),
});

/** A point in time as a value; `micros` since 1970 in UTC. */
export const instant = (micros: number): InstantTag & JsonObject => ({
  $inst: formatInstant(micros),
});

/** A reference to another entity. */
export const ref = (entity: string): RefTag & JsonObject => ({ $ref: entity });

/** True for `kind:name`: a lower-case kind, then any text without control characters. */
export const isEntity = (text: string): boolean =>
  text.length <= limits.entityLengthMax && ENTITY.test(text) && text.isWellFormed();

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
const ENTITY = /^[a-z][a-z0-9-]*:[^\x00-\x1f\x7f]+$/;

const isSafe = (value: bigint): boolean =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER);

const CHECKS: Readonly<Record<string, (text: string) => boolean>> = {
  $int: (text) => /^-?[1-9][0-9]{15,999}$/.test(text) && !isSafe(BigInt(text)),
  $bytes: (text) => Buffer.from(text, 'base64').toString('base64') === text,
  $inst: (text) => parseInstant(text) !== undefined,
  $ref: isEntity,
};

function checkTag(key: string, value: JsonObject): void {
  const check = CHECKS[key];
  const text = value[key];
  if (check === undefined || (typeof text === 'string' && check(text))) return;
  throw refuse(
    `{"${key}": …} is not a valid tag`,
    'write the tag in its one form, or carry plain data with escapeTags',
  );
}

const ESCAPED = /^\$+(?:int|bytes|inst|ref)$/;

/** Plain JSON made safe to store: objects that only look like a tag get one `$` more. */
export const escapeTags = (value: Json): Json => escaped(value);

const rename = (key: string): string => `$${key}`;
const escapedFrozen = new WeakMap<object, Json>();

function escaped(value: Json): Json {
  if (typeof value !== 'object' || value === null || !isDeepFrozen(value)) {
    return mapTags(value, escaped, rename);
  }
  const known = escapedFrozen.get(value);
  if (known !== undefined) return known;
  const made = deepFreeze(mapTags(value, escaped, rename));
  escapedFrozen.set(value, made);
  return made;
}

/** The inverse of {@link escapeTags}. */
export const unescapeTags = (value: Json): Json =>
  mapTags(value, unescapeTags, (key) => (key.startsWith('$$') ? key.slice(1) : key));

type Rename = (key: string) => string;
type Mapping = (value: Json) => Json;

/** Renames tags; what holds nothing that looks like one, as almost everything does, is left as it is. */
function mapTags(value: Json, map: Mapping, rename: Rename): Json {
  if (Array.isArray(value)) return mapArray(value, map);
  return isJsonObject(value) ? mapObject(value, map, rename) : value;
}

function mapArray(values: readonly Json[], map: Mapping): Json {
  let copy: Json[] | undefined;
  for (let at = 0; at < values.length; at += 1) {
    const item = values[at] as Json;
    const mapped = map(item);
    if (copy === undefined && mapped !== item) copy = values.slice(0, at);
    copy?.push(mapped);
  }
  return copy ?? values;
}

function mapObject(value: JsonObject, map: Mapping, rename: Rename): Json {
  const keys = Object.keys(value);
  const [only] = keys;
  if (keys.length === 1 && only !== undefined && ESCAPED.test(only)) {
    return { [rename(only)]: map(value[only] as Json) };
  }
  let copy: Record<string, Json> | undefined;
  for (const key of keys) {
    const item = value[key] as Json;
    const mapped = map(item);
    if (mapped !== item) copy ??= { ...value };
    if (copy !== undefined) copy[key] = mapped;
  }
  return copy ?? value;
}
