import {
  canonicalize,
  isDeepFrozen,
  isJsonObject,
  type Json,
  type Sha256,
  sha256,
  TextMemory,
} from '../../base/index.ts';

/** Characters from which on a text may stand apart. */
export const longTextMin = 1024;

interface About {
  readonly hash: Sha256;
  /** As JSON, in UTF-8. */
  readonly bytes: number;
}

/** What is known of long texts: sections of a prompt come again with every request. */
const known = new TextMemory<About>({ lengthMax: 4 * 1024 * 1024 });

function aboutText(text: string): About {
  const found = known.get(text);
  if (found !== undefined) return found;
  const about = { hash: sha256(text), bytes: Buffer.byteLength(canonicalize(text)) };
  known.set(text, about);
  return about;
}

/** Long texts taken out of a value, by their JSON pointer (RFC 6901). */
export class LongTexts {
  readonly #texts = new Map<string, string>();
  #bytes = 0;

  get texts(): ReadonlyMap<string, string> {
    return this.#texts;
  }

  /** What they take in the JSON of their value, beyond the empty texts that stand in for them. */
  get bytes(): number {
    return this.#bytes;
  }

  hashes(): Readonly<Record<string, Sha256>> {
    const pairs = [...this.#texts].map(
      ([pointer, text]) => [pointer, aboutText(text).hash] as const,
    );
    return Object.fromEntries(pairs);
  }

  /** The value without its long texts; the value itself when it has none. */
  takeOut(value: Json, pointer: string): Json {
    if (typeof value === 'string' && value.length >= longTextMin) {
      this.#texts.set(pointer, value);
      this.#bytes += aboutText(value).bytes - '""'.length;
      return '';
    }
    if (!hasLongText(value)) return value;
    return mapParts(value, pointer, (item, at) => this.takeOut(item, at));
  }
}

/** Deep-frozen values without one: the schemas of tools, which come with every request. */
const without = new WeakSet<object>();

function hasLongText(value: Json): boolean {
  if (typeof value === 'string') return value.length >= longTextMin;
  if (typeof value !== 'object' || value === null || without.has(value)) return false;
  const parts: readonly Json[] = Array.isArray(value) ? value : (Object.values(value) as Json[]);
  if (parts.some(hasLongText)) return true;
  if (isDeepFrozen(value)) without.add(value);
  return false;
}

/** The JSON pointer of a part. */
export const pointerTo = (whole: string, key: string | number): string =>
  `${whole}/${typeof key === 'number' ? key : pointerPart(key)}`;

const pointerPart = (key: string): string =>
  /[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key;

/** A list or object with each of its parts mapped, by its pointer. */
export function mapParts(
  value: Json,
  pointer: string,
  map: (item: Json, at: string) => Json,
): Json {
  if (Array.isArray(value)) {
    return value.map((item: Json, index) => map(item, pointerTo(pointer, index)));
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, item]) => [key, map(item, pointerTo(pointer, key))]),
  );
}
