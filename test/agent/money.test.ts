import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resumeRun, runAgent } from '../../src/agent/index.ts';
import { type Reply, scriptedModel, testAgent } from './agent-world.ts';

/** A model.md whose guardrails are these lines. */
const guardrails =
  (...lines: readonly string[]) =>
  (root: string): void => {
    const path = join(root, 'model.md');
    const text = readFileSync(path, 'utf8').replace(
      /cost_guardrails:\n(?: {2}.*\n)+/,
      `cost_guardrails:\n${lines.map((line) => `  ${line}\n`).join('')}`,
    );
    writeFileSync(path, text);
  };

const request = { agent: 'harbor', workItem: 'Which source is closest?' };
const compute = { id: '1', name: 'compute', input: { question: 'is 7 prime' } };
const dear = { input: 30_000, output: 5000, cacheRead: 0, cacheWrite: 0 };
const capture = {
  id: 'c',
  name: 'atomic_capture',
  input: {
    type: 'feedback',
    name: 'Bottom line first',
    description: 'Lead with the answer',
    confidence: 'high',
    sources: ['conversation_2026-06-08'],
    body: 'Answer first.',
  },
};

test('a run that reaches its cap says its last words from the share kept for them, and keeps its notes (D14)', async () => {
  const replies: readonly Reply[] = [
    { text: 'Two sources so far.', toolCalls: [capture, compute], tokens: dear },
    (asked) => ({ text: `last words of at most ${asked.maxOutputTokens}` }),
  ];
  const model = scriptedModel(replies);
  const caps = guardrails('enabled: true', 'daily_cap_usd: 0.26', 'finish_share: 0.25');
  const agent = await testAgent(model, caps);
  const result = await runAgent(agent.world, request);
  expect(result).toMatchObject({
    status: 'skipped',
    text: 'last words of at most 1024',
    reason: expect.stringContaining('daily cap of $0.26 is reached'),
    captures: ['feedback_bottom_line_first.md'],
    costUsd: 0.1695,
  });
  expect(model.requests[1]?.messages.at(-1)).toMatchObject({ role: 'user' });
  expect(agent.lines().at(-1)).toMatchObject({ status: 'skipped', cost_usd: 0.1695 });
  expect(agent.read('memory/feedback_bottom_line_first.md')).toContain('Answer first.');
});

test('with more money such a run goes on at the turn that was refused, and its lines add up', async () => {
  const model = scriptedModel([
    { text: 'Two so far.', toolCalls: [compute], tokens: dear },
    { text: 'last words' },
    { text: 'The third one.' },
  ]);
  const caps = guardrails('enabled: true', 'daily_cap_usd: 0.26', 'finish_share: 0.25');
  const agent = await testAgent(model, caps);
  const { run } = await runAgent(agent.world, request);
  agent.clock.advance(24 * 3_600_000_000);
  const result = await resumeRun(agent.world, run);
  expect(result).toMatchObject({ status: 'ok', text: 'The third one.', costUsd: 0.1695 });
  const lines = [...agent.lines(), ...agent.lines('2026-06-09')];
  const costs = lines.map((line) => Number(line['cost_usd'] ?? 0));
  expect(costs.reduce((sum, usd) => sum + usd).toFixed(6)).toBe('0.174000');
});

test('when not even last words fit, the run ends with what it had said', async () => {
  const said = { text: 'Two sources so far.', toolCalls: [compute], tokens: dear };
  const caps = guardrails('enabled: true', 'daily_cap_usd: 0.17', 'finish_share: 0');
  const agent = await testAgent(scriptedModel([said]), caps);
  const result = await runAgent(agent.world, request);
  expect(result).toMatchObject({ status: 'skipped', text: 'Two sources so far.', costUsd: 0.165 });
});

test('a cap that hands off leaves the work to a person, once, and the run can be resumed', async () => {
  const caps = guardrails('enabled: true', 'run_cap_usd: 0.01', 'run_cap_action: handoff');
  const agent = await testAgent(scriptedModel([{ text: 'it is' }]), caps);
  const result = await runAgent(agent.world, request);
  expect(result).toMatchObject({
    status: 'skipped',
    reason: expect.stringContaining('cap of the run'),
  });
  await resumeRun(agent.world, result.run);
  const tasks = agent.read('TASKBOARD.md').match(/^- \[ \] .*/gm);
  expect(tasks).toHaveLength(1);
  expect(tasks?.[0]).toContain('harbor could not pay for "Which source is closest?"');
  expect(tasks?.[0]).toContain(`datum run harbor --resume ${result.run}`);
});

