import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  type AgentWorld,
  defineTool,
  delegate,
  delegateParallel,
  resumeRun,
  runAgent,
} from '../../src/agent/index.ts';
import { z } from '../../src/spec/index.ts';
import { DAY, type Reply, scriptedModel, testAgent } from './agent-world.ts';

const DAILY = { scope: 'day', usd: 9, action: 'skip' } as const;

/** Agents beside harbor, who may delegate to `editor` and `checker`. */
function team({ cap = '9', editorCap = '9', treeCap = '0' } = {}) {
  return (root: string): void => {
    const guard = (daily: string, more = '') =>
      `\`\`\`yaml\ncost_guardrails:\n  enabled: true\n  daily_cap_usd: ${daily}\n  finish_share: 0\n${more}\`\`\`\n`;
    writeFileSync(
      join(root, 'roster.md'),
      '## Delegate to\n\n- editor — proofreads\n- checker\n- ghost\n- harbor\n',
    );
    const own = readFileSync(join(root, 'model.md'), 'utf8');
    const mine = guard(cap, `  tree_cap_usd: ${treeCap}\n`);
    writeFileSync(join(root, 'model.md'), own.replace(/```yaml\ncost_guardrails:[^`]*```\n/, mine));
    for (const name of ['editor', 'checker']) {
      const folder = join(root, 'agents', name);
      mkdirSync(join(folder, 'persona'), { recursive: true });
      writeFileSync(join(folder, 'persona/IDENTITY.md'), `# ${name}\n`);
      writeFileSync(join(folder, 'persona/SOUL.md'), 'Brief.\n');
      writeFileSync(join(folder, 'persona/USER.md'), 'Ines.\n');
      writeFileSync(join(folder, 'tools.md'), '# TOOLS\n');
      const model = `## Default model\n\n\`claude-haiku-4-5-20251001\`\n\n- Max output: 1000\n\n${guard(editorCap)}`;
      writeFileSync(join(folder, 'model.md'), model);
      writeFileSync(join(folder, 'roster.md'), '## Delegate to\n\n- checker\n');
    }
  };
}

const tokens = (input: number, output: number) => ({ input, output, cacheRead: 0, cacheWrite: 0 });
const call = (name: string, input: object) => ({
  toolCalls: [{ id: '1', name, input: { ...input } }],
});

/** Harbor does what `first` says and then ends; delegates are answered by `others`. */
function answering(first: Reply, others: (agent: string, item: string) => Reply) {
  const reply: Reply = (request) => {
    const who = /# IDENTITY\.md\n\n# (editor|checker)/.exec(request.system[0]?.text ?? '')?.[1];
    const asked = request.messages.at(-1);
    const isFirst = asked?.role === 'user';
    const said =
      who === undefined
        ? isFirst
          ? first
          : { text: 'done' }
        : others(who, request.messages[0]?.role === 'user' ? request.messages[0].text : '');
    if (said instanceof Error) throw said;
    return typeof said === 'function' ? said(request) : said;
  };
  return scriptedModel(Array.from({ length: 60 }, () => reply));
}

const request = { agent: 'harbor', workItem: 'x' };
const ask = (target: string, work_item = 'Proofread.') => call('delegate', { target, work_item });

const told = (model: ReturnType<typeof scriptedModel>) => {
  const message = model.requests.findLast(({ messages }) => messages.at(-1)?.role === 'tool');
  const last = message?.messages.at(-1);
  return last?.role === 'tool' ? last.results[0] : undefined;
};

const linesOf = (root: string, agent: string): readonly Record<string, unknown>[] => {
  const path = join(root, agent === 'harbor' ? '' : `agents/${agent}`, `log/2026-06/${DAY}.jsonl`);
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
};

const spent = async (world: AgentWorld, of: object) => {
  const settings = { caps: [{ ...DAILY, ...of }], warningThresholds: [] };
  const [found] = (await world.budget?.standing({ agent: 'harbor', run: 'r' }, settings)) ?? [];
  return found?.spent;
};

test('a delegate is an agent of its own: its persona, log and run, and a line with its coordinator', async () => {
  const model = answering(ask('editor'), () => ({ text: 'Fine.', tokens: tokens(1000, 100) }));
  const agent = await testAgent(model, team());
  const result = await runAgent(agent.world, request);
  expect(result).toMatchObject({ text: 'done', costUsd: 0.009, delegatedUsd: 0.0012 });
  expect(told(model)?.content).toEqual({ text: 'Fine.' });
  const [own] = linesOf(agent.root, 'editor');
  expect(own).toMatchObject({
    primitive: 'agent_call',
    trigger: 'delegate',
    parent_run_id: result.run,
    parent_agent: 'harbor',
    cost_usd: 0.0012,
  });
  const line = linesOf(agent.root, 'harbor').find(({ primitive }) => primitive === 'delegate');
  expect(line).toMatchObject({
    trigger: 'delegate',
    status: 'ok',
    delegated_agent: 'editor',
    delegate_run_id: own?.['run_id'],
    delegated_usd: 0.0012,
  });
  expect(line).not.toHaveProperty('cost_usd');
  expect(linesOf(agent.root, 'harbor').at(-1)).toMatchObject({
    delegations: [{ target: 'editor', cost_usd: 0.0012, delegated_run_id: own?.['run_id'] }],
  });
});

