import type { Micros } from '../base/index.ts';
import type { Database, FactInput } from '../fact/index.ts';
import { costOf, type Price, type PriceEntry, roundUsd, type Tokens } from './price.ts';
import { startingEmbeddingPrices, startingPrices } from './price-table.ts';

/** A cost, and whether the price behind it is known or the highest one was taken. */
export interface Cost {
  readonly usd: number;
  readonly estimated: boolean;
}

/** Models that run here, without a provider: they cost nothing. */
const isFree = (model: string): boolean => /^(?:flux|replay|ollama)\//.test(model);

/**
 * The price of a model as the facts of `database` have it at its valid time, else the starting
 * table, else the highest input and the highest output price known (flagged as estimated).
 */
export async function priceOf(
  model: string,
  database?: Database,
): Promise<Price & { readonly estimated: boolean }> {
  if (isFree(model)) return { input: 0, output: 0, estimated: false };
  const stated = database === undefined ? undefined : await statedPrice(model, database);
  const known = stated ?? startingPrices.find((entry) => entry.model === model);
  if (known !== undefined) return { ...known, estimated: false };
  return {
    input: Math.max(...startingPrices.map(({ input }) => input)),
    output: Math.max(...startingPrices.map(({ output }) => output)),
    estimated: true,
  };
}

async function statedPrice(model: string, database: Database): Promise<Price | undefined> {
  const entity = priceEntity(model);
  const input = await database.get(entity, 'price/input');
  const output = await database.get(entity, 'price/output');
  if (!isPrice(input) || !isPrice(output)) return undefined;
  const cacheRead = await database.get(entity, 'price/cache-read');
  const cacheWrite = await database.get(entity, 'price/cache-write');
  return {
    input,
    output,
    ...(isPrice(cacheRead) ? { cacheRead } : {}),
    ...(isPrice(cacheWrite) ? { cacheWrite } : {}),
  };
}

/** No model pays for being asked: a negative number would make room under every cap. */
const isPrice = (value: unknown): value is number => typeof value === 'number' && value >= 0;

/** Every price known at the database's valid time with its source: stated ones before starting ones. */
export async function knownPrices(database?: Database): Promise<readonly PriceEntry[]> {
  const stated = await statedModels(database);
  const starting = startingPrices.filter(({ model }) => !stated.includes(model));
  const entries: PriceEntry[] = [];
  for (const model of stated) {
    const price = database && (await statedPrice(model, database));
    const source = await database?.get(priceEntity(model), 'price/source');
    if (price) entries.push({ ...price, model, source: typeof source === 'string' ? source : '' });
    else entries.push(...startingPrices.filter((entry) => entry.model === model));
  }
  return [...entries, ...starting];
}

async function statedModels(database?: Database): Promise<readonly string[]> {
  if (database === undefined) return [];
  const found = await database.find([{ e: { var: 'model' }, a: 'price/input' }]);
  return found.map(({ model }) => String(model).slice(PRICE_KIND.length));
}

const PRICE_KIND = 'model:';

const priceEntity = (model: string): string => `${PRICE_KIND}${model}`;

/** The cost of tokens used by a model, at the prices that held at the database's valid time. */
export async function priceTokens(
  model: string,
  tokens: Tokens,
  database?: Database,
): Promise<Cost> {
  const { estimated, ...price } = await priceOf(model, database);
  return { usd: costOf(price, tokens), estimated };
}

/** The facts that state a price from a time on; earlier costs keep the price of their time. */
export function priceFacts(entry: PriceEntry & { readonly from: Micros }): readonly FactInput[] {
  const e = priceEntity(entry.model);
  const validFrom = entry.from;
  const rows: readonly (readonly [string, number | string | undefined])[] = [
    ['price/input', entry.input],
    ['price/output', entry.output],
    ['price/cache-read', entry.cacheRead],
    ['price/cache-write', entry.cacheWrite],
    ['price/source', entry.source],
  ];
  return rows.flatMap(([a, v]) => (v === undefined ? [] : [{ e, a, v, validFrom }]));
}

/**
 * The cost of embedding a number of tokens: never zero for a text (atomic-runtime §7.1).
 *
 * @example
 * embeddingCost('text-embedding-3-small', 1000); // => { usd: 0.00002, estimated: false }
 */
export function embeddingCost(model: string, tokens: number): Cost {
  if (isFree(model)) return { usd: 0, estimated: false };
  const rate = startingEmbeddingPrices[model];
  const highest = Math.max(...Object.values(startingEmbeddingPrices));
  return {
    usd: roundUsd(Math.ceil(tokens * (rate ?? highest)) / 1e6),
    estimated: rate === undefined,
  };
}
