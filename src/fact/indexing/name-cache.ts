/** Places of the cache; twice what the entities of a million-datom home need. */
const PLACES = 2 ** 17;
/** Places tried for a name, so that names chosen to collide cost no more than others. */
const TRIES = 8;

/**
 * Numbers of names, as many as there is room for. A `Map` would have the engine intern every string it
 * is asked for: among 50,000 names that takes five times as long as comparing them here.
 */
export class NameCache {
  // Made whole at once: a growing one with gaps would be a hash table again.
  #names = new Array<string | undefined>(PLACES);
  readonly #numbers = new Float64Array(PLACES);

  get(name: string): number | undefined {
    const first = placeOf(name);
    for (let tries = 0; tries < TRIES; tries += 1) {
      const place = (first + tries) % PLACES;
      const found = this.#names[place];
      if (found === name) return this.#numbers[place];
      if (found === undefined) return undefined;
    }
    return undefined;
  }

  set(name: string, number: number): void {
    const first = placeOf(name);
    let place = first;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const next = (first + tries) % PLACES;
      const found = this.#names[next];
      if (found !== undefined && found !== name) continue;
      place = next;
      break;
    }
    this.#names[place] = name;
    this.#numbers[place] = number;
  }

  clear(): void {
    this.#names = new Array<string | undefined>(PLACES);
  }
}

/** FNV-1a over the UTF-16 units. */
function placeOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) & (PLACES - 1);
}
