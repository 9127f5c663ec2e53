import {
  type Clock,
  escapeTags,
  hashOf,
  isJsonObject,
  type Json,
  type Micros,
} from '../../base/index.ts';
import type { Call, Handler, Next } from '../handler.ts';

export interface CacheOptions {
  readonly clock: Clock;
  readonly ttlMillis: number;
  /** 1,000 when absent; the least recently used leaves first. */
  readonly entriesMax?: number;
  /** Of the values as JSON text, in UTF-16 units; 16 Mi when absent. */
  readonly sizeMax?: number;
  /** Operations to cache; every `read` when absent. */
  readonly operations?: readonly string[];
}

interface Entry {
  readonly value: Json;
  readonly size: number;
  readonly until: Micros;
}

/**
 * Answers a repeated call with the earlier answer while it is fresh. Equal calls that are under way
 * at once reach the world once. Errors are not kept.
 */
export function cache(options: CacheOptions): Handler {
  const { clock, operations } = options;
  const entries = new Entries(options);
  const underWay = new Map<string, Promise<Json>>();

  const fetch = async (key: string, call: Call, next: Next): Promise<Json> => {
    try {
      const value = frozen(await next(call));
      entries.add(key, value, clock.now());
      return value;
    } finally {
      underWay.delete(key);
    }
  };

  const lookUp = async (call: Call, next: Next): Promise<Json> => {
    const key = hashOf(escapeTags([call.operation.name, call.args]));
    const entry = entries.get(key, clock.now());
    if (entry !== undefined) {
      call.step?.note('effect/cached', true);
      return entry.value;
    }
    const leader = underWay.get(key);
    if (leader === undefined) {
      const mine = fetch(key, call, next);
      underWay.set(key, mine);
      return mine;
    }
    try {
      return await leader;
    } catch (error) {
      // The leader was called off, which says nothing about this call.
      if (error instanceof Error && error.name === 'AbortError') return lookUp(call, next);
      throw error;
    }
  };
  return {
    name: 'cache',
    place: 'cache',
    ...(operations === undefined ? {} : { operations }),
    handle: (call, next) =>
      operations === undefined && call.operation.kind !== 'read' ? next(call) : lookUp(call, next),
  };
}

class Entries {
  readonly #map = new Map<string, Entry>();
  readonly #ttlMicros: number;
  readonly #entriesMax: number;
  readonly #sizeMax: number;
  #size = 0;

  constructor({ ttlMillis, entriesMax = 1000, sizeMax = 16 * 1024 * 1024 }: CacheOptions) {
    this.#ttlMicros = ttlMillis * 1000;
    this.#entriesMax = entriesMax;
    this.#sizeMax = sizeMax;
  }

  get(key: string, now: Micros): Entry | undefined {
    const entry = this.#map.get(key);
    if (entry === undefined) return undefined;
    this.#drop(key);
    if (entry.until <= now) return undefined;
    this.#put(key, entry);
    return entry;
  }

  add(key: string, value: Json, now: Micros): void {
    const size = JSON.stringify(value).length;
    this.#drop(key);
    if (size <= this.#sizeMax) this.#put(key, { value, size, until: now + this.#ttlMicros });
    for (const oldest of this.#map.keys()) {
      if (this.#map.size <= this.#entriesMax && this.#size <= this.#sizeMax) break;
      this.#drop(oldest);
    }
  }

  #put(key: string, entry: Entry): void {
    this.#map.set(key, entry);
    this.#size += entry.size;
  }

  #drop(key: string): void {
    this.#size -= this.#map.get(key)?.size ?? 0;
    this.#map.delete(key);
  }
}

/** One answer is shared by many callers, so none of them may change it. */
function frozen(value: Json): Json {
  if (Array.isArray(value)) value.forEach(frozen);
  else if (isJsonObject(value)) Object.values(value).forEach(frozen);
  else return value;
  return Object.freeze(value);
}
