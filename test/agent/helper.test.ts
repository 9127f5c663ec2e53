import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  defineTool,
  helperCall,
  helperCallParallel,
  resumeRun,
  runAgent,
} from '../../src/agent/index.ts';
import { ModelError } from '../../src/model/index.ts';
import { z } from '../../src/spec/index.ts';
import { type Reply, scriptedModel, testAgent } from './agent-world.ts';

const SONNET = 'claude-sonnet-4-6-20260101';
const HAIKU = 'claude-haiku-4-5-20251001';
const tokens = (input: number, output: number) => ({ input, output, cacheRead: 0, cacheWrite: 0 });

/** The agent asks for one tool and then ends; helpers are answered by `helper`. */
const asking = (call: { name: string; input: object }, helper: (prompt: string) => Reply) => {
  const reply: Reply = (request) => {
    const last = request.messages.at(-1);
    if (request.model === SONNET) {
      if (last?.role === 'tool') return { text: 'done' };
      return { toolCalls: [{ id: '1', name: call.name, input: { ...call.input } }] };
    }
    const said = helper(last?.role === 'user' ? last.text : '');
    if (said instanceof Error) throw said;
    return typeof said === 'function' ? said(request) : said;
  };
  return scriptedModel(Array.from({ length: 30 }, () => reply));
};

const toolResult = (model: ReturnType<typeof scriptedModel>) => {
  const last = model.requests.filter(({ model: name }) => name === SONNET).at(-1);
  const message = last?.messages.at(-1);
  return message?.role === 'tool' ? message.results[0]?.content : undefined;
};

test('a helper knows nothing but its prompt, is paid by the run, and has its line with the worked cost', async () => {
  const call = { name: 'helper_call', input: { prompt: 'Summarise: …', summary: 'CPA memo' } };
  const model = asking(call, () => ({ text: 'Short.', tokens: tokens(8421, 142) }));
  const agent = await testAgent(model);
  const result = await runAgent(agent.world, { agent: 'harbor', workItem: 'x' });
  expect(result).toMatchObject({ text: 'done', costUsd: 0.009, helperUsd: 0.007305 });
  const asked = model.requests.find((request) => request.model === HAIKU);
  expect(asked).toMatchObject({ system: [], tools: [], maxOutputTokens: 1024, temperature: 0.3 });
  expect(toolResult(model)).toEqual({ text: 'Short.' });
  const lines = agent.lines();
  expect(lines.find(({ primitive }) => primitive === 'helper')).toMatchObject({
    run_id: result.run,
    parent_run_id: result.run,
    parent_agent: 'harbor',
    trigger: 'helper',
    status: 'ok',
    summary: 'CPA memo',
    model: HAIKU,
    cost_usd: 0.007305,
  });
  expect(lines.at(-1)).toMatchObject({
    primitive: 'agent_call',
    cost_usd: 0.009,
    helper_provenance: [{ model: HAIKU, summary: 'CPA memo', cost_usd: 0.007305 }],
  });
  const settings = {
    caps: [{ scope: 'day', usd: 9, action: 'skip' }],
    warningThresholds: [],
  } as const;
  const [day] = (await agent.world.budget?.standing({ agent: 'harbor', run: 'r' }, settings)) ?? [];
  expect(day?.spent).toBe(16_305);
});

test.each([
  ['Rates fell (p. 3).', true],
  ['According to the memo, rates fell.', true],
  ['The mid-year paper says so.', true],
  ['Rates fell.', false],
])('an answer from sources that says %j keeps its provenance: %s', async (text, kept) => {
  const input = { prompt: 'Summarise', sources: ['~/cpa/mid-year.md'] };
  const model = asking({ name: 'helper_call', input }, () => ({ text }));
  const agent = await testAgent(model);
  await runAgent(agent.world, { agent: 'harbor', workItem: 'x' });
  const system = model.requests.find((request) => request.model === HAIKU)?.system[0]?.text;
  expect(system).toContain('Sources you are working from:\n- ~/cpa/mid-year.md');
  expect(toolResult(model)).toEqual(kept ? { text } : { text, cites_its_sources: false });
  expect(agent.lines().at(-1)).toMatchObject({
    helper_provenance: [{ sources_summarized: input.sources, provenance_preserved: kept }],
  });
});

test('the line of a run does not name its helpers where model.md says so; their own lines stay', async () => {
  const model = asking({ name: 'helper_call', input: { prompt: 'p' } }, () => ({ text: 'x' }));
  const agent = await testAgent(model, (root) => {
    const path = join(root, 'model.md');
    const own = readFileSync(path, 'utf8');
    writeFileSync(path, own.replace('log_helper_provenance: true', 'log_helper_provenance: false'));
  });
  await runAgent(agent.world, { agent: 'harbor', workItem: 'x' });
  expect(agent.lines().at(-1)).not.toHaveProperty('helper_provenance');
  expect(agent.lines().filter(({ trigger }) => trigger === 'helper')).toHaveLength(1);
});

