import { expect, test } from 'vitest';
import { askJudge, runAgent, withModelWork } from '../../src/agent/index.ts';
import { defaultGuardrails, spendBy } from '../../src/folder/index.ts';
import { settingsOf } from '../../src/guard/index.ts';
import { ModelError } from '../../src/model/index.ts';
import { defineSpec, z } from '../../src/spec/index.ts';
import { scriptedModel, type TestAgent, testAgent } from './agent-world.ts';

const contract = defineSpec('test/verdict', z.object({ satisfied: z.boolean() }));

const judged = ({ world }: TestAgent, prompt = 'Is it?') =>
  withModelWork(
    world,
    {
      agent: 'harbor',
      primitive: 'judgment',
      trigger: 'judgment',
      source: 'judge',
      summary: 'one verdict',
      parentRun: 'run-1',
    },
    (work) => askJudge(work, { model: 'gpt-5-mini', prompt, contract }),
  );

const tokens = { input: 4100, output: 330, cacheRead: 0, cacheWrite: 0 };

test('a verdict is asked at 0.2, read by its contract, and leaves a line of the judge', async () => {
  const model = scriptedModel([{ text: '{"satisfied": true}', tokens }]);
  const agent = await testAgent(model);
  const result = await judged(agent);
  expect(result).toMatchObject({ ok: true, verdict: { satisfied: true }, costUsd: 0.00271 });
  expect(model.requests[0]).toMatchObject({ temperature: 0.2, maxOutputTokens: 2048 });
  expect(agent.lines()).toEqual([
    expect.objectContaining({
      primitive: 'judgment',
      status: 'ok',
      model: 'gpt-5-mini',
      cost_usd: 0.00271,
      cost_source: 'judge',
      parent_run_id: 'run-1',
      agent_name: 'harbor',
    }),
  ]);
});

test('what breaks the contract is told once more at 0, and both calls are paid', async () => {
  const model = scriptedModel([
    { text: '{"satisfied": "yes"}', tokens },
    { text: '```json\n{"satisfied": false}\n```', tokens },
  ]);
  const result = await judged(await testAgent(model));
  expect(result).toMatchObject({ ok: true, verdict: { satisfied: false }, costUsd: 0.00542 });
  expect(model.requests[1]).toMatchObject({ temperature: 0 });
  expect(model.requests[1]?.messages.at(-1)).toMatchObject({
    text: expect.stringMatching(/satisfied[\s\S]*ONLY valid JSON/),
  });
});

test('malformed twice is an answer with its problem and its cost, no verdict', async () => {
  const model = scriptedModel([
    { text: 'Yes!', tokens },
    { text: 'Yes!!', tokens },
  ]);
  const result = await judged(await testAgent(model));
  expect(result).toMatchObject({ ok: false, problem: 'the answer is not JSON', costUsd: 0.00542 });
  expect(result.raw).toEqual(['Yes!', 'Yes!!']);
});

test('what a judge costs counts towards the caps of the agent, not as its own spend (D6)', async () => {
  const model = scriptedModel([{ text: '{"satisfied": true}', tokens }]);
  const agent = await testAgent(model);
  await judged(agent);
  const settings = settingsOf({ ...defaultGuardrails, enabled: true, dailyCapUsd: 1 });
  const [day] = (await agent.world.budget?.standing({ agent: 'harbor', run: 'x' }, settings)) ?? [];
  expect(day?.spent).toBe(2710);
  expect(await spendBy(agent.log, 'day', { from: '2026-06-08' })).toEqual([]);
});

test('a provider that fails leaves a line with what was spent', async () => {
  const failure = new ModelError({ code: 'model/overloaded', message: 'busy', hint: 'wait' });
  const agent = await testAgent(scriptedModel([{ text: 'no', tokens }, failure]));
  await expect(judged(agent)).rejects.toThrow('busy');
  expect(agent.lines().at(-1)).toMatchObject({
    status: 'error',
    cost_usd: 0.00271,
    error: 'model/overloaded: busy',
  });
});

test('a judge over the cap is refused before it is asked', async () => {
  const spend = { input: 250_000, output: 0, cacheRead: 0, cacheWrite: 0 };
  const model = scriptedModel([{ text: 'x', tokens: spend }]);
  const agent = await testAgent(model);
  await runAgent(agent.world, { agent: 'harbor', workItem: 'x', critical: true });
  await expect(judged(agent)).rejects.toMatchObject({ code: 'guard/over-budget' });
  expect(model.requests).toHaveLength(1);
  expect(agent.lines().at(-1)).not.toHaveProperty('cost_usd');
});