test('a delegation is counted once: by the fleet, by the tree, and on the day of each agent it binds (D5)', async () => {
  const model = answering(ask('editor'), () => ({ text: 'Fine.', tokens: tokens(1000, 100) }));
  const agent = await testAgent(model, team());
  const { run } = await runAgent(agent.world, request);
  const { world } = agent;
  expect(await spent(world, { scope: 'fleet-day' })).toBe(10_200);
  expect(await spent(world, {})).toBe(10_200);
  expect(await spent(world, { agent: 'editor' })).toBe(1200);
  const tree = { caps: [{ ...DAILY, scope: 'tree' }], warningThresholds: [] } as const;
  const [found] = (await world.budget?.standing({ agent: 'harbor', run }, tree)) ?? [];
  expect(found?.spent).toBe(10_200);
});

test.each([
  ['one that the roster does not name', 'nobody', 'input'],
  ['itself', 'harbor', 'cannot delegate to itself'],
  ['one that does not exist', 'ghost', 'no such agent'],
])('delegating to %s is told to the model, and nothing runs', async (_, target, message) => {
  const model = answering(ask(target), () => ({ text: 'no' }));
  const agent = await testAgent(model, team());
  await runAgent(agent.world, request);
  expect(told(model)).toMatchObject({ error: true });
  expect(JSON.stringify(told(model)?.content)).toContain(message === 'input' ? 'target' : message);
  expect(model.requests).toHaveLength(2);
});

const meddling = (run: () => Promise<unknown>) =>
  defineTool({
    name: 'meddle',
    description: 'tries to go past the rules',
    kind: 'write',
    input: z.strictObject({}),
    run: async () => {
      await run();
      return 'it ran';
    },
  });

test('code of a tool cannot delegate from a delegate, nor start a run by other means', async () => {
  const model = answering(call('meddle', {}), () => ({ text: 'no' }));
  const agent = await testAgent(model, team());
  const { world } = agent;
  const start = meddling(() => runAgent(world, { agent: 'editor', workItem: 'y' }));
  await runAgent(world, request, { tools: [start] });
  expect(told(model)).toMatchObject({ error: true });
  expect(JSON.stringify(told(model))).toContain('cannot start a run of editor by itself');

  const asDelegate = { ...request, agent: 'editor', parentRun: 'run-1', parentAgent: 'harbor' };
  const nested = answering({ text: 'unused' }, () => call('meddle', {}));
  const tools = [meddling(() => delegate('checker', 'y'))];
  await runAgent(agent.with(nested), { ...asDelegate, toolIterationsMax: 2 }, { tools });
  expect(JSON.stringify(told(nested))).toContain('cannot delegate further');
  expect(
    nested.requests.every(({ tools: offered }) => offered.every(({ name }) => name !== 'delegate')),
  ).toBe(true);
});

test('a delegate is stopped in its own loop when the money of its tree is used up (D4)', async () => {
  let turns = 0;
  const others = (): Reply => {
    turns += 1;
    return {
      ...call('compute', { question: 'is 7 prime' }),
      text: `turn ${turns}`,
      tokens: tokens(0, 5000),
    };
  };
  const model = answering(ask('editor'), others);
  const agent = await testAgent(model, team({ treeCap: '0.2', cap: '9' }));
  const big = { ...request, toolIterationsMax: 20 };
  const result = await runAgent(agent.world, big);
  const [own] = linesOf(agent.root, 'editor').filter(({ primitive }) => primitive === 'agent_call');
  expect(own).toMatchObject({ status: 'ok' });
  expect(result.delegatedUsd).toBe(0.1);
});

test('a delegate is stopped by the daily cap of its coordinator, its reservations included (D4)', async () => {
  const others = (): Reply => ({
    ...call('compute', { question: 'is 7 prime' }),
    text: 'so far',
    tokens: tokens(0, 9000),
  });
  const model = answering(ask('editor'), others);
  const agent = await testAgent(model, team({ cap: '0.14' }));
  const result = await runAgent(agent.world, request);
  expect(result.status).toBe('skipped');
  const own = linesOf(agent.root, 'editor').at(-1);
  expect(own).toMatchObject({
    status: 'skipped',
    error: expect.stringContaining('daily cap of $0.14'),
  });
  expect(await spent(agent.world, {})).toBeLessThanOrEqual(140_000 + 36_000);
});

test('a cap of the delegate itself skips it; the coordinator is told and goes on', async () => {
  const model = answering(ask('editor'), () => ({ text: 'no' }));
  const agent = await testAgent(model, team({ editorCap: '0.0001' }));
  const result = await runAgent(agent.world, request);
  expect(result).toMatchObject({ status: 'ok', delegatedUsd: 0 });
  expect(told(model)?.content).toMatchObject({ status: 'skipped' });
});

