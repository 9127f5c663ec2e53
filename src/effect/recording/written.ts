import {
  canonicalize,
  escapeTags,
  isJsonObject,
  type Json,
  type JsonObject,
} from '../../base/index.ts';

/** A value as it is recorded, hashed and counted: its tags escaped, in canonical text. */
export interface Written {
  readonly value: Json;
  readonly text: string;
  /** Of the text in UTF-8. */
  readonly bytes: number;
}

/** A member of an object. */
export interface WrittenMember extends Written {
  readonly key: string;
  /** Before its tags were escaped. */
  readonly plain: Json;
}

export interface WrittenWhole extends Written {
  /** In the order of the text; none of what is no object, or is escaped as a whole. */
  readonly members: readonly WrittenMember[];
}

/** Writes a value once for its record, its shelf and its budget, which want its members too. */
export function write(value: Json): WrittenWhole {
  if (!isJsonObject(value)) return { ...writtenPart(value), members: [] };
  const keys = Object.keys(value);
  const escaped = keys.length === 1 ? (escapeTags(value) as JsonObject) : value;
  if (Object.keys(escaped)[0] !== keys[0]) return { ...inText(escaped), members: [] };
  const members = keys.sort().map((key) => writtenMember(key, value[key] as Json));
  return { ...joined(members), members };
}

export const writtenMember = (key: string, plain: Json): WrittenMember => ({
  key,
  plain,
  ...writtenPart(plain),
});

const writtenPart = (value: Json): Written => inText(escapeTags(value));

function inText(value: Json): Written {
  const text = canonicalize(value);
  return { value, text, bytes: Buffer.byteLength(text) };
}

function joined(members: readonly WrittenMember[]): Written {
  const text = members.map((member) => `${canonicalize(member.key)}:${member.text}`).join(',');
  return { value: objectOf(members), text: `{${text}}`, bytes: bytesOf(members) };
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
