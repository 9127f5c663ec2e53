import { expect, test } from 'vitest';
import { type Json, manualClock, readInstant, seededRandom } from '../../base/index.ts';
import { type FactInput, memoryLog } from '../../fact/index.ts';
import { type BudgetSettings, openBudget, usdOf } from '../index.ts';

const spender = { agent: 'harbor', run: 'run-1' };
const settings: BudgetSettings = {
  caps: [{ scope: 'day', usd: 1, action: 'skip' }],
  warningThresholds: [],
};
const worst = { estimate: 400_000, bound: 600_000 };
const request = { spender, settings, operation: 'model/generate', model: 'm', worst };

async function world() {
  const clock = manualClock(readInstant('2026-06-04T12:00:00Z') ?? 0);
  const log = await memoryLog({ clock, random: seededRandom('forged') });
  const budget = openBudget({ log, clock, random: seededRandom('budget'), zone: 'UTC' });
  const standing = async () => {
    const [day] = await budget.standing(spender, settings);
    return day && { spent: usdOf(day.spent), open: day.open.length };
  };
  return { log, budget, standing };
}

const booking = { agent: 'harbor', run: 'run-x', tree: 'run-x', day: '2026-06-04' };
const until = 9e15;

test.each<Json>([-1000, 'abc', 1e300, null, [1], 1e10])(
  'an amount of %j in the log neither makes room under a cap nor stops the budget',
  async (usd) => {
    const { log, budget, standing } = await world();
    const { id } = await budget.reserve(request);
    await budget.settle(id, 500_000, 'measured');
    const [e, a] = ['run:odd', 'run/record'];
    const line = (cost_usd: Json): readonly FactInput[] => [
      { e, a: 'entry/file', v: 'agents/harbor/log/2026-06/2026-06-04.jsonl' },
      { e, a: 'run/agent', v: 'harbor' },
      { e, a, v: { run_id: 'odd', cost_usd } },
    ];
    await log.transact([
      { e: 'charge:x', a: 'budget/reserved', v: { ...booking, estimate: usd, bound: usd, until } },
      ...line(usd),
    ]);
    await standing();
    await log.transact([{ e: 'charge:x', a: 'budget/settled', v: { usd, as: 'measured' } }]);
    expect((await standing())?.spent).toBeGreaterThanOrEqual(0.5);
    await log.transact([{ e: 'charge:x', a: 'budget/settled', v: { usd: 0, as: 'released' } }]);
    await log.transact([
      { e, a: 'entry/file', op: 'retract' },
      { e, a: 'run/agent', op: 'retract' },
    ]);
    await log.transact(line(0));
    expect((await standing())?.spent).toBe(0.5);
    await expect(
      budget.reserve({ ...request, worst: { estimate: 900_000, bound: 900_000 } }),
    ).rejects.toThrow('daily cap');
  },
);

test.each<Json>([5, ['x'], { $ref: 'charge:x' }, null])(
  'whatever the log has as the newest reservation, %j, the next one is made',
  async (turn) => {
    const { log, budget } = await world();
    await log.transact([{ e: 'budget:home', a: 'budget/turn', v: turn }]);
    expect((await budget.reserve(request)).id).toMatch(/./);
  },
);

test('amounts that are more than can be added up make no room under a cap when they are taken back', async () => {
  const { log, budget, standing } = await world();
  const { id } = await budget.reserve(request);
  await budget.settle(id, 500_000, 'measured');
  const names = Array.from({ length: 10_000 }, (_, at) => `charge:x${at}`);
  const amounts = { ...booking, estimate: 0, bound: 0, until: 0 };
  await log.transact(names.map((e) => ({ e, a: 'budget/reserved', v: amounts })));
  const settled = (usd: number) =>
    names.map((e) => ({ e, a: 'budget/settled', v: { usd, as: 'measured' } }));
  await log.transact(settled(1e6));
  expect((await standing())?.spent).toBeGreaterThan(1e9);
  await log.transact(settled(0));
  expect((await standing())?.spent).toBe(0.5);
}, 60_000);