test('a batch keeps the order of its pairs, and those for one agent follow each other', async () => {
  const delegations = ['editor:a', 'editor:b', 'checker:c', 'editor:d'].map((pair) => {
    const [target = '', work_item = ''] = pair.split(':');
    return { target, work_item };
  });
  const model = answering(call('delegate_parallel', { delegations }), (who, item) => ({
    text: `${who} did ${item}`,
  }));
  const agent = await testAgent(model, team());
  const result = await runAgent(agent.world, request);
  expect(told(model)?.content).toEqual({
    results: ['editor did a', 'editor did b', 'checker did c', 'editor did d'].map((text) => ({
      text,
    })),
  });
  expect(linesOf(agent.root, 'editor').map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
  const runs = [...linesOf(agent.root, 'editor'), ...linesOf(agent.root, 'checker')];
  expect(new Set(runs.map((line) => line['run_id'])).size).toBe(4);
  const lines = linesOf(agent.root, 'harbor').filter(({ primitive }) => primitive === 'delegate');
  expect(lines.map(({ trigger }) => trigger)).toEqual([
    'delegate_batch_reservation',
    'delegate',
    'delegate',
    'delegate',
    'delegate',
    'delegate_batch_release',
  ]);
  expect(result.delegatedUsd).toBe(0.0048);
  expect(await agent.world.budget?.review({ run: result.run })).toEqual([]);
});

test('a batch of which some fail carries the results of the others', async () => {
  const pairs = [
    ['editor', 'good'],
    ['checker', 'bad'],
  ] as const;
  const results: unknown[] = [];
  const both = defineTool({
    name: 'both',
    description: 'asks both',
    kind: 'write',
    resumable: true,
    input: z.strictObject({}),
    run: async () => {
      await delegateParallel(pairs).catch((error) => results.push(error.code, error.data));
      return 'asked';
    },
  });
  const failure = new RangeError('broken');
  const model = answering(call('both', {}), (_, item) =>
    item === 'bad' ? failure : { text: item },
  );
  const agent = await testAgent(model, team());
  await runAgent(agent.world, request, { tools: [both] });
  expect(results).toEqual([
    'agent/delegate-batch-failed',
    expect.objectContaining({
      results: [expect.objectContaining({ text: 'good' }), null],
      failures: [expect.objectContaining({ index: 1, target: 'checker' })],
    }),
  ]);
});

test('a critical run has critical delegates', async () => {
  const model = answering(ask('editor'), () => ({ text: 'Fine.' }));
  const agent = await testAgent(model, team({ editorCap: '0.0001' }));
  const result = await runAgent(agent.world, { ...request, critical: true });
  expect(result).toMatchObject({ status: 'ok', delegatedUsd: 0.0012 });
  expect(linesOf(agent.root, 'editor').at(-1)).toMatchObject({ status: 'ok', critical: true });
});

test('a coordinator that was cut off after its delegate ended does not run it again', async () => {
  const cut = new AbortController();
  const asking = defineTool({
    name: 'asking',
    description: 'delegates, and is cut off',
    kind: 'write',
    resumable: true,
    input: z.strictObject({}),
    run: async () => {
      const { text } = await delegate('editor', 'Proofread.');
      if (!cut.signal.aborted) {
        cut.abort();
        throw new RangeError('cut off');
      }
      return text;
    },
  });
  const model = answering(call('asking', {}), () => ({ text: 'Fine.' }));
  const agent = await testAgent(model, team());
  const first = await runAgent(agent.world, request, { tools: [asking], signal: cut.signal });
  expect(first.status).toBe('interrupted');
  const asked = model.requests.length;
  const result = await resumeRun(agent.world, first.run, { tools: [asking] });
  expect(result).toMatchObject({ status: 'ok', text: 'done', delegatedUsd: 0.0012 });
  expect(told(model)?.content).toBe('Fine.');
  expect(model.requests).toHaveLength(asked + 1);
  expect(linesOf(agent.root, 'editor')).toHaveLength(1);
  const lines = linesOf(agent.root, 'harbor').filter(({ primitive }) => primitive === 'delegate');
  expect(lines).toHaveLength(1);
});

test('cut off inside a delegate, nobody knows the answer: both stop, and at a word both go on', async () => {
  const cut = new AbortController();
  let asked = 0;
  const others = (): Reply => {
    asked += 1;
    if (asked === 1) return call('compute', { question: 'is 7 prime' });
    if (asked === 2) {
      cut.abort();
      return new RangeError('killed');
    }
    return { text: 'Fine.' };
  };
  const model = answering(ask('editor'), others);
  const agent = await testAgent(model, team());
  const first = await runAgent(agent.world, request, { signal: cut.signal });
  expect(first.status).toBe('interrupted');
  await expect(resumeRun(agent.world, first.run)).rejects.toMatchObject({
    code: 'effect/unknown-outcome',
  });
  expect(asked).toBe(2);
  const result = await resumeRun(agent.world, first.run, { repeat: true });
  expect(result).toMatchObject({ status: 'ok', text: 'done' });
  expect(told(model)?.content).toEqual({ text: 'Fine.' });
  expect(asked).toBe(3);
  expect(new Set(linesOf(agent.root, 'editor').map((line) => line['run_id'])).size).toBe(1);
});
