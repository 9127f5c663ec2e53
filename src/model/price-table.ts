import type { PriceEntry } from './price.ts';

const of = (source: string, rows: readonly (readonly [string, number, number])[]): PriceEntry[] =>
  rows.map(([model, input, output]) => ({ model, input, output, source }));

const alike = (source: string, models: readonly string[], input: number, output: number) =>
  of(
    source,
    models.map((model) => [model, input, output] as const),
  );

const SOURCE = 'price list of atomic-agents-stack';

/** The prices a home starts with; facts about `model:<id>` go before them. */
export const startingPrices: readonly PriceEntry[] = Object.freeze([
  ...alike(SOURCE, ['claude-opus-4-8', 'claude-opus-4-7', 'claude-opus-4-7-20260101'], 5, 25),
  ...alike(SOURCE, ['claude-sonnet-4-6', 'claude-sonnet-4-6-20260101'], 3, 15),
  ...alike(SOURCE, ['claude-haiku-4-5', 'claude-haiku-4-5-20251001'], 0.8, 4),
  ...of(SOURCE, [
    ['gpt-5', 5, 20],
    ['gpt-5-mini', 0.5, 2],
    ['gpt-5-nano', 0.1, 0.5],
    ['vertex/gemini-2.5-flash', 0.3, 2.5],
    ['vertex/gemini-2.5-pro', 1.25, 10],
    ['vertex/gemini-2.0-flash', 0.1, 0.4],
    ['vertex/gemini-2.0-flash-lite', 0.075, 0.3],
  ]),
  ...alike(
    SOURCE,
    [
      'moonshot/moonshot-v1-128k',
      'moonshot/moonshot-v1-32k',
      'moonshot/moonshot-v1-8k',
      'moonshot/kimi-k2.6',
      'moonshot/kimi-k2.5',
      'moonshot/kimi-k2-0905-preview',
      'moonshot/kimi-k2-0711-preview',
      'moonshot/kimi-2.6',
    ],
    0.3,
    1.2,
  ),
]);

/** Embedding prices in USD per million input tokens. */
export const startingEmbeddingPrices: Readonly<Record<string, number>> = Object.freeze({
  'text-embedding-3-small': 0.02,
  'text-embedding-3-large': 0.13,
  'text-embedding-ada-002': 0.1,
});
