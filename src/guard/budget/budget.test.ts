import { beforeEach, expect, test } from 'vitest';
import { type ManualClock, manualClock, readInstant, seededRandom } from '../../base/index.ts';
import {
  answer,
  failureData,
  type Handler,
  liveHandler,
  perform,
  within,
} from '../../effect/index.ts';
import { type Log, memoryLog } from '../../fact/index.ts';
import { defaultGuardrails } from '../../folder/index.ts';
import { generate, ModelError } from '../../model/index.ts';
import {
  type Budget,
  type BudgetHandlerOptions,
  type BudgetSettings,
  budgetHandler,
  type Cap,
  capsOwner,
  type Decision,
  dayIn,
  LEDGER,
  openBudget,
  readAlerts,
  settingsOf,
  takeCaps,
  usdOf,
  warningText,
} from '../index.ts';

const SONNET = 'claude-sonnet-4-6';
const HAIKU = 'claude-haiku-4-5';
const spender = { agent: 'harbor', run: 'run-1' };

let clock: ManualClock;
let log: Log;
let budget: Budget;
beforeEach(async () => {
  clock = manualClock(readInstant('2026-06-30T20:00:00Z') ?? 0);
  log = await memoryLog({ clock, random: seededRandom('log') });
  budget = openBudget({ log, clock, random: seededRandom('budget'), zone: 'Europe/Berlin' });
});

/** A model whose every answer has these tokens. */
function model(output: number, used: string[] = []): Handler {
  return liveHandler('models', [
    answer(generate, ({ model }) => {
      used.push(model);
      return {
        model,
        text: 'yes',
        toolCalls: [],
        finish: 'stop' as const,
        tokens: { input: 0, output, cacheRead: 0, cacheWrite: 0 },
        measured: true,
        latencyMillis: 1,
      };
    }),
  ]);
}

const ask = (name = SONNET) =>
  perform(generate, {
    model: name,
    messages: [{ role: 'user', text: 'hello' }],
    maxOutputTokens: 10_000,
  });

const capped = (...caps: readonly Cap[]): BudgetSettings => ({
  caps,
  warningThresholds: [0.5, 0.8],
});

interface Case extends Partial<Omit<BudgetHandlerOptions, 'settings'>> {
  readonly settings: BudgetSettings;
  readonly live?: Handler;
  readonly ask?: string;
}

const paid = ({ settings, live = model(10_000), ask: name, ...options }: Case) =>
  within([budgetHandler({ budget, spender, settings: () => settings, ...options }), live], () =>
    ask(name),
  );

const spentOf = async (settings: BudgetSettings, of = spender) =>
  (await budget.standing(of, settings)).map(({ spent }) => usdOf(spent));

const day = (usd: number, action: Cap['action'] = 'skip'): Cap => ({ scope: 'day', usd, action });
const month = (usd: number, action: Cap['action']): Cap => ({ scope: 'month', usd, action });

test('a call is counted at what it cost, on every account it belongs to', async () => {
  await paid({ settings: capped(), live: model(1000) });
  const all: BudgetSettings = capped(
    day(9),
    month(9, 'skip'),
    { scope: 'run', usd: 9, action: 'skip' },
    { scope: 'tree', usd: 9, action: 'skip' },
    { scope: 'fleet-day', usd: 9, action: 'skip' },
    { scope: 'fleet-month', usd: 9, action: 'skip' },
  );
  expect(await spentOf(all)).toEqual(Array(6).fill(0.015));
  const other = { agent: 'pier', run: 'run-2', tree: 'run-1' };
  expect(await spentOf(all, other)).toEqual([0, 0, 0, 0.015, 0.015, 0.015]);
});

test('a call that could pass the cap never leaves, and the refusal is a fact with its numbers', async () => {
  const used: string[] = [];
  const live = model(10_000, used);
  await paid({ settings: capped(day(0.2)), live });
  const refused = paid({ settings: capped(day(0.2)), live });
  await expect(refused).rejects.toMatchObject({
    code: 'guard/over-budget',
    kind: 'refused',
    message: 'daily cap of $0.2 is reached: $0.15 spent, $0 reserved',
  });
  expect(used).toEqual([SONNET]);
  const database = await log.at();
  const found = await database.find([{ e: { var: 'e' }, a: LEDGER.decision, v: { var: 'v' } }]);
  expect(found.map(({ v }) => v)).toContainEqual(
    expect.objectContaining({
      verdict: 'skip',
      caps: [{ account: 'day/harbor/2026-06-30', cap: 0.2, action: 'skip', spent: 0.15, held: 0 }],
    }),
  );
});

