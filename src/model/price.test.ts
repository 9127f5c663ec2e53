import { expect, test } from 'vitest';
import { manualClock, seededRandom } from '../base/index.ts';
import { perform, within } from '../effect/index.ts';
import { memoryLog } from '../fact/index.ts';
import {
  chooseProvider,
  costOf,
  generate,
  liveModels,
  priceFacts,
  priceOf,
  priceTokens,
} from './index.ts';

test.each([
  ['sonnet', { input: 3, output: 15 }, { input: 4102, output: 892, cacheRead: 3200 }, 0.017046],
  ['opus', { input: 5, output: 25 }, { input: 4102, output: 892, cacheRead: 3200 }, 0.02841],
  ['haiku', { input: 0.8, output: 4 }, { input: 8421, output: 142 }, 0.007305],
])('the worked cost of %s is exact', (_, price, tokens, usd) => {
  expect(costOf(price, tokens)).toBe(usd);
});

test('an unknown model costs the highest known price and says so', async () => {
  expect(await priceOf('gpt-99')).toEqual({ input: 5, output: 25, estimated: true });
  expect(await priceOf('flux/think')).toEqual({ input: 0, output: 0, estimated: false });
});

test('a price change does not touch what an earlier time cost', async () => {
  const clock = manualClock(1_767_225_600_000_000);
  const log = await memoryLog({ clock, random: seededRandom('price') });
  const tokens = { input: 1_000_000, output: 0 };
  const before = clock.now();
  const entry = { model: 'claude-sonnet-4-6', input: 9, output: 30, source: 'test', from: before };
  await log.transact(priceFacts({ ...entry, from: before + 1_000_000 }));
  clock.advance(5_000_000);
  const at = async (valid: number) =>
    priceTokens('claude-sonnet-4-6', tokens, await log.at({ valid }));
  expect(await at(before)).toEqual({ usd: 3, estimated: false });
  expect(await at(clock.now())).toEqual({ usd: 9, estimated: false });
  await log.close();
});

test('a price below zero is none', async () => {
  const clock = manualClock(1_767_225_600_000_000);
  const log = await memoryLog({ clock, random: seededRandom('price') });
  const entry = { input: -9, output: -30, source: 'test', from: clock.now() };
  await log.transact(priceFacts({ ...entry, model: 'claude-sonnet-4-6' }));
  await log.transact(priceFacts({ ...entry, model: 'gpt-99' }));
  const database = await log.at();
  expect(await priceOf('claude-sonnet-4-6', database)).toMatchObject({ input: 3, output: 15 });
  expect(await priceOf('gpt-99', database)).toEqual({ input: 5, output: 25, estimated: true });
  await log.close();
});

test('a model has one provider, or the error says which there are', () => {
  expect(chooseProvider('claude-opus-4-8').id).toBe('anthropic');
  expect(chooseProvider('moonshot/kimi-k2.6').id).toBe('moonshot');
  expect(() => chooseProvider('mystery')).toThrow('no provider here serves');
});

test('the embedded model answers without key and network, and says what is beyond it', async () => {
  const none = liveModels({
    env: {},
    keyOf: async () => undefined,
    fetch: globalThis.fetch,
    now: () => 0,
  });
  const ask = (text: string) =>
    within([none], () =>
      perform(generate, {
        model: 'flux/think',
        messages: [{ role: 'user', text }],
        maxOutputTokens: 100,
      }),
    );
  expect((await ask('is 997 prime?')).text).toBe('true');
  expect((await ask('who wrote the ledger?')).text).toContain('beyond flux/think');
});
