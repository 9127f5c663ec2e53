import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defineTool, resumeRun, runAgent } from '../../src/agent/index.ts';
import { ModelError } from '../../src/model/index.ts';
import { z } from '../../src/spec/index.ts';
import { anonymous, principalOf } from '../../src/work/index.ts';
import { DAY, scriptedModel, testAgent } from './agent-world.ts';

const overloaded = () =>
  new ModelError({ code: 'model/overloaded', message: 'busy', hint: 'wait' });

const capture = (more: object = {}) => ({
  type: 'feedback',
  name: 'Bottom line first',
  description: 'Lead with the answer',
  confidence: 'high',
  sources: ['conversation_2026-06-08'],
  body: 'Answer first.',
  ...more,
});

const captureCall = (input: object, id = 'c1') => ({
  id,
  name: 'atomic_capture',
  input: { ...input },
});

test('a run leaves one line with the exact cost, an entry in the journal, and no more', async () => {
  const model = scriptedModel([
    { text: 'No.', tokens: { input: 4102, output: 892, cacheRead: 3200, cacheWrite: 0 } },
  ]);
  const agent = await testAgent(model);
  const result = await runAgent(agent.world, { agent: 'harbor', workItem: 'Prepay?' });
  expect(result).toMatchObject({ status: 'ok', text: 'No.', costUsd: 0.017046 });
  const line = agent.read(`log/2026-06/${DAY}.jsonl`);
  expect(line).toBe(
    `{"ts": "2026-06-08T10:00:00.000000+00:00", "run_id": "${result.run}", "primitive": "agent_call", "status": "ok", "summary": "Prepay?", "model": "claude-sonnet-4-6-20260101", "input_tokens": 4102, "output_tokens": 892, "cost_usd": 0.017046, "cost_source": "actor", "latency_ms": 10.0, "cache_hit_tokens": 3200, "cache_miss_tokens": 902, "trigger": "manual", "agent_name": "harbor", "agent_mode": "hybrid"}\n`,
  );
  expect(agent.read(`journal/2026-06/${DAY}.md`)).toContain('Prepay?');
});

test.each([
  ['claude-opus-4-7-20260101', { input: 4102, output: 892, cacheRead: 3200 }, 0.02841],
  ['claude-haiku-4-5-20251001', { input: 8421, output: 142, cacheRead: 0 }, 0.007305],
])('a run with %s costs what the worked figures say', async (model, tokens, costUsd) => {
  const agent = await testAgent(
    scriptedModel([{ text: 'x', tokens: { ...tokens, cacheWrite: 0 } }]),
  );
  const result = await runAgent(agent.world, { agent: 'harbor', workItem: 'x', model });
  expect(result.costUsd).toBe(costUsd);
});

test('every tool call is answered: known, unknown, wrong, refused, and a capture (D3, D11)', async () => {
  const model = scriptedModel([
    {
      toolCalls: [
        { id: '1', name: 'compute', input: { question: 'is 997 prime' } },
        { id: '2', name: 'nothing', input: {} },
        { id: '3', name: 'compute', input: { question: 7 } },
        { id: '4', name: 'read_file', input: { path: '/etc/passwd' } },
        captureCall({ type: 7, body: [] }, '5'),
        captureCall(capture(), '6'),
      ],
    },
    { text: 'done' },
  ]);
  const agent = await testAgent(model);
  const result = await runAgent(agent.world, { agent: 'harbor', workItem: 'try all' });
  const answers = model.requests[1]?.messages.at(-1);
  expect(answers?.role === 'tool' && answers.results.map(({ id, error }) => [id, error])).toEqual([
    ['1', false],
    ['2', true],
    ['3', true],
    ['4', true],
    ['5', true],
    ['6', false],
  ]);
  expect(answers).toMatchObject({
    results: [{ content: { answer: 'true' } }, {}, {}, {}, {}, { content: 'recorded' }],
  });
  expect(result).toMatchObject({
    text: 'done',
    captures: ['feedback_bottom_line_first.md'],
    captureFailures: 1,
  });
  expect(agent.lines().at(-1)).toMatchObject({
    primitive: 'agent_call',
    tool_iterations: 2,
    capture_parse_failures: 1,
    tool_calls: [
      { tool_name: 'compute' },
      { tool_name: 'nothing', error: 'ToolNotRegistered' },
      {},
      {},
    ],
  });
});

