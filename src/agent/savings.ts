import type { Log } from '../fact/index.ts';
import { type RunQuery, runTable } from '../folder/index.ts';
import { costOf, priceOf, roundUsd } from '../model/index.ts';

/** What caching and helpers have saved. */
export interface Savings {
  readonly cache: {
    /** Share of the counted input tokens that came from a cache; absent when none were counted. */
    readonly hitShare?: number;
    /** USD that the same tokens would have cost more. */
    readonly savedUsd: number;
  };
  readonly helpers: {
    readonly calls: number;
    readonly usd: number;
    /** USD of the same calls on the main model. */
    readonly mainUsd: number;
    readonly savedUsd: number;
  };
}

/**
 * What was saved, at the prices known now: cached tokens against plain ones, helpers against the
 * model of most of the other calls.
 */
export async function savingsOf(log: Log, query: RunQuery = {}): Promise<Savings> {
  const database = await log.at();
  const rows = await log.query(
    runTable,
    `select model, primitive = 'helper' as is_helper, count(*) as calls, sum(cost_usd) as usd,
       sum(input_tokens) as input, sum(output_tokens) as output,
       sum(cache_hit_tokens) as hit, sum(cache_miss_tokens) as miss
     from run_record where cost_usd is not null and (? is null or agent = ?) and (? is null or day >= ?)
     group by model, is_helper order by calls desc`,
    [query.agent, query.agent, query.from, query.from].map((value) => value ?? null),
  );
  const number = (row: (typeof rows)[number], name: string): number => Number(row[name] ?? 0);
  const isHelper = (row: (typeof rows)[number]): boolean => row['is_helper'] === 1;
  let hit = 0;
  let counted = 0;
  let cacheUsd = 0;
  for (const row of rows) {
    const price = await priceOf(String(row['model']), database);
    hit += number(row, 'hit');
    counted += number(row, 'hit') + number(row, 'miss');
    cacheUsd += (number(row, 'hit') * (price.input - (price.cacheRead ?? price.input * 0.1))) / 1e6;
  }
  const helpers = rows.filter(isHelper);
  const sum = (name: string): number => helpers.reduce((all, row) => all + number(row, name), 0);
  const main = rows.find((row) => !isHelper(row));
  const price = main === undefined ? undefined : await priceOf(String(main['model']), database);
  const tokens = { input: sum('input'), output: sum('output') };
  const mainUsd = price === undefined ? 0 : costOf(price, tokens);
  return {
    cache: {
      ...(counted === 0 ? {} : { hitShare: Number((hit / counted).toFixed(4)) }),
      savedUsd: roundUsd(cacheUsd),
    },
    helpers: {
      calls: sum('calls'),
      usd: roundUsd(sum('usd')),
      mainUsd,
      savedUsd: roundUsd(mainUsd - sum('usd')),
    },
  };
}
