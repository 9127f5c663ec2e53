/** Places of the table; twice what the entities of a million-datom home need. */
const PLACES = 2 ** 17;
/** Places tried for a name, so that names chosen to collide cost no more than others. */
const TRIES = 8;
/** Words of four bytes for records: so many at first and at most. A place has 21 bits for where one is. */
const WORDS_FIRST = 2 ** 14;
const WORDS_MAX = 2 ** 21;
/** The bits of a place that repeat the hash, so that hardly another name's record is looked at. */
const TAG = ~(WORDS_MAX - 1);
const NUMBER_MAX = 2 ** 31 - 1;

/**
 * Numbers of names, as many as there is room for. A `Map` would have the engine intern every string it
 * is asked for: among 50,000 names that takes five times as long as comparing them here. A record is
 * the number, the length and the units of the name, a byte each where none is above 255; with the names
 * as strings each look-up would touch three places in memory that are in no cache, here it is one or two.
 */
export class NameCache {
  readonly #places = new Int32Array(PLACES);
  #words = new Int32Array(WORDS_FIRST);
  #bytes = new Uint8Array(this.#words.buffer);
  /** The first word without a record; 0 is where none is. */
  #end = 1;

  get(name: string): number | undefined {
    const hash = hashOf(name);
    for (let tries = 0; tries < TRIES; tries += 1) {
      const place = this.#places[(hash + tries) & (PLACES - 1)] ?? 0;
      if (place === 0) return undefined;
      if (((place ^ hash) & TAG) !== 0) continue;
      const record = place & ~TAG;
      if (this.#isOf(record, name)) return this.#words[record];
    }
    return undefined;
  }

  set(name: string, number: number): void {
    const hash = hashOf(name);
    const record = number <= NUMBER_MAX ? this.#record(name, number) : 0;
    if (record === 0) return;
    let index = hash & (PLACES - 1);
    for (let tries = 0; tries < TRIES; tries += 1) {
      const next = (hash + tries) & (PLACES - 1);
      const place = this.#places[next] ?? 0;
      if (place !== 0 && !this.#isOf(place & ~TAG, name)) continue;
      index = next;
      break;
    }
    this.#places[index] = (hash & TAG) | record;
  }

  clear(): void {
    this.#places.fill(0);
    this.#end = 1;
  }

  #isOf(record: number, name: string): boolean {
    const head = this.#words[record + 1] ?? 0;
    const { length } = name;
    const wide = head < 0;
    if ((wide ? ~head : head) !== length) return false;
    const bytes = this.#bytes;
    const first = (record + 2) * 4;
    if (wide) {
      for (let at = 0; at < length; at += 1) {
        const unit = name.charCodeAt(at);
        if (bytes[first + 2 * at] !== (unit & 255)) return false;
        if (bytes[first + 2 * at + 1] !== unit >>> 8) return false;
      }
      return true;
    }
    for (let at = 0; at < length; at += 1) {
      if (bytes[first + at] !== name.charCodeAt(at)) return false;
    }
    return true;
  }

  /** Writes a record and gives its first word; 0 when a name is too long for any. */
  #record(name: string, number: number): number {
    const { length } = name;
    let wide = false;
    for (let at = 0; at < length && !wide; at += 1) wide = name.charCodeAt(at) > 255;
    const size = 2 + Math.ceil((wide ? 2 * length : length) / 4);
    if (!this.#makeRoom(size)) return 0;
    const record = this.#end;
    const first = (record + 2) * 4;
    this.#words[record] = number;
    this.#words[record + 1] = wide ? ~length : length;
    for (let at = 0; at < length; at += 1) {
      const unit = name.charCodeAt(at);
      if (wide) {
        this.#bytes[first + 2 * at] = unit & 255;
        this.#bytes[first + 2 * at + 1] = unit >>> 8;
      } else this.#bytes[first + at] = unit;
    }
    this.#end += size;
    return record;
  }

  /** Begins anew where all the room is taken. */
  #makeRoom(size: number): boolean {
    if (size > WORDS_MAX / 64) return false;
    if (this.#end + size > WORDS_MAX) this.clear();
    if (this.#end + size <= this.#words.length) return true;
    const words = new Int32Array(this.#words.length * 2);
    words.set(this.#words);
    this.#words = words;
    this.#bytes = new Uint8Array(words.buffer);
    return this.#makeRoom(size);
  }
}

/** FNV-1a over the UTF-16 units. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  }
  return hash ^ (hash >>> 15);
}
