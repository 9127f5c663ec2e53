import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { manualClock, readInstant, seededRandom, systemDisk } from '../../base/index.ts';
import {
  answer,
  liveHandler,
  openRecorder,
  perform,
  settleStep,
  within,
} from '../../effect/index.ts';
import { type FactInput, type Log, memoryLog } from '../../fact/index.ts';
import { memoryMarks, openFolder, parseModelFile } from '../../folder/index.ts';
import { generate } from '../../model/index.ts';
import { type BudgetSettings, budgetHandler, openBudget, usdOf } from '../index.ts';

const NOON = readInstant('2026-06-04T12:00:00Z') ?? 0;
const spender = { agent: 'harbor', run: 'run-1' };
const settings: BudgetSettings = {
  caps: [
    { scope: 'day', usd: 5, action: 'skip' },
    { scope: 'month', usd: 50, action: 'skip' },
    { scope: 'fleet-day', usd: 5, action: 'skip' },
  ],
  warningThresholds: [],
};

async function world() {
  const clock = manualClock(NOON);
  const log = await memoryLog({ clock, random: seededRandom('ledger') });
  const budget = openBudget({ log, clock, random: seededRandom('budget'), zone: 'UTC' });
  const spent = async () =>
    (await budget.standing(spender, settings)).map((each) => usdOf(each.spent));
  return { clock, log, budget, spent };
}

/** The facts of a run log line, as the folder states them. */
function line(record: Record<string, string | number>, entity = String(record['run_id'])) {
  const e = `run:${entity}`;
  const facts: readonly FactInput[] = [
    { e, a: 'entry/file', v: 'agents/harbor/log/2026-06/2026-06-04.jsonl' },
    { e, a: 'run/agent', v: 'harbor' },
    { e, a: 'run/record', v: record },
  ];
  return facts;
}

/** One paid call of the run; what stands in for the process may stop it anywhere. */
const call = (log: Log, budget: ReturnType<typeof openBudget>, stop: () => void = () => {}) => {
  const models = liveHandler('models', [
    answer(generate, ({ model }) => {
      stop();
      return {
        model,
        text: 'yes',
        toolCalls: [],
        finish: 'stop' as const,
        tokens: { input: 0, output: 1000, cacheRead: 0, cacheWrite: 0 },
        measured: true,
        latencyMillis: 1,
      };
    }),
  ]);
  const request = {
    model: 'claude-sonnet-4-6',
    messages: [{ role: 'user' as const, text: 'hello' }],
    maxOutputTokens: 2000,
  };
  return openRecorder({ log, run: spender.run }).then(async (recorder) => {
    const handler = budgetHandler({ budget, spender, settings: () => settings });
    await within([...recorder.handlers, handler, models], () => perform(generate, request));
    await recorder.close();
  });
};

test('the lines of a folder of the original count as it counted them', async () => {
  const { log, spent } = await world();
  const root = fileURLToPath(new URL('../../../examples/harbor', import.meta.url));
  const parts = { disk: systemDisk, random: seededRandom('folder'), marks: memoryMarks() };
  await openFolder({ log, root, ...parts }).reconcile();
  expect(await spent()).toEqual([0.75219, 1.11975, 0.75219]);
});

test('the line of a run of ours repeats its charges and is not counted again', async () => {
  const { log, budget, spent } = await world();
  await call(log, budget);
  expect(await spent()).toEqual([0.015, 0.015, 0.015]);
  await log.transact(line({ run_id: 'run-1', cost_usd: 0.015 }));
  expect(await spent()).toEqual([0.015, 0.015, 0.015]);
  await log.transact(line({ run_id: 'run-1', cost_usd: 0.01, cost_source: 'judge' }, 'run-1#2'));
  expect(await spent()).toEqual([0.025, 0.025, 0.025]);
});

test('a line that is corrected counts as it is now', async () => {
  const { log, spent } = await world();
  await log.transact(line({ run_id: 'old', cost_usd: 2 }));
  await log.transact([{ e: 'run:old', a: 'run/record', v: { run_id: 'old', cost_usd: 0.5 } }]);
  expect((await spent())[0]).toBe(2);
  await log.transact(line({ run_id: 'old', cost_usd: 0.25 }));
  expect(await spent()).toEqual([2, 2, 2]);
});

