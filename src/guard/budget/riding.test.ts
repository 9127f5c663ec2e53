import fc from 'fast-check';
import { expect, test } from 'vitest';
import { manualClock, seededRandom } from '../../base/index.ts';
import {
  answer,
  defineOperation,
  type Handler,
  liveHandler,
  openRecorder,
  perform,
  within,
} from '../../effect/index.ts';
import { type Log, memoryLog } from '../../fact/index.ts';
import { z } from '../../spec/index.ts';
import {
  type Budget,
  type BudgetSettings,
  budgetHandler,
  type Decision,
  type GuardError,
  LEDGER,
  openBudget,
  type PricedOperation,
} from '../index.ts';

const CAP = 1_000_000;

const buy = defineOperation({
  name: 'demo/buy',
  kind: 'external',
  input: z.object({ estimate: z.int(), cost: z.int() }),
  output: z.object({ cost: z.int() }),
});

const price: PricedOperation = {
  operation: buy.name,
  modelOf: () => 'm',
  withModel: (args) => args,
  worst: async (args) => {
    const { estimate } = args as { estimate: number };
    return { estimate, bound: estimate };
  },
  cost: async (_, result) => ({ usd: (result as { cost: number }).cost, estimated: false }),
};

const settings: BudgetSettings = {
  caps: [{ scope: 'fleet-day', usd: CAP / 1e6, action: 'skip' }],
  warningThresholds: [],
};

const shop: Handler = liveHandler('shop', [answer(buy, ({ cost }) => ({ cost }))]);
const clock = manualClock(1_767_225_600_000_000);

interface Purchase {
  readonly run: string;
  readonly estimate: number;
  readonly cost: number;
  readonly onDecision?: (decision: Decision) => void;
}

/** One recorded call; false when the caps refuse it. */
async function purchase(
  log: Log,
  budget: Budget,
  { run, estimate, cost, onDecision }: Purchase,
): Promise<boolean> {
  const recorder = await openRecorder({ log, run });
  const paying = budgetHandler({
    budget,
    spender: { agent: 'harbor', run },
    settings: () => settings,
    ...(onDecision === undefined ? {} : { onDecision }),
  });
  try {
    await within([...recorder.handlers, paying, shop], () => perform(buy, { estimate, cost }));
    return true;
  } catch (error) {
    // A recorded error has lost its class, not its code.
    if (String((error as GuardError).code) === 'guard/over-budget') return false;
    throw error;
  } finally {
    await recorder.close();
  }
}

const openShop = async () => {
  const log = await memoryLog({ clock, random: seededRandom('log') });
  const budgets = ['a', 'b'].map((seed) =>
    openBudget({ log, clock, random: seededRandom(seed), zone: 'UTC', priced: [price] }),
  );
  return { log, budgets: budgets as [Budget, Budget] };
};

test('however many recorded calls reserve at once, in however many processes, the cap holds', async () => {
  const call = fc.record({
    estimate: fc.integer({ min: 1, max: 400_000 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    of: fc.nat({ max: 1 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 16 }), async (calls) => {
      const { log, budgets } = await openShop();
      const ended = await Promise.all(
        calls.map(({ estimate, share, of }, n) => {
          const cost = Math.floor(estimate * share);
          return purchase(log, budgets[of] ?? budgets[0], { run: `run-${n}`, estimate, cost });
        }),
      );
      const [fleet] = await budgets[0].standing({ agent: 'harbor', run: 'run-0' }, settings);
      expect(fleet?.open).toEqual([]);
      expect(fleet?.spent).toBeLessThanOrEqual(CAP);
      const paid = calls.map(({ estimate, share }, n) => (ended[n] ? estimate * share : 0));
      expect(fleet?.spent).toBe(paid.reduce((sum, usd) => sum + Math.floor(usd), 0));
      const fits = calls.reduce((sum, { estimate }) => sum + estimate, 0) <= CAP;
      if (fits) expect(ended).not.toContain(false);
      await log.close();
    }),
    { numRuns: 40 },
  );
});

test('a reservation is written with the intent of its call, and the decision told then', async () => {
  const { log, budgets } = await openShop();
  const told: string[] = [];
  const onDecision = ({ verdict }: Decision): void => void told.push(verdict);
  await purchase(log, budgets[0], { run: 'run-1', estimate: 9, cost: 5, onDecision });
  const written: string[][] = [];
  for await (const { facts } of log.transactions()) written.push(facts.map(({ a }) => a));
  const opening = written.find((all) => all.includes(LEDGER.reserved));
  expect(opening).toEqual(expect.arrayContaining(['effect/intent', LEDGER.decision, LEDGER.turn]));
  expect(told).toEqual(['allow']);
  await log.close();
});

test('a call that money was left for, and is not any more when it would leave, is refused', async () => {
  const { log, budgets } = await openShop();
  const [mine, other] = budgets;
  // Between deciding and leaving, another process spends what was left.
  const limit: Handler = {
    name: 'limit',
    place: 'limit',
    handle: async (call, next) => {
      const worst = { estimate: 900_000, bound: 900_000 };
      const spender = { agent: 'pier', run: 'run-9' };
      await other.reserve({ spender, settings, worst, operation: 'x', model: 'm' });
      return next(call);
    },
  };
  const reached: unknown[] = [];
  const live = liveHandler('shop', [
    answer(buy, (args) => {
      reached.push(args);
      return { cost: args.cost };
    }),
  ]);
  const recorder = await openRecorder({ log, run: 'run-1' });
  const paying = budgetHandler({
    budget: mine,
    spender: { agent: 'harbor', run: 'run-1' },
    settings: () => settings,
  });
  const asked = within([...recorder.handlers, paying, limit, live], () =>
    perform(buy, { estimate: 400_000, cost: 1 }),
  );
  await expect(asked).rejects.toMatchObject({ code: 'guard/over-budget' });
  await recorder.close();
  expect(reached).toEqual([]);
  const [fleet] = await mine.standing({ agent: 'harbor', run: 'run-1' }, settings);
  expect(fleet?.open).toMatchObject([{ booking: { run: 'run-9' } }]);
  await log.close();
});
