import { createHash, randomBytes, randomFillSync } from 'node:crypto';

/** Randomness as a parameter. */
export interface Random {
  bytes(count: number): Uint8Array;
}

/** Asked of the machine at once: ids take ten bytes each, and many of them are made. */
const POOL = 4096;
const pool = Buffer.alloc(POOL);
let next = POOL;

/** The machine's secure randomness; no byte is given out twice. */
export const systemRandom: Random = Object.freeze({
  bytes: (count: number) => {
    if (count > POOL / 16) return randomBytes(count);
    if (next + count > POOL) {
      randomFillSync(pool);
      next = 0;
    }
    const taken = new Uint8Array(count);
    for (let at = 0; at < count; at += 1, next += 1) {
      taken[at] = pool[next] as number;
      pool[next] = 0;
    }
    return taken;
  },
});

/**
 * Repeatable bytes for tests and replays: SHA-256 over the seed and a counter; never for keys.
 *
 * @example
 * seededRandom('a').bytes(2).length; // => 2
 */
export function seededRandom(seed: string): Random {
  let counter = 0;
  let pool = Buffer.alloc(0);
  return {
    bytes(count) {
      while (pool.length < count) {
        const block = createHash('sha256').update(`${seed}:${counter}`).digest();
        pool = Buffer.concat([pool, block]);
        counter += 1;
      }
      const taken = pool.subarray(0, count);
      pool = pool.subarray(count);
      return taken;
    },
  };
}

/** A number in [0, 1) with 53 random bits. */
export function uniform(random: Random): number {
  const bits = Buffer.from(random.bytes(8)).readBigUInt64BE() >> 11n;
  return Number(bits) / 2 ** 53;
}
