import {
  BaseError,
  type Clock,
  manualClock,
  type Sha256,
  seededRandom,
} from '../../src/base/index.ts';
import {
  type Blobs,
  type Database,
  type FactInput,
  type Log,
  memoryLog,
  type TransactOptions,
} from '../../src/fact/index.ts';

export interface Written {
  readonly facts: readonly FactInput[];
  readonly options: TransactOptions;
}

/** A log in memory whose machine can lose its power, and whose disk can be full. */
export interface CrashingLog {
  /** Stays the same value over crashes. */
  readonly log: Log;
  /** What is in the log now, in order. */
  readonly transactions: readonly Written[];
  /** The stored blobs. */
  readonly blobs: ReadonlyMap<Sha256, Uint8Array>;
  /** Entities read since the start. */
  readonly reads: number;
  full: boolean;
  /** A power cut loses what was written `later` and never synced; a kill loses nothing. */
  crash(kind: 'power cut' | 'kill'): Promise<void>;
  loseBlobs(): void;
}

export async function crashingLog(clock: Clock = manualClock(0)): Promise<CrashingLog> {
  const world = { clock, random: seededRandom('log') };
  let inner = await memoryLog(world);
  let written: Written[] = [];
  let synced = 0;
  let reads = 0;
  const kept = new Map<Sha256, Uint8Array>();
  const blobs: Blobs = {
    put: async (content, keep) => {
      const ref = await inner.blobs.put(content, keep);
      kept.set(ref.hash, Buffer.from(content));
      return ref;
    },
    get: async (hash) => kept.get(hash),
  };
  const counting = (db: Database): Database => {
    const counted = Object.create(db) as Database;
    return Object.assign(counted, {
      get: (e: string, a: string) => db.get(e, a),
      entity: (e: string) => {
        reads += 1;
        return db.entity(e);
      },
    });
  };
  const outer = Object.assign(Object.create(inner) as Log, {
    transact: async (facts: readonly FactInput[], options: TransactOptions = {}) => {
      if (state.full) throw new BaseError({ code: 'base/full', message: 'disk full', hint: '' });
      const result = await inner.transact(facts, options);
      if (!result.ok) return result;
      written.push({ facts, options });
      if (options.durability !== 'later') synced = written.length;
      return result;
    },
    sync: async () => {
      synced = written.length;
    },
    at: async (point?: Parameters<Log['at']>[0]) => counting(await inner.at(point)),
  });
  Object.defineProperty(outer, 'blobs', { value: blobs });
  Object.defineProperty(outer, 'trust', { get: () => inner.trust });
  Object.defineProperty(outer, 'signer', { get: () => inner.signer });
  const state = {
    log: outer,
    get transactions() {
      return written;
    },
    blobs: kept,
    get reads() {
      return reads;
    },
    full: false,
    crash: async (kind: 'power cut' | 'kill') => {
      if (kind === 'kill') return;
      const left = written.slice(0, synced);
      inner = await memoryLog(world);
      for (const { facts, options } of left) await inner.transact(facts, options);
      written = left;
    },
    loseBlobs: () => kept.clear(),
  };
  return state;
}