test('a turn of nothing but captures goes on until there is an answer (D11)', async () => {
  const model = scriptedModel([{ toolCalls: [captureCall(capture())] }, { text: 'Noted.' }]);
  const agent = await testAgent(model);
  expect((await runAgent(agent.world, { agent: 'harbor', workItem: 'x' })).text).toBe('Noted.');
});

test('a note and its line in the index are written in one transaction', async () => {
  const model = scriptedModel([{ text: 'Noted.', toolCalls: [captureCall(capture())] }]);
  const agent = await testAgent(model);
  await runAgent(agent.world, { agent: 'harbor', workItem: 'x' });
  expect(agent.read('memory/feedback_bottom_line_first.md')).toContain('Answer first.');
  expect(agent.read('memory/INDEX.md')).toContain(
    '- [Bottom line first](feedback_bottom_line_first.md) — Lead with the answer',
  );
  const db = await agent.log.at();
  const [note] = await db.history('doc:memory/feedback_bottom_line_first.md', 'doc/hash');
  const index = (await db.history('doc:memory/INDEX.md', 'doc/hash')).at(-1);
  expect(index?.tx).toBe(note?.tx);
});

test('a merge keeps the old body and the new one, and a version of what was (D15)', async () => {
  const merge = capture({
    merge_into: 'feedback_answer_order.md',
    body: 'Newer: two lines at most.',
  });
  const agent = await testAgent(scriptedModel([{ text: 'ok', toolCalls: [captureCall(merge)] }]));
  const before = agent.read('memory/feedback_answer_order.md');
  await runAgent(agent.world, { agent: 'harbor', workItem: 'x' });
  const after = agent.read('memory/feedback_answer_order.md');
  expect(after).toContain('Newer: two lines at most.');
  expect(after).toContain(before.split('---\n')[2]?.trim() ?? '-');
  expect(after).toContain('conversation_2026-06-08');
  expect(existsSync(join(agent.root, 'memory/.versions/feedback_answer_order'))).toBe(true);
});

test('what a note supersedes is linked both ways, in the same transaction (D16)', async () => {
  const newer = capture({ supersedes: 'feedback_answer_order.md' });
  const agent = await testAgent(scriptedModel([{ text: 'ok', toolCalls: [captureCall(newer)] }]));
  await runAgent(agent.world, { agent: 'harbor', workItem: 'x' });
  expect(agent.read('memory/feedback_bottom_line_first.md')).toContain(
    'supersedes: feedback_answer_order.md',
  );
  expect(agent.read('memory/feedback_answer_order.md')).toContain(
    'superseded_by: feedback_bottom_line_first.md',
  );
});

test.each([
  ['has no write paths', '# TOOLS\n'],
  ['lists memory as read-only', '## Write paths\n- memory\n\n## Read-only paths\n- memory\n'],
])('an agent whose tools.md %s remembers nothing, and its answer stands', async (_, tools) => {
  const model = scriptedModel([{ text: 'ok', toolCalls: [captureCall(capture())] }]);
  const agent = await testAgent(model, (root) => writeFileSync(join(root, 'tools.md'), tools));
  const result = await runAgent(agent.world, { agent: 'harbor', workItem: 'remember' });
  expect(result).toMatchObject({ status: 'ok', captures: [] });
  expect(agent.lines().find((line) => line['trigger'] === 'capture_write_error')).toMatchObject({
    error: expect.stringContaining('agent/path-refused'),
  });
});