test('an alert goes on and says so once in the run log', async () => {
  const caps = guardrails('enabled: true', 'daily_cap_usd: 0.001', 'daily_cap_action: alert');
  const agent = await testAgent(scriptedModel([{ text: 'a' }, { text: 'b' }, { text: 'c' }]), caps);
  for (let n = 0; n < 3; n += 1) expect((await runAgent(agent.world, request)).status).toBe('ok');
  const warned = agent.lines().filter(({ primitive }) => primitive === 'cost_warning');
  expect(warned.map(({ summary }) => summary)).toEqual([
    'INFO: daily cost at 450% of cap (threshold 50%)',
    'WARN: daily cost at 450% of cap (threshold 80%)',
    'WARN: daily cost at 450% of cap (threshold 100%)',
  ]);
});

test('an answer that money runs out of is kept, recorded and paid; the conversation has none of it', async () => {
  const cut = { text: 'Half an ans', finish: 'aborted', cutReason: 'guard/out-of-money' } as const;
  const agent = await testAgent(scriptedModel([cut]));
  const result = await runAgent(agent.world, { ...request, conversationId: 'c' });
  expect(result).toMatchObject({ status: 'skipped', text: 'Half an ans', costUsd: 0.0045 });
  expect(agent.lines().at(-1)).toMatchObject({ status: 'skipped', cost_usd: 0.0045 });
  const model = scriptedModel([{ text: 'b' }]);
  await runAgent(agent.with(model), { ...request, conversationId: 'c' });
  expect(model.requests[0]?.messages).toHaveLength(1);
});

test('an answer that money runs out of is handed off where the cap that stopped it says so', async () => {
  const cut = { text: 'Half', finish: 'aborted', cutReason: 'guard/out-of-money: gone' } as const;
  const tasksAfter = async (...caps: readonly string[]) => {
    const agent = await testAgent(scriptedModel([cut]), guardrails('enabled: true', ...caps));
    const { run } = await runAgent(agent.world, request);
    const board = existsSync(join(agent.root, 'TASKBOARD.md')) ? agent.read('TASKBOARD.md') : '';
    return board.includes(`datum run harbor --resume ${run}`);
  };
  const near = 'run_cap_usd: 0.1';
  expect(await tasksAfter(near, 'run_cap_action: handoff')).toBe(true);
  expect(await tasksAfter(near, 'daily_cap_usd: 5', 'daily_cap_action: handoff')).toBe(false);
});

test.each([
  ['a string for a switch', ['enabled: "true"'], '`enabled` must be true or false'],
  ['an action nobody knows', ['enabled: true', 'daily_cap_action: pray'], '`daily_cap_action`'],
  ['a share that keeps everything', ['enabled: true', 'finish_share: 1'], '`finish_share`'],
  ['YAML that is none', ['enabled: true', 'daily_cap_usd: [0.5'], 'model.md'],
])('%s stops the run, with the line named', async (_, lines, message) => {
  const agent = await testAgent(scriptedModel([]), guardrails(...lines));
  const refused = runAgent(agent.world, request);
  await expect(refused).rejects.toMatchObject({ code: 'folder/bad-model' });
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toThrow(/line \d+|:\d+/);
});

test('a second block of guardrails stops the run, and names both lines', async () => {
  const agent = await testAgent(scriptedModel([]), (root) => {
    const path = join(root, 'model.md');
    const block = '\n```yaml\ncost_guardrails:\n  enabled: false\n```\n';
    writeFileSync(path, readFileSync(path, 'utf8') + block);
  });
  const refused = runAgent(agent.world, request);
  await expect(refused).rejects.toThrow('a second `cost_guardrails` block');
  await expect(refused).rejects.toMatchObject({ hint: expect.stringMatching(/line \d+/) });
});