test('calls side by side do not spend the same dollar twice', async () => {
  let running = 0;
  const slow: Handler = {
    name: 'slow',
    place: 'limit',
    handle: async (call, next) => {
      running += 1;
      await new Promise<void>((resolve) => setImmediate(resolve));
      return next(call);
    },
  };
  const settings = capped(day(0.5));
  const calls = Array.from({ length: 8 }, () =>
    within([slow], () => paid({ settings })).then(
      () => 'paid',
      (error: { code: string }) => error.code,
    ),
  );
  const results = await Promise.all(calls);
  expect(results.filter((each) => each === 'paid')).toHaveLength(3);
  expect(running).toBe(3);
  expect(await spentOf(settings)).toEqual([0.45]);
});

test.each<[string, readonly Cap[], string]>([
  ['skip of the month beats alert of the day', [day(0, 'alert'), month(0, 'skip')], 'skip'],
  ['skip of the day beats fallback of the month', [day(0), month(0, 'fallback')], 'skip'],
  ['fallback beats alert', [day(0.01, 'alert'), month(0.14, 'fallback')], 'fallback'],
  ['alert alone lets it pass', [day(0.01, 'alert')], 'alert'],
  ['a cap of zero freezes', [day(0)], 'skip'],
  ['a cap that hands off does, whatever others say', [day(0), month(0, 'handoff')], 'handoff'],
])('%s', async (_, caps, verdict) => {
  const decisions: Decision[] = [];
  const used: string[] = [];
  await paid({
    settings: { ...capped(...caps), fallbackModel: HAIKU },
    live: model(1, used),
    onDecision: (decision) => decisions.push(decision),
  }).catch(() => undefined);
  expect(decisions.map((each) => each.verdict)).toEqual([verdict]);
  expect(used).toEqual({ skip: [], handoff: [], fallback: [HAIKU] }[verdict] ?? [SONNET]);
});

test('the fallback never goes to a dearer model, and is refused where none is named', async () => {
  const settings = capped(day(0.001, 'fallback'));
  const dearer = { ...settings, fallbackModel: SONNET };
  await expect(paid({ settings: dearer, ask: HAIKU })).rejects.toThrow('costs more');
  await expect(paid({ settings })).rejects.toThrow('no fallback model');
});

test('the fallback has a ceiling', async () => {
  const settings = { ...capped(day(0.08, 'fallback')), fallbackModel: HAIKU };
  const used: string[] = [];
  await paid({ settings, live: model(10_000, used) });
  await paid({ settings, live: model(10_000, used) });
  expect(used).toEqual([HAIKU, HAIKU]);
  await expect(paid({ settings })).rejects.toThrow('has had its share');
  expect(await spentOf(settings)).toEqual([0.08]);
});

test('critical goes past the cap, is counted, and still warns', async () => {
  const decisions: Decision[] = [];
  const settings = capped(day(0.1));
  const onDecision = (decision: Decision): void => void decisions.push(decision);
  await paid({ settings, critical: true, onDecision });
  await paid({ settings, critical: true, onDecision });
  expect(decisions.map(({ verdict }) => verdict)).toEqual(['critical', 'critical']);
  expect(decisions[1]?.warnings.map(warningText)).toEqual([
    'INFO: daily cost at 150% of cap (threshold 50%)',
    'WARN: daily cost at 150% of cap (threshold 80%)',
    'WARN: daily cost at 150% of cap (threshold 100%)',
  ]);
  expect(await spentOf(settings)).toEqual([0.3]);
});

test('each threshold warns once a period, and again in the next', async () => {
  const warned: string[] = [];
  const settings = capped(day(1));
  const call = (output: number) =>
    paid({
      settings,
      live: model(output),
      onDecision: ({ warnings }) => warned.push(...warnings.map(warningText)),
    });
  for (let n = 0; n < 5; n += 1) await call(10_000);
  expect(warned).toEqual(['INFO: daily cost at 60% of cap (threshold 50%)']);
  clock.advance(24 * 3_600_000_000);
  for (let n = 0; n < 5; n += 1) await call(10_000);
  expect(warned).toHaveLength(2);
});