test('a capture that supersedes nothing that exists is a line of its own; the answer stands', async () => {
  const wrong = capture({ supersedes: 'feedback_no_such.md' });
  const agent = await testAgent(scriptedModel([{ text: 'ok', toolCalls: [captureCall(wrong)] }]));
  const result = await runAgent(agent.world, { agent: 'harbor', workItem: 'x' });
  expect(result).toMatchObject({ status: 'ok', captures: [] });
  expect(agent.lines()[0]).toMatchObject({ trigger: 'capture_write_error', status: 'error' });
  expect(existsSync(join(agent.root, 'memory/feedback_bottom_line_first.md'))).toBe(false);
});

test('captures come from fenced blocks too; a broken one is counted', async () => {
  const text = [
    'Noted.',
    '```atomic_capture',
    JSON.stringify(capture()),
    '```',
    '````atomic_capture',
    '{ broken',
    '````',
  ].join('\n');
  const agent = await testAgent(scriptedModel([{ text }]));
  const result = await runAgent(agent.world, { agent: 'harbor', workItem: 'x' });
  expect(result).toMatchObject({ captures: ['feedback_bottom_line_first.md'], captureFailures: 1 });
});

test('a provider that fails leaves a line with what was spent before (D2), and the run can go on', async () => {
  const tool = { id: '1', name: 'compute', input: { question: 'is 7 prime' } };
  const first = scriptedModel([{ toolCalls: [tool] }, overloaded()]);
  const agent = await testAgent(first);
  const failed = runAgent(agent.world, { agent: 'harbor', workItem: 'x' });
  await expect(failed).rejects.toMatchObject({ code: 'model/overloaded' });
  const [line] = agent.lines();
  expect(line).toMatchObject({ primitive: 'agent_call', status: 'error', cost_usd: 0.0045 });
  const journal = agent.read(`journal/2026-06/${DAY}.md`);
  expect(journal).toContain(`- Run ${line?.['run_id']} with claude-sonnet-4-6`);
  expect(journal).toContain('- Failed: model/overloaded: busy');

  const second = scriptedModel([{ text: 'yes' }]);
  const result = await resumeRun(agent.with(second), String(line?.['run_id']));
  expect(result).toMatchObject({ text: 'yes', costUsd: 0.009 });
  expect(second.requests).toHaveLength(1);
  const costs = agent.lines().map((each) => Number(each['cost_usd'] ?? 0));
  expect(costs.reduce((a, b) => a + b)).toBeCloseTo(0.009, 6);
});

test('a second process finds the agent at work: busy, and the log says so', async () => {
  const agent = await testAgent(scriptedModel([{ text: 'a' }]));
  const lease = await agent.log.leases.acquire('agent:harbor', { holder: 'x', ttlMillis: 60_000 });
  const refused = runAgent(agent.world, { agent: 'harbor', workItem: 'x' });
  await expect(refused).rejects.toMatchObject({ code: 'agent/lock-busy', kind: 'busy' });
  expect(agent.lines()).toMatchObject([{ status: 'lock_busy', primitive: 'agent_call' }]);
  expect(agent.lines()[0]).not.toHaveProperty('cost_usd');
  await lease?.release();
});

test('an idempotency key works once; its repetition names the run that answered', async () => {
  const agent = await testAgent(scriptedModel([{ text: 'once' }]));
  const request = { agent: 'harbor', workItem: 'x', idempotencyKey: 'k' };
  const first = await runAgent(agent.world, request);
  const second = await runAgent(agent.world, request);
  expect(second).toMatchObject({ status: 'deduped', replayedRun: first.run });
  expect(agent.lines().at(-1)).toMatchObject({ status: 'deduped', replayed_run_id: first.run });
});

test('a run reads the files as they are now, and its prompt can be had again later (D13)', async () => {
  const model = scriptedModel([{ text: 'a' }, { text: 'b' }]);
  const agent = await testAgent(model);
  await runAgent(agent.world, { agent: 'harbor', workItem: 'x' });
  writeFileSync(join(agent.root, 'persona/SOUL.md'), 'Be brief.\n');
  await agent.world.folder.reconcile();
  await runAgent(agent.world, { agent: 'harbor', workItem: 'x' });
  const prompts = model.requests.map(({ system }) => system.map(({ text }) => text).join(''));
  expect(prompts[0]).not.toContain('Be brief.');
  expect(prompts[1]).toContain('# SOUL.md\n\nBe brief.\n\n# USER.md\n\n');
});

