/** Numbers of a search, fast and repeatable; never for keys. */
export interface Generator {
  /** 32 random bits, unsigned. */
  next(): number;
  /** A whole number from 0 below `limit`. */
  below(limit: number): number;
  /** Whether something of this probability happens. */
  chance(probability: number): boolean;
}

/**
 * xoshiro128** (Blackman and Vigna 2018), seeded by splitmix32 from a seed and a stream number, so
 * that every island of a search has numbers of its own.
 */
export function generatorOf(seed: number, stream: number): Generator {
  let mix = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b)) >>> 0;
  const seedWord = (): number => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let word = Math.imul(mix ^ (mix >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return (word ^ (word >>> 15)) >>> 0;
  };
  let [a, b, c, d] = [seedWord(), seedWord(), seedWord(), seedWord() | 1];
  const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));
  const next = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
  return {
    next,
    below: (limit) => Math.floor((next() / 2 ** 32) * limit),
    chance: (probability) => next() < probability * 2 ** 32,
  };
}
