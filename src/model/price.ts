import type { Micros } from '../base/index.ts';

/** What a model costs, in USD per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  /** Reading a token from the provider's cache; a tenth of `input` when absent. */
  readonly cacheRead?: number;
  /** Writing a token into the provider's cache; `input` when absent. */
  readonly cacheWrite?: number;
}

/** A price with the time it holds for and where it was read. */
export interface PriceEntry extends Price {
  readonly model: string;
  readonly from?: Micros;
  readonly source: string;
}

/** Tokens of one call; `input` includes those read from and written to the cache. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
}

/**
 * The cost of a call in USD, rounded to six decimals (atomic-runtime §7.1).
 *
 * @example
 * costOf({ input: 3, output: 15 }, { input: 4102, output: 892, cacheRead: 3200 }); // => 0.017046
 */
export function costOf(price: Price, tokens: Tokens): number {
  const read = Math.min(tokens.cacheRead ?? 0, tokens.input);
  const written = Math.min(tokens.cacheWrite ?? 0, tokens.input - read);
  const plain = tokens.input - read - written;
  const cost =
    read * (price.cacheRead ?? price.input * 0.1) +
    written * (price.cacheWrite ?? price.input) +
    plain * price.input +
    tokens.output * price.output;
  return roundUsd(cost / 1e6);
}

/** USD rounded to six decimals, halves away from zero. */
export const roundUsd = (usd: number): number => Math.round(usd * 1e6 + Number.EPSILON) / 1e6;
