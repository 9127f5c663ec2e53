import {
  canonicalize,
  type Json,
  type JsonObject,
  type Sha256,
  unescapeTags,
} from '../../base/index.ts';
import type { BlobRef, Blobs } from '../../fact/index.ts';
import { EffectError } from '../error.ts';
import { longTextMin, mapParts, pointerTo } from './long-texts.ts';
import {
  inlineBytesMax,
  isInline,
  objectOf,
  type WrittenMember,
  type WrittenWhole,
  write,
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

export interface ShelfOptions {
  readonly blobs: Blobs;
  readonly keep: BlobRef['keep'];
}

/** Puts a value away: what a fact should hold, and the blobs it then needs. */
export const shelve = (value: Json, options: ShelfOptions): Promise<Shelved> =>
  shelveWritten(write(value), options);

/** As {@link shelve}, for a value that is written already. */
export async function shelveWritten(
  written: WrittenWhole,
  { blobs, keep }: ShelfOptions,
): Promise<Shelved> {
  const whole = { value: written.value };
  if (isInline(written)) return { stored: whole, blobs: [] };
  const lists = longLists(written);
  // All at once: what is put together is synced together.
  const refs = new Map(
    await Promise.all(
      [...written.long.texts, ...lists.texts].map(
        async ([pointer, text]): Promise<[string, BlobRef]> => [
          pointer,
          await blobs.put(text, keep),
        ],
      ),
    ),
  );
  const parts = Object.fromEntries([...refs].map(([pointer, { hash }]) => [pointer, hash]));
  const stored = refs.size === 0 ? whole : { value: lists.left, parts };
  const bytes = lists.bytes + '{"parts":,"value":}'.length + write(parts).bytes;
  if (bytes <= inlineBytesMax) return { stored, blobs: [...refs.values()] };
  const rest = await blobs.put(canonicalize(stored), keep);
  return { stored: { blob: rest.hash }, blobs: [...refs.values(), rest] };
}

interface LongLists {
  readonly texts: readonly (readonly [pointer: string, text: string])[];
  readonly left: Json;
  /** Of what is left. */
  readonly bytes: number;
}

/** The lists that have to be taken out of an object, the longest first, until the rest fits beside its long texts. */
function longLists({ value, bytes: whole, members, long }: WrittenWhole): LongLists {
  const lists = members
    .filter((member) => Array.isArray(member.value) && member.text.length >= longTextMin)
    .filter(({ longBytes }) => longBytes === 0)
    .sort((one, other) => other.text.length - one.text.length);
  const taken = new Set<WrittenMember>();
  let bytes = whole;
  for (const list of lists) {
    if (bytes + (long.texts.size + taken.size) * PART_BYTES <= inlineBytesMax) break;
    taken.add(list);
    bytes -= list.bytes - '[]'.length;
  }
  const texts = [...taken].map(({ key, text }) => [pointerTo('', key), text] as const);
  const emptied = members.map((each) => (taken.has(each) ? { ...each, value: [] } : each));
  return { texts, left: taken.size === 0 ? value : objectOf(emptied), bytes };
}

/** What a part's pointer and hash take in a fact, about. */
const PART_BYTES = 96;

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

function putBack(value: Json, pointer: string, texts: ReadonlyMap<string, string>): Json {
  if (value === '') return texts.get(pointer) ?? '';
  if (Array.isArray(value) && value.length === 0) {
    return unescapeTags(JSON.parse(texts.get(pointer) ?? '[]') as Json);
  }
  return mapParts(value, pointer, (item, at) => putBack(item, at, texts));
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