test('an alert names whose it is, in an account of a day and of a run alike', async () => {
  const of = { agent: 'projects/x/agents/harbor', run: 'run-2' };
  const settings = capped(day(0.1, 'alert'), { scope: 'run', usd: 0.1, action: 'alert' });
  for (let n = 0; n < 2; n += 1) await paid({ settings, spender: of, live: model(10_000) });
  const alerts = await readAlerts(await log.at());
  expect(new Set(alerts.map(({ account }) => account.split('/')[0]))).toEqual(
    new Set(['day', 'run']),
  );
  expect(new Set(alerts.map(({ agent }) => agent))).toEqual(new Set([of.agent]));
});

test('the day and the month end at midnight of the time zone', async () => {
  const settings = capped(day(9), month(9, 'skip'));
  await paid({ settings, live: model(1000) });
  expect(await spentOf(settings)).toEqual([0.015, 0.015]);
  // Midnight in Berlin is 22:00 UTC.
  clock.set((readInstant('2026-06-30T22:00:00Z') ?? 0) - 1);
  expect(await spentOf(settings)).toEqual([0.015, 0.015]);
  clock.advance(1);
  expect(await spentOf(settings)).toEqual([0, 0]);
});

test('a call over midnight counts on the day it was reserved, also when the clock jumps back', async () => {
  const settings = capped(day(9));
  const over: Handler = {
    name: 'over',
    place: 'limit',
    handle: (call, next) => {
      clock.advance(3 * 3_600_000_000);
      return next(call);
    },
  };
  await within([over], () => paid({ settings, live: model(1000) }));
  expect(await spentOf(settings)).toEqual([0]);
  clock.advance(-3 * 3_600_000_000);
  expect(await spentOf(settings)).toEqual([0.015]);
});

test.each([
  ['a call the provider refused costs nothing', refusal('overloaded', false), 0],
  ['an answer that broke off may have been paid', refusal('overloaded', true), 0.153],
  ['a call that timed out may have been paid', refusal('timeout', true), 0.153],
])('%s', async (_, error, atLeast) => {
  const live = liveHandler('models', [
    answer(generate, () => {
      throw error;
    }),
  ]);
  const settings = capped(day(9));
  await expect(paid({ settings, live })).rejects.toBe(error);
  const [spent = -1] = await spentOf(settings);
  expect(spent).toBeGreaterThanOrEqual(atLeast);
  expect(spent).toBeLessThan(atLeast + 0.01);
});

function refusal(what: string, mayHaveHappened: boolean): ModelError {
  const data = failureData({ transient: true, mayHaveHappened });
  return new ModelError({ code: `model/${what}`, message: 'no', hint: 'later', data });
}

test('the reserve to finish is kept for the last words', async () => {
  const settings = { ...capped({ scope: 'run', usd: 0.35, action: 'skip' }), finishShare: 0.3 };
  await paid({ settings, finishing: () => false });
  await expect(paid({ settings, finishing: () => false })).rejects.toThrow('cap of the run');
  await paid({ settings, finishing: () => true });
});

test('a batch is reserved as a whole, and its calls draw from it', async () => {
  const settings = capped(day(0.5));
  const worst = { estimate: 320_000, bound: 330_000 };
  const of = { spender, settings, operation: 'model/generate', model: SONNET, worst };
  const { id } = await budget.reserve(of);
  await expect(budget.reserve(of)).rejects.toMatchObject({ code: 'guard/over-budget' });
  await expect(paid({ settings: capped(day(0.46)) })).rejects.toThrow('$0 spent, $0.32 reserved');
  await paid({ settings, batch: id });
  await paid({ settings, batch: id });
  await budget.settle(id, 0, 'released');
  expect(await spentOf(settings)).toEqual([0.3]);
  expect(await budget.headroom(spender, settings)).toBe(0.2);
});

/** A model that streams pieces until it is stopped, at most `pieces` of 4000 bytes. */
const streaming = (pieces: number, between: () => Promise<unknown> = async () => undefined) =>
  liveHandler('models', [
    answer(generate, async ({ model }, call) => {
      let text = '';
      for (let n = 0; n < pieces && call.signal?.aborted !== true; n += 1) {
        text += 'x'.repeat(4000);
        call.onProgress?.('x'.repeat(4000));
        await between();
        for (let turn = 0; turn < 50; turn += 1) await null;
        await log.at();
      }
      return {
        model,
        text,
        toolCalls: [],
        finish: call.signal?.aborted === true ? ('aborted' as const) : ('stop' as const),
        tokens: { input: 0, output: text.length / 4, cacheRead: 0, cacheWrite: 0 },
        measured: true,
        latencyMillis: 1,
      };
    }),
  ]);

