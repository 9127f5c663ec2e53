import { expect, test } from 'vitest';
import { seededRandom } from '../../src/base/index.ts';
import type { Log } from '../../src/fact/index.ts';
import { type BudgetSettings, openBudget, usdOf } from '../../src/guard/index.ts';
import { priceFacts, priceOf } from '../../src/model/index.ts';
import { type Copy, newCopy } from '../fact/copies.ts';

const spender = { agent: 'harbor', run: 'run-1' };
const settings: BudgetSettings = {
  caps: [{ scope: 'day', usd: 1, action: 'skip' }],
  warningThresholds: [],
};
const worst = { estimate: 400_000, bound: 600_000 };
const request = { spender, settings, operation: 'model/generate', model: 'm', worst };

const budgetOf = (log: Log, { clock }: Copy) =>
  openBudget({ log, clock, random: seededRandom('money'), zone: 'UTC' });

/** A home that spent half a dollar and holds more, what a stranger wrote in a clone, and what is left then. */
async function after(stranger: (log: Log, charges: readonly string[]) => Promise<unknown>) {
  const ada = newCopy({ trusting: false });
  const charges = await ada.with(async (log) => {
    const budget = budgetOf(log, ada);
    const { id } = await budget.reserve(request);
    await budget.settle(id, 500_000, 'measured');
    return [id];
  });
  const eve = newCopy({ of: ada, trusting: false, skew: 1000 });
  await eve.with((log) => stranger(log, charges));
  ada.pull(eve);
  ada.clock.advance(1_000_000);
  return ada;
}

test('a writer nobody trusts makes no charge smaller', async () => {
  const ada = await after(async (log, [id]) => {
    for (const usd of [0.9, 0]) {
      await log.transact([{ e: `charge:${id}`, a: 'budget/settled', v: { usd, as: 'released' } }]);
    }
  });
  await ada.with(async (log) => {
    const [day] = await budgetOf(log, ada).standing(spender, settings);
    expect(usdOf(day?.spent ?? 0)).toBe(0.5);
  });
});

test('a writer nobody trusts makes no price', async () => {
  const model = 'claude-sonnet-4-6';
  const ada = await after((log) =>
    log.transact(priceFacts({ model, input: 0, output: 0, source: 'eve', from: log.clock.now() })),
  );
  await ada.with(async (log) => {
    expect(await priceOf(model, await log.at())).toMatchObject({ input: 3, output: 15 });
  });
});