test.each([
  ['no such agent', 'nobody', () => undefined, 'agent/unknown'],
  [
    'guardrails nobody can read',
    'harbor',
    (root: string) =>
      writeFileSync(join(root, 'model.md'), '```yaml\ncost_guardrails:\n  enabled: "false"\n```\n'),
    'folder/bad-model',
  ],
])('%s stops a run before anything is written', async (_, name, prepare, code) => {
  const agent = await testAgent(scriptedModel([]), prepare);
  const refused = runAgent(agent.world, { agent: name, workItem: 'x' });
  await expect(refused).rejects.toMatchObject({ code });
  expect(existsSync(join(agent.root, `log/2026-06/${DAY}.jsonl`))).toBe(false);
});

/** A model.md with a daily cap and what happens there. */
const capped = (usd: number, action: string) => (root: string) => {
  const path = join(root, 'model.md');
  const text = readFileSync(path, 'utf8').replace('daily_cap_usd: 0.75', `daily_cap_usd: ${usd}`);
  writeFileSync(path, text.replace('daily_cap_action: skip', `daily_cap_action: ${action}`));
};

test('a cap that is too low for the worst case skips the run before anything is asked', async () => {
  const model = scriptedModel([]);
  const agent = await testAgent(model, capped(0.001, 'skip'));
  const result = await runAgent(agent.world, { agent: 'harbor', workItem: 'x' });
  expect(result).toMatchObject({ status: 'skipped', costUsd: 0 });
  expect(model.requests).toHaveLength(0);
  expect(agent.lines()).toMatchObject([{ status: 'skipped', primitive: 'agent_call' }]);
  expect(agent.lines()[0]).not.toHaveProperty('cost_usd');
});

test('a cap reached in the middle ends the run with what was spent on its line', async () => {
  const tool = { id: '1', name: 'compute', input: { question: 'is 7 prime' } };
  const tokens = { input: 30_000, output: 5000, cacheRead: 0, cacheWrite: 0 };
  const model = scriptedModel([{ toolCalls: [tool], tokens }]);
  const agent = await testAgent(model, capped(0.17, 'skip'));
  const result = await runAgent(agent.world, { agent: 'harbor', workItem: 'x' });
  expect(result).toMatchObject({ status: 'skipped', costUsd: 0.165 });
  const line = agent.lines().find(({ primitive }) => primitive === 'agent_call');
  expect(line).toMatchObject({ status: 'skipped', cost_usd: 0.165 });
});

test('a cap that falls back asks the cheaper model, at its price; a critical run goes past it', async () => {
  const agent = await testAgent(scriptedModel([{ text: 'cheap' }]), capped(0.08, 'fallback'));
  const request = { agent: 'harbor', workItem: 'x' };
  const result = await runAgent(agent.world, request);
  expect(result).toMatchObject({ model: 'claude-haiku-4-5-20251001', costUsd: 0.0012 });
  expect(agent.lines().at(-1)).toMatchObject({ fallback: true, cost_usd: 0.0012 });
  const world = agent.with(scriptedModel([{ text: 'dear' }]));
  const critical = await runAgent(world, { ...request, critical: true });
  expect(critical).toMatchObject({ model: 'claude-sonnet-4-6-20260101', costUsd: 0.0045 });
  expect(agent.lines().at(-1)).toMatchObject({ critical: true });
});

