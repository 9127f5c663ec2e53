import {
  canonicalize,
  escapeTags,
  isJsonObject,
  type Json,
  type JsonObject,
  limits,
  type Sha256,
  sha256,
} from '../../base/index.ts';
import { LongTexts, pointerTo } from './long-texts.ts';

/** A value as it is recorded, hashed and counted. */
export interface Written {
  /** With its tags escaped, and nothing where a long text stood that was taken out. */
  readonly value: Json;
  /** Canonical. */
  readonly text: string;
  /** Of the text, in UTF-8. */
  readonly bytes: number;
  /** What the long texts would add to them. */
  readonly longBytes: number;
}

/** A member of an object. */
export interface WrittenMember extends Written {
  readonly key: string;
}

export interface WrittenWhole extends Written {
  /** In the order of the text; none of what is no object, or is escaped as a whole. */
  readonly members: readonly WrittenMember[];
  readonly long: LongTexts;
}

/** What a fact may hold of a value; leaves room for what stands beside it. */
export const inlineBytesMax = limits.inlineValueBytesMax - 512;

/** True for what a fact holds as it is. */
export const isInline = ({ bytes, longBytes }: Written): boolean =>
  '{"value":}'.length + bytes + longBytes <= inlineBytesMax;

/**
 * Writes a value once for its record, its shelf and its budget. From one that is too large for a
 * fact the long texts are taken out, which are known from earlier: what is left to write is short.
 */
export function write(value: Json): WrittenWhole {
  const apart = new LongTexts();
  const light = writeParts(value, { long: apart, take: (part, at) => apart.takeOut(part, at) });
  if (apart.texts.size === 0 || !isInline(light)) return light;
  return writeParts(value, { long: new LongTexts(), take: (part) => part });
}

interface Taking {
  readonly long: LongTexts;
  readonly take: (part: Json, pointer: string) => Json;
}

function writeParts(value: Json, taking: Taking): WrittenWhole {
  const { long } = taking;
  if (!isJsonObject(value)) return { ...writePart(value, '', taking), members: [], long };
  const keys = Object.keys(value);
  const escaped = keys.length === 1 ? (escapeTags(value) as JsonObject) : value;
  if (Object.keys(escaped)[0] !== keys[0]) {
    return { ...writePart(value, '', taking), members: [], long };
  }
  const members = keys.sort().map((key) => ({
    key,
    ...writePart(value[key] as Json, pointerTo('', key), taking),
  }));
  const text = members.map((member) => `${canonicalize(member.key)}:${member.text}`).join(',');
  // Almost always nothing was escaped or taken out.
  const isSame = members.every((member) => member.value === value[member.key]);
  return {
    value: isSame ? value : objectOf(members),
    text: `{${text}}`,
    bytes: bytesOf(members),
    longBytes: long.bytes,
    members,
    long,
  };
}

function writePart(part: Json, pointer: string, { long, take }: Taking): Written {
  const before = long.bytes;
  const value = escapeTags(take(part, pointer));
  const text = canonicalize(value);
  return { value, text, bytes: Buffer.byteLength(text), longBytes: long.bytes - before };
}

/** The object of some members. */
export const objectOf = (members: readonly WrittenMember[]): JsonObject =>
  Object.fromEntries(members.map(({ key, value }) => [key, value]));

/** Bytes of the text of an object of some members: braces, and a colon and a comma each but for the last comma. */
export const bytesOf = (members: readonly WrittenMember[]): number =>
  members.reduce(
    (sum, { key, bytes }) => sum + Buffer.byteLength(canonicalize(key)) + 2 + bytes,
    members.length === 0 ? 2 : 1,
  );

/** The hash of a value: over its text, with the hash of each long text that was taken out beside it. */
export const hashOfWritten = ({ text, long }: WrittenWhole): Sha256 =>
  sha256(long.texts.size === 0 ? text : `{"parts":${canonicalize(long.hashes())},"value":${text}}`);

const known = new WeakMap<object, WrittenWhole>();

/** Arguments as they were written when their step was opened, or now when nothing records them. */
export function writtenArguments(args: Json): WrittenWhole {
  if (typeof args !== 'object' || args === null) return write(args);
  return known.get(args) ?? writeArguments(args);
}

/** Writes the arguments of a step that is opened, whatever was written of the same object before. */
export function writeArguments(args: Json): WrittenWhole {
  const written = write(args);
  if (typeof args === 'object' && args !== null) known.set(args, written);
  return written;
}