test('a batch keeps the order of its prompts and is reserved as a whole, then released', async () => {
  const prompts = ['a', 'b', 'c'];
  const call = { name: 'helper_call_parallel', input: { prompts } };
  const model = asking(call, (prompt) => ({ text: prompt.toUpperCase() }));
  const agent = await testAgent(model);
  const result = await runAgent(agent.world, { agent: 'harbor', workItem: 'x' });
  expect(toolResult(model)).toEqual({ results: [{ text: 'A' }, { text: 'B' }, { text: 'C' }] });
  const lines = agent.lines().filter(({ primitive }) => primitive === 'helper');
  expect(lines.map(({ trigger, summary }) => [trigger, summary])).toEqual([
    ['helper_batch_reservation', 'batch of 3'],
    ['helper', 'helper call 1 of 3'],
    ['helper', 'helper call 2 of 3'],
    ['helper', 'helper call 3 of 3'],
    ['helper_batch_release', 'batch of 3'],
  ]);
  expect(lines.at(-1)).toMatchObject({ batch_size: 3, actual_usd: 0.0036 });
  expect(result.helperUsd).toBe(0.0036);
  const open = await agent.world.budget?.review({ run: result.run });
  expect(open).toEqual([]);
});

test('a batch of which some fail carries the results of the others, and releases all the same', async () => {
  const prompts = ['good', 'bad', 'fine'];
  const call = { name: 'helper_call_parallel', input: { prompts, max_concurrent: 1 } };
  const overloaded = new ModelError({ code: 'model/overloaded', message: 'busy', hint: 'wait' });
  const model = asking(call, (prompt) => (prompt === 'bad' ? overloaded : { text: prompt }));
  const agent = await testAgent(model);
  await runAgent(agent.world, { agent: 'harbor', workItem: 'x' });
  expect(toolResult(model)).toEqual({
    results: [{ text: 'good' }, null, { text: 'fine' }],
    failures: [{ index: 1, code: 'model/overloaded', message: 'busy' }],
  });
  const lines = agent.lines().filter(({ primitive }) => primitive === 'helper');
  expect(lines.map(({ status }) => status)).toEqual(['ok', 'ok', 'error', 'ok', 'ok']);
  expect(lines.at(-1)).toMatchObject({ trigger: 'helper_batch_release' });
});

test('a batch that the cap cannot pay as a whole asks nobody', async () => {
  const prompts = Array.from({ length: 40 }, (_, index) => `${index}`);
  const input = { prompts, max_tokens: 8192 };
  const model = asking({ name: 'helper_call_parallel', input }, () => ({ text: 'x' }));
  const agent = await testAgent(model);
  await runAgent(agent.world, { agent: 'harbor', workItem: 'x' });
  expect(model.requests.filter((request) => request.model === HAIKU)).toHaveLength(0);
  expect(String(toolResult(model))).toContain('daily cap');
});

test('a critical run has critical helpers', async () => {
  const call = { name: 'helper_call', input: { prompt: 'p' } };
  const model = asking(call, () => ({ text: 'x', tokens: tokens(100_000, 0) }));
  const agent = await testAgent(model);
  const big = scriptedModel([{ text: 'x', tokens: tokens(300_000, 0) }]);
  const critical = { agent: 'harbor', workItem: 'x', critical: true };
  await runAgent(agent.with(big), critical);
  const result = await runAgent(agent.world, critical);
  expect(result).toMatchObject({ text: 'done', helperUsd: 0.08 });
});

test('code of a tool asks helpers too, and a resumed run is served what they said', async () => {
  const answers: unknown[] = [];
  const cut = new AbortController();
  const digest = defineTool({
    name: 'digest',
    description: 'digests',
    kind: 'read',
    input: z.strictObject({}),
    run: async () => {
      const one = await helperCall('one', { summary: 'first' });
      const two = await helperCallParallel(['two', 'three'], { sourcesPerPrompt: [['a.md'], []] });
      answers.push([one.text, two.map(({ text, sources }) => [text, sources])]);
      // Like a kill: the record of the run ends here.
      if (!cut.signal.aborted) {
        cut.abort();
        throw new RangeError('cut off');
      }
      return 'digested';
    },
  });
  const model = asking({ name: 'digest', input: {} }, (prompt) => ({ text: `<${prompt}>` }));
  const agent = await testAgent(model);
  const run = { agent: 'harbor', workItem: 'x' };
  const begun = await runAgent(agent.world, run, { tools: [digest], signal: cut.signal });
  expect(begun.status).toBe('interrupted');
  const asked = model.requests.length;
  const line = agent.lines().at(-1);
  const result = await resumeRun(agent.world, String(line?.['run_id']), { tools: [digest] });
  expect(result).toMatchObject({ text: 'done', helperUsd: 0.0036 });
  expect(model.requests).toHaveLength(asked + 1);
  const said = [
    '<one>',
    [
      ['<two>', ['a.md']],
      ['<three>', []],
    ],
  ];
  expect(answers).toEqual([said, said]);
  const helpers = agent.lines().filter(({ trigger }) => trigger === 'helper');
  expect(helpers).toHaveLength(3);
});

test.each([
  [{ sources: ['a'], sourcesPerPrompt: [['a']] }, 'exclude each other'],
  [{ sourcesPerPrompt: [['a'], ['b']] }, '1 prompts, but sources of 2'],
])('a batch with %j is refused', async (options, message) => {
  await expect(helperCallParallel(['p'], options)).rejects.toThrow(message);
});