test('an answer that outgrows what the caps leave is stopped, and what arrived is kept and paid', async () => {
  // 10,000 tokens are reserved; the model does not keep to them.
  const settings = capped(day(0.2));
  const result = await paid({ settings, live: streaming(60) });
  expect(result).toMatchObject({ finish: 'aborted' });
  const [spent = 0] = await spentOf(settings);
  expect(spent).toBeGreaterThan(0.2);
  expect(spent).toBeLessThan(0.3);
  expect(await paid({ settings: capped(), live: streaming(60) })).toMatchObject({ finish: 'stop' });
});

test('money that others spend while an answer arrives stops it too; a critical one goes on', async () => {
  const settings = capped(day(0.2));
  let others = 0;
  const spend = async (): Promise<void> => {
    others += 1;
    if (others === 1) await paid({ settings: capped(), live: model(5000) });
  };
  expect(await paid({ settings, live: streaming(9, spend) })).toMatchObject({ finish: 'aborted' });
  const critical = { settings, critical: true, live: streaming(9) };
  expect(await paid(critical)).toMatchObject({ finish: 'stop' });
});

test('caps that another working copy keeps are not spent under here, until they are taken over', async () => {
  const settings = capped(day(9));
  await paid({ settings });
  expect(await capsOwner('agent:harbor', await log.at())).toBe(log.signer?.writer);
  await log.transact([{ e: 'agent:harbor', a: 'caps/owner', v: 'another' }]);
  const used: string[] = [];
  const refused = paid({ settings, live: model(1, used) });
  await expect(refused).rejects.toMatchObject({
    code: 'guard/caps-elsewhere',
    kind: 'refused',
    message: expect.stringContaining('datum caps take-over harbor'),
  });
  expect(used).toEqual([]);
  expect(await paid({ settings: capped() })).toMatchObject({ text: 'yes' });
  expect(await takeCaps(log, 'agent:harbor')).toBe('another');
  expect(await paid({ settings })).toMatchObject({ text: 'yes' });
  expect(await takeCaps(log, 'agent:harbor')).toBe(log.signer?.writer);
});

test('caps of the fleet bind agents that have none of their own', async () => {
  const fleetCaps = [{ scope: 'fleet-day', usd: 0.2, action: 'skip' }] as const;
  const together = openBudget({ log, clock, random: seededRandom('f'), zone: 'UTC', fleetCaps });
  await paid({ settings: capped(), budget: together });
  const other = { agent: 'pier', run: 'run-2' };
  await expect(paid({ settings: capped(), budget: together, spender: other })).rejects.toThrow(
    'daily cap of all agents',
  );
});

test('guardrails that are off or without caps cap nothing; a run cap stands beside them', () => {
  expect(settingsOf({ ...defaultGuardrails, dailyCapUsd: 2 }).caps).toEqual([]);
  expect(settingsOf({ ...defaultGuardrails, enabled: true }).caps).toEqual([]);
  const run: Cap = { scope: 'run', usd: 1, action: 'skip' };
  expect(settingsOf(defaultGuardrails, { caps: [run] }).caps).toEqual([run]);
});

test('the gate before a run says no when the cap is reached', async () => {
  const settings = capped(day(0.15));
  expect(await budget.check({ spender, settings })).toMatchObject({ verdict: 'allow' });
  await paid({ settings: capped() });
  expect(await budget.check({ spender, settings })).toMatchObject({ verdict: 'skip' });
  expect(await budget.check({ spender, settings, critical: true })).toMatchObject({
    verdict: 'critical',
  });
});

test.each([
  ['2026-03-29T22:30:00Z', 'Europe/Berlin', '2026-03-30', 'a day of 23 hours ends an hour early'],
  ['2026-03-28T22:30:00Z', 'Europe/Berlin', '2026-03-28', 'the day before it does not'],
  ['2026-10-25T22:30:00Z', 'Europe/Berlin', '2026-10-25', 'a day of 25 hours ends an hour late'],
  ['2026-11-01T05:30:00Z', 'America/Chicago', '2026-11-01', 'the hour that comes twice: first'],
  ['2026-11-01T06:30:00Z', 'America/Chicago', '2026-11-01', 'the hour that comes twice: again'],
  ['2026-12-31T10:30:00Z', 'Pacific/Kiritimati', '2027-01-01', 'a year ends early in the east'],
])('%s in %s is %s: %s', (at, zone, expected) => {
  expect(dayIn(readInstant(at) ?? 0, zone)).toBe(expected);
});
