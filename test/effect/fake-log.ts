import { isDeepStrictEqual } from 'node:util';
import { BaseError, type Json, manualClock, sha256 } from '../../src/base/index.ts';
import type { Blobs, Database, FactInput, Log, TransactOptions } from '../../src/fact/index.ts';

/** A log in memory: what is written `later` is lost by a crash, as after a power cut. */
export function fakeLog() {
  interface Written {
    readonly facts: readonly FactInput[];
    readonly options: TransactOptions;
  }
  const store = new Map<string, Buffer>();
  let written: Written[] = [];
  let durable = 0;
  let reads = 0;
  let failing = false;
  const read = (e: string): Record<string, Json> => {
    const found: Record<string, Json> = {};
    for (const fact of written.flatMap(({ facts }) => facts)) {
      if (fact.e !== e) continue;
      if (fact.op === 'retract') delete found[fact.a];
      else found[fact.a] = structuredClone(fact.v) as Json;
    }
    return found;
  };
  const blobs: Blobs = {
    put: async (content, keep) => {
      const bytes = Buffer.from(content);
      store.set(sha256(bytes), bytes);
      return { hash: sha256(bytes), size: bytes.length, keep };
    },
    get: async (hash) => store.get(hash),
  };
  const log: Partial<Log> = {
    clock: manualClock(0),
    blobs,
    transact: async (facts, options = {}) => {
      if (failing) throw new BaseError({ code: 'base/full', message: 'disk full', hint: '' });
      for (const condition of options.if ?? []) {
        const found = read(condition.e)[condition.a];
        const holds =
          'is' in condition ? isDeepStrictEqual(found, condition.is) : found === undefined;
        if (!holds) return { ok: false, failed: condition, found };
      }
      written.push({ facts, options });
      if (options.durability !== 'later') durable = written.length;
      return { ok: true, id: '', seq: written.length, at: 0, written: true };
    },
    sync: async () => {
      durable = written.length;
    },
    at: async () => {
      const known: Partial<Database> = {
        entity: async (e) => {
          reads += 1;
          return read(e);
        },
        get: async (e, a) => read(e)[a],
      };
      return known as Database;
    },
  };
  return {
    log: log as Log,
    blobs: store,
    transactions: () => written,
    reads: () => reads,
    crash: (keep: 'durable' | 'all') => {
      if (keep === 'durable') written = written.slice(0, durable);
    },
    fill: (full: boolean) => {
      failing = full;
    },
  };
}