test('a conversation goes on where it was, each principal with its own', async () => {
  const model = scriptedModel([
    { text: 'Hello Ines.' },
    { text: 'Ines.' },
    { text: 'I do not know.' },
  ]);
  const agent = await testAgent(model);
  const ask = (workItem: string, more: object = {}) =>
    runAgent(agent.world, { agent: 'harbor', conversationId: 'c', workItem, ...more });
  await ask('I am Ines.');
  await ask('Who am I?');
  await ask('Who am I?', { principal: principalOf({ provider: 'p', sub: 'other' }) });
  const asked = model.requests.map(({ messages }) =>
    messages.map((message) => ('text' in message ? message.text : '')),
  );
  expect(asked).toEqual([
    ['I am Ines.'],
    ['I am Ines.', 'Hello Ines.', 'Who am I?'],
    ['Who am I?'],
  ]);
  expect(agent.lines().at(-1)).toMatchObject({ conversation_id: 'c' });
  const refused = ask('x', { principal: anonymous });
  await expect(refused).rejects.toMatchObject({ code: 'work/principal-not-verified' });
  expect(agent.lines().at(-1)).toMatchObject({ status: 'principal_not_verified' });
});

test('the prompt is the files of the agent, joined as the format says', async () => {
  const model = scriptedModel([{ text: 'a' }]);
  const agent = await testAgent(model);
  await runAgent(agent.world, { agent: 'harbor', workItem: 'x' });
  const prompt = model.requests[0]?.system.map(({ text }) => text).join('') ?? '';
  const sections = prompt.split(`\n\n${'═'.repeat(27)}\n\n`);
  const file = (path: string): string => agent.read(path).trim();
  const persona = ['IDENTITY.md', 'SOUL.md', 'USER.md'].map(
    (name) => `# ${name}\n\n${file(`persona/${name}`)}`,
  );
  expect(sections[0]).toBe(persona.join('\n\n'));
  expect(sections[1]).toBe(`# goal.md\n\n${file('goal.md')}`);
  expect(sections[2]).toBe(`# tools.md\n\n${file('tools.md')}`);
  expect(sections[3]).toContain('# Available skills\n\nThe following skills are available.');
  expect(sections[4]).toBe(`# memory/INDEX.md\n\n${file('memory/INDEX.md')}`);
  expect(sections[5]).toBe(`# wiki/INDEX.md\n\n${file('wiki/INDEX.md')}`);
  expect(sections[6]).toMatch(/^# Pinned atomic notes\n\n# \S+\.md\n\nname: /);
  expect(sections[7]?.match(/^name: /gm)).toHaveLength(5);
  const journal = `# Recent journal\n\n# Journal — 2026-06-05\n\n${file('journal/2026-06/2026-06-05.md')}`;
  expect(sections[8]).toBe(journal);
  expect(sections).toHaveLength(9);
});

test('reads run side by side; their records stand in the order of the calls', async () => {
  const ended: string[] = [];
  const slow = (name: string, rounds: number) =>
    defineTool({
      name,
      description: name,
      kind: 'read',
      input: z.strictObject({}),
      run: async () => {
        for (let round = 0; round < rounds; round += 1) await null;
        ended.push(name);
        return name;
      },
    });
  const calls = ['slow', 'fast'].map((name) => ({ id: name, name, input: {} }));
  const agent = await testAgent(scriptedModel([{ toolCalls: calls }, { text: 'done' }]));
  const tools = [slow('slow', 500), slow('fast', 0)];
  const result = await runAgent(agent.world, { agent: 'harbor', workItem: 'x' }, { tools });
  expect(ended).toEqual(['fast', 'slow']);
  expect(result.toolCalls.map(({ tool }) => tool)).toEqual(['slow', 'fast']);
});

test('runs that are begun in the same moment have names of their own', async () => {
  const agent = await testAgent();
  const model = scriptedModel(Array.from({ length: 3 }, () => ({ text: 'a' })));
  const world = { ...agent.with(model), random: { bytes: (n: number) => new Uint8Array(n) } };
  const ids = new Set<string>();
  for (let n = 0; n < 3; n += 1) {
    ids.add((await runAgent(world, { agent: 'harbor', workItem: 'x' })).run);
  }
  expect(ids.size).toBe(3);
});