test("a coordinator's line about its delegate is not a second cost", async () => {
  const { log, spent } = await world();
  const about = { run_id: 'run-9', parent_run_id: 'run-9', trigger: 'delegate', cost_usd: 3 };
  await log.transact(line(about, 'run-9#2'));
  await log.transact(line({ run_id: 'run-9', trigger: 'manual', cost_usd: 0.5 }));
  expect(await spent()).toEqual([0.5, 0.5, 0.5]);
});

test('a torn line of the run log blocks nobody: the charges are facts', async () => {
  const { log, budget, spent } = await world();
  await call(log, budget);
  const damaged = { run_id: 'run-1' };
  await log.transact(line(damaged));
  expect(await spent()).toEqual([0.015, 0.015, 0.015]);
  expect(await budget.check({ spender, settings })).toMatchObject({ verdict: 'allow' });
});

test('guardrails that are broken stop everything, with the line', () => {
  const text = '```yaml\ncost_guardrails:\n  enabled: "false"\n  daily_cap_action: stop\n```\n';
  expect(() => parseModelFile(text, 'model.md')).toThrow(/model\.md:3/);
});

/** A process that dies just before something: nothing after it is written. */
class Died extends Error {}

test('a reservation whose process died before the call left costs nothing once it expired', async () => {
  const { clock, budget, spent } = await world();
  const worst = { estimate: 100_000, bound: 120_000 };
  const step = {
    run: 'run-1',
    address: '1',
    entity: 'effect:run-1/1',
    attempts: 0,
    note: () => {},
    openWith: () => undefined,
    also: () => {},
    writeEarlier: async () => {},
    endWith: () => Promise.reject(new Died('a call ends by itself')),
  };
  const of = { spender, settings, worst, operation: 'model/generate', model: 'm', step };
  await budget.reserve(of);
  expect(await budget.review()).toEqual([]);
  clock.advance(600_000_000);
  expect(await budget.review()).toMatchObject([{ run: 'run-1', usd: 0, as: 'released' }]);
  expect(await spent()).toEqual([0, 0, 0]);
});

/** A run that is killed while its model call is under way, and the process that finds it. */
async function killedRun() {
  const { clock, log, spent } = await world();
  // A log that can no longer be written to stands for the killed process.
  let dead = false;
  const dying: Log = new Proxy(log, {
    get: (target, name) => {
      if (dead && name === 'transact') return () => Promise.reject(new Died('killed'));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const random = seededRandom('dying');
  const process = openBudget({ log: dying, clock, random, zone: 'UTC' });
  const killed = call(dying, process, () => {
    dead = true;
  });
  await expect(killed).rejects.toThrow();
  const next = openBudget({ log, clock, random: seededRandom('next'), zone: 'UTC' });
  return { log, next, spent };
}

test('a call that was under way when its process died counts in full as possibly spent', async () => {
  const { next, spent } = await killedRun();
  const [before] = await next.standing(spender, settings);
  expect(before?.open).toHaveLength(1);
  const [found] = await next.review({ run: 'run-1' });
  expect(found?.as).toBe('unknown');
  const [counted = 0] = await spent();
  expect(counted).toBe(usdOf(found?.usd ?? 0));
  expect(counted).toBeGreaterThan(0.03);
  expect(await next.review({ run: 'run-1' })).toEqual([]);
});

const answered = {
  model: 'claude-sonnet-4-6',
  text: 'yes',
  toolCalls: [],
  finish: 'stop',
  tokens: { input: 0, output: 100, cacheRead: 0, cacheWrite: 0 },
  measured: true,
  latencyMillis: 1,
};

test.each([
  ['did not happen costs nothing', { failed: 'not in the bill' }, 'released', 0],
  ['gave this result costs what it cost', { result: answered }, 'measured', 1500],
] as const)('a call that was found out to have been such that it %s', async (_, as, how, usd) => {
  const { log, next, spent } = await killedRun();
  await next.review({ run: 'run-1' });
  await settleStep(log, { run: 'run-1', address: '1', as });
  expect(await next.review({ run: 'run-1' })).toMatchObject([{ as: how, usd }]);
  expect((await spent())[0]).toBe(usdOf(usd));
});

test('a call that may be repeated stays counted', async () => {
  const { log, next } = await killedRun();
  await settleStep(log, { run: 'run-1', address: '1', as: 'repeat' });
  expect(await next.review({ run: 'run-1' })).toMatchObject([{ as: 'unknown' }]);
});
