import {
  canonicalize,
  isJsonObject,
  type Json,
  type JsonObject,
  limits,
  type Sha256,
  unescapeTags,
} from '../../base/index.ts';
import type { BlobRef, Blobs } from '../../fact/index.ts';
import { EffectError } from '../error.ts';
import {
  bytesOf,
  objectOf,
  type Written,
  type WrittenMember,
  type WrittenWhole,
  write,
  writtenMember,
} from './written.ts';

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
}

/** Puts a value away: what a fact should hold, and the blobs it then needs. */
export const shelve = (value: Json, options: ShelfOptions): Promise<Shelved> =>
  shelveWritten(value, write(value), options);

/** As {@link shelve}, for a value that is written already. */
export async function shelveWritten(
  value: Json,
  written: WrittenWhole,
  { blobs, keep }: ShelfOptions,
): Promise<Shelved> {
  const whole = { value: written.value };
  if (written.bytes + '{"value":}'.length <= inlineBytesMax) return { stored: whole, blobs: [] };
  const long = new Map<string, string>();
  const left = lightened(value, written, long);
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
  const stored = refs.size === 0 ? { value: left.value } : { value: left.value, parts };
  const bytes = left.bytes + '{"parts":,"value":}'.length + write(parts).bytes;
  if (bytes <= inlineBytesMax) return { stored, blobs: [...refs.values()] };
  const rest = await blobs.put(canonicalize(stored), keep);
  return { stored: { blob: rest.hash }, blobs: [...refs.values(), rest] };
}

/** What is left of a value without its long texts and, as far as it has to be, without its long lists. */
function lightened(
  value: Json,
  { members }: WrittenWhole,
  long: Map<string, string>,
): Pick<Written, 'value' | 'bytes'> {
  if (members.length === 0) return write(takeOut(value, '', long));
  const light = members.map((member) => withoutLongTexts(member, long));
  return withoutLongLists(light, long);
}

function withoutLongTexts(member: WrittenMember, long: Map<string, string>): WrittenMember {
  if (member.text.length < partLengthMin) return member;
  const left = takeOut(member.plain, step('', member.key), long);
  return left === member.plain ? member : writtenMember(member.key, left);
}

/** What is left of an object when lists of it are taken out until the rest fits beside `long`. */
function withoutLongLists(
  members: readonly WrittenMember[],
  long: Map<string, string>,
): Pick<Written, 'value' | 'bytes'> {
  const lists = members
    .filter(({ plain, text }) => Array.isArray(plain) && text.length >= partLengthMin)
    .filter(({ key }) => !hasPartWithin(step('', key), long))
    .sort((one, other) => other.text.length - one.text.length);
  const empty = new Map<WrittenMember, WrittenMember>();
  let bytes = bytesOf(members);
  for (const list of lists) {
    if (bytes + long.size * PART_BYTES <= inlineBytesMax) break;
    long.set(step('', list.key), list.text);
    empty.set(list, writtenMember(list.key, []));
    bytes -= list.bytes - '[]'.length;
  }
  return { value: objectOf(members.map((member) => empty.get(member) ?? member)), bytes };
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
