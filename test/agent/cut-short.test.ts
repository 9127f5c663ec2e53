import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resumeRun, runAgent } from '../../src/agent/index.ts';
import type { Handler } from '../../src/effect/index.ts';
import { EffectError } from '../../src/effect/index.ts';
import { anthropicServer } from '../model/anthropic-wire.ts';
import { modelsAt } from '../model/ask.ts';
import type { Turn } from '../model/wire-server.ts';
import { DAY, scriptedModel, testAgent } from './agent-world.ts';

const note = {
  type: 'feedback',
  name: 'Bottom line first',
  description: 'Lead with the answer',
  confidence: 'high',
  sources: ['conversation_2026-06-08'],
  body: 'Answer first.',
};

/** A first turn with a note and a tool, and a second one that hangs in the middle. */
const hanging: readonly Turn[] = [
  {
    pieces: ['Noted.'],
    toolCalls: [
      { id: '1', name: 'atomic_capture', input: note },
      { id: '2', name: 'compute', input: { question: 'is 7 prime' } },
    ],
    usage: { input: 4102, output: 892, cacheRead: 3200 },
  },
  { pieces: ['The ledger ', 'ends in'], after: 'hang' },
];

/** Stops a run as soon as it has said a text. */
function stopAt(text: string) {
  const stop = new AbortController();
  let said = '';
  return {
    signal: stop.signal,
    onText: (piece: string) => {
      said += piece;
      if (said.endsWith(text)) stop.abort();
    },
  };
}

test('a run stopped in the middle of an answer keeps its text, notes, journal and spend', async () => {
  const server = await anthropicServer(...hanging);
  const agent = await testAgent(scriptedModel([]));
  const world = { ...agent.world, live: [modelsAt(server)] };
  const result = await runAgent(world, { agent: 'harbor', workItem: 'x' }, stopAt('ends in'));
  expect(result).toMatchObject({
    status: 'interrupted',
    text: 'The ledger ends in',
    captures: ['feedback_bottom_line_first.md'],
    costEstimated: true,
  });
  expect(result.costUsd).toBeGreaterThan(0.017046);
  expect(agent.lines().at(-1)).toMatchObject({
    status: 'interrupted',
    cost_usd: result.costUsd,
    tokens_estimated: true,
    cut_short: true,
    error: 'stopped by its caller',
  });
  expect(existsSync(join(agent.root, 'memory/feedback_bottom_line_first.md'))).toBe(true);
  expect(agent.read(`journal/2026-06/${DAY}.md`)).toContain('- Cut short: stopped by its caller');
});

test('an interrupted run goes on in the middle of its answer, and asks nothing twice', async () => {
  const server = await anthropicServer(...hanging, { pieces: [' 1791.'] });
  const agent = await testAgent(scriptedModel([]));
  const world = { ...agent.world, live: [modelsAt(server)] };
  const cut = await runAgent(world, { agent: 'harbor', workItem: 'x' }, stopAt('ends in'));
  const result = await resumeRun(world, cut.run);
  expect(result).toMatchObject({ status: 'ok', text: 'The ledger ends in 1791.' });
  expect(server.requests).toHaveLength(3);
  expect(server.requests[2]?.body.messages.slice(-2)).toMatchObject([
    { role: 'assistant', content: [{ type: 'text', text: 'The ledger ends in' }] },
    { role: 'user' },
  ]);
  const usd = agent.lines().reduce((sum, line) => sum + Number(line['cost_usd'] ?? 0), 0);
  expect(usd).toBeCloseTo(result.costUsd, 6);
  const notes = agent.lines().filter(({ trigger }) => trigger === 'capture_write_error');
  expect(notes).toEqual([]);
});

/** A guard that ends an answer once it has heard a text, as one that counts money does. */
const guardThatStopsAt = (text: string): Handler => ({
  name: 'budget',
  place: 'budget',
  operations: ['model/generate'],
  handle: (call, next) => {
    const stop = new AbortController();
    let said = '';
    const onProgress = (piece: unknown): void => {
      said += String(piece);
      if (said.endsWith(text)) {
        const hint = 'raise the cap';
        stop.abort(
          new EffectError({
            code: 'effect/money',
            message: 'the money is gone',
            hint,
            kind: 'refused',
          }),
        );
      }
    };
    return next({ ...call, signal: stop.signal, onProgress });
  },
});

test('a guard that cuts an answer off leaves a skipped run with what it had said', async () => {
  const server = await anthropicServer(...hanging, { pieces: [' 1791.'] });
  const agent = await testAgent(scriptedModel([]));
  const { budget: _, ...rest } = agent.world;
  const live = [modelsAt(server)];
  const guards = [guardThatStopsAt('ends in')];
  const cut = await runAgent({ ...rest, live, guards }, { agent: 'harbor', workItem: 'x' });
  expect(cut).toMatchObject({
    status: 'skipped',
    text: 'The ledger ends in',
    reason: 'effect/money: the money is gone',
    captures: ['feedback_bottom_line_first.md'],
  });
  expect(agent.lines().at(-1)).toMatchObject({ status: 'skipped', cut_short: true });
  const done = await resumeRun({ ...rest, live }, cut.run);
  expect(done).toMatchObject({ status: 'ok', text: 'The ledger ends in 1791.' });
});

test('a run stopped between two turns is interrupted; nothing more is asked', async () => {
  const stop = new AbortController();
  const model = scriptedModel([
    { toolCalls: [{ id: '1', name: 'compute', input: { question: 'is 7 prime' } }] },
    { text: 'never' },
  ]);
  const agent = await testAgent(model);
  const options = { signal: stop.signal, onTool: () => stop.abort() };
  const cut = await runAgent(agent.world, { agent: 'harbor', workItem: 'x' }, options);
  expect(cut).toMatchObject({ status: 'interrupted', costUsd: 0.0045 });
  expect(model.requests).toHaveLength(1);
  expect(agent.lines().at(-1)).not.toHaveProperty('cut_short');
});

test('what an answer cost before its connection broke is on the line of the failed run', async () => {
  const server = await anthropicServer({ pieces: ['and th'], after: 'cut' });
  const agent = await testAgent(scriptedModel([]));
  const world = { ...agent.world, live: [modelsAt(server)] };
  const failed = runAgent(world, { agent: 'harbor', workItem: 'x' });
  await expect(failed).rejects.toMatchObject({ code: 'model/unreachable' });
  const [line] = agent.lines();
  expect(line).toMatchObject({ status: 'error', tokens_estimated: true, output_tokens: 2 });
  expect(Number(line?.['cost_usd'])).toBeGreaterThan(0);
});
