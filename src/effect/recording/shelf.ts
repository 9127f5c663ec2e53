import {
  canonicalize,
  escapeTags,
  isJsonObject,
  type Json,
  type JsonObject,
  limits,
  type Sha256,
  unescapeTags,
} from '../../base/index.ts';
import type { BlobRef, Blobs } from '../../fact/index.ts';
import { EffectError } from '../error.ts';

/**
 * A value as a fact holds it. Small ones stand inline. From larger ones every long text is taken out
 * into a blob of its own, found again by its JSON pointer (RFC 6901), and then, while that is not
 * enough, whole lists, the longest first: so a prompt section and the tools that do not change are
 * stored once however often they are sent. What is left and still too large is a blob too, holding
 * the same form.
 */
export type Stored =
  | { readonly value: Json; readonly parts?: Readonly<Record<string, Sha256>> }
  | { readonly blob: Sha256 };

export interface Shelved {
  readonly stored: Stored & JsonObject;
  readonly blobs: readonly BlobRef[];
}

/** Leaves room in one fact for what stands beside the value. */
const inlineBytesMax = limits.inlineValueBytesMax - 512;
const partLengthMin = 1024;

export interface ShelfOptions {
  readonly blobs: Blobs;
  readonly keep: BlobRef['keep'];
  /** Bytes of the value's canonical text with its tags escaped, where they are known. */
  readonly size?: number;
}

/** Puts a value away: what a fact should hold, and the blobs it then needs. */
export async function shelve(value: Json, { blobs, keep, size }: ShelfOptions): Promise<Shelved> {
  const whole = { value: escapeTags(value) };
  const bytes = size ?? sizeOf(whole.value);
  if (bytes + '{"value":}'.length <= inlineBytesMax) return { stored: whole, blobs: [] };
  const long = new Map<string, string>();
  const left = withoutLongLists(takeOut(value, '', long), long);
  // All at once: what is put together is synced together.
  const refs = new Map(
    await Promise.all(
      [...long].map(
        async ([pointer, text]): Promise<[string, BlobRef]> => [
          pointer,
          await blobs.put(text, keep),
        ],
      ),
    ),
  );
  const parts = Object.fromEntries([...refs].map(([pointer, { hash }]) => [pointer, hash]));
  const stored = refs.size === 0 ? { value: left } : { value: left, parts };
  if (sizeOf(stored) <= inlineBytesMax) return { stored, blobs: [...refs.values()] };
  const rest = await blobs.put(canonicalize(stored), keep);
  return { stored: { blob: rest.hash }, blobs: [...refs.values(), rest] };
}

/** What is left when lists of the value itself are taken out until the rest fits beside `long`. */
function withoutLongLists(value: Json, long: Map<string, string>): Json {
  if (!isJsonObject(value)) return escapeTags(value);
  const members = Object.entries(value).map(([key, item]) => {
    const text = canonicalize(escapeTags(item as Json));
    return { key, text, bytes: Buffer.byteLength(text), isList: Array.isArray(item) };
  });
  const lists = members
    .filter(({ isList, text }) => isList && text.length >= partLengthMin)
    .filter(({ key }) => !hasPartWithin(step('', key), long))
    .sort((one, other) => other.text.length - one.text.length);
  const left: Record<string, Json> = { ...value };
  // Braces, and quotes, colon and comma of each key, the last comma left out.
  let size = members.reduce((sum, { key, bytes }) => sum + Buffer.byteLength(key) + 4 + bytes, 1);
  for (const { key, text, bytes } of lists) {
    if (size + long.size * PART_BYTES <= inlineBytesMax) break;
    long.set(step('', key), text);
    left[key] = [];
    size -= bytes - '[]'.length;
  }
  return escapeTags(left);
}

/** What a part's pointer and hash take in a fact, about. */
const PART_BYTES = 96;

const hasPartWithin = (pointer: string, long: ReadonlyMap<string, string>): boolean =>
  long.keys().some((each) => each.startsWith(`${pointer}/`));

/** The value again; throws `effect/blob-missing` when a part is not on this machine. */
export async function unshelve(stored: Stored, blobs: Blobs): Promise<Json> {
  if ('blob' in stored) {
    const inner = JSON.parse(await textOf(stored.blob, blobs)) as Stored;
    return unshelve(inner, blobs);
  }
  const value = unescapeTags(stored.value);
  if (stored.parts === undefined) return value;
  const texts = new Map<string, string>();
  for (const [pointer, hash] of Object.entries(stored.parts)) {
    texts.set(pointer, await textOf(hash, blobs));
  }
  return putBack(value, '', texts);
}

const sizeOf = (value: Json): number => Buffer.byteLength(canonicalize(value));

const step = (pointer: string, key: string | number): string =>
  `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;

function hasLongText(value: Json): boolean {
  if (typeof value === 'string') return value.length >= partLengthMin;
  if (Array.isArray(value)) return value.some(hasLongText);
  return isJsonObject(value) && Object.values(value).some((item) => hasLongText(item as Json));
}

function takeOut(value: Json, pointer: string, into: Map<string, string>): Json {
  if (typeof value === 'string' && value.length >= partLengthMin) {
    into.set(pointer, value);
    return '';
  }
  if (!hasLongText(value)) return value;
  return mapParts(value, pointer, (item, at) => takeOut(item, at, into));
}

function putBack(value: Json, pointer: string, texts: ReadonlyMap<string, string>): Json {
  if (value === '') return texts.get(pointer) ?? '';
  if (Array.isArray(value) && value.length === 0) {
    return unescapeTags(JSON.parse(texts.get(pointer) ?? '[]') as Json);
  }
  return mapParts(value, pointer, (item, at) => putBack(item, at, texts));
}

function mapParts(value: Json, pointer: string, map: (item: Json, at: string) => Json): Json {
  if (Array.isArray(value)) {
    return value.map((item: Json, index) => map(item, step(pointer, index)));
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [key, map(item, step(pointer, key))]));
}

async function textOf(hash: Sha256, blobs: Blobs): Promise<string> {
  const content = await blobs.get(hash);
  if (content !== undefined) return Buffer.from(content).toString('utf8');
  throw new EffectError({
    code: 'effect/blob-missing',
    message: `a recorded value is not on this machine (blob ${hash})`,
    hint: 'fetch it from the machine that ran the step, or run the work item anew',
    data: { blob: hash },
  });
}
