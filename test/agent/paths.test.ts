import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type RunRequest, type RunResult, runAgent } from '../../src/agent/index.ts';
import { manualClock } from '../../src/base/index.ts';
import { retry } from '../../src/effect/index.ts';
import { generate, type LiveModelOptions, priceFacts } from '../../src/model/index.ts';
import { anonymous } from '../../src/work/index.ts';
import { anthropicServer } from '../model/anthropic-wire.ts';
import { modelsAt } from '../model/ask.ts';
import { OPENAI_KEY, openaiServer } from '../model/openai-wire.ts';
import type { Turn, WireServer } from '../model/wire-server.ts';
import { DAY, NOON, scriptedModel, type TestAgent, testAgent } from './agent-world.ts';

/**
 * Every way a run can end (atomic-runtime §8.1), over the wire formats of three providers: the exact
 * line of its log, its cost to six decimals, and the files it changed.
 */
interface Wire {
  readonly name: string;
  readonly model: string;
  readonly serve: (...turns: readonly Turn[]) => Promise<WireServer>;
  /** USD of 4102 tokens in (3200 of them cached) and 892 out. */
  readonly answer: number;
  /** USD of 10 tokens in and 5 out. */
  readonly small: number;
}

const wires: readonly Wire[] = [
  {
    name: 'anthropic',
    model: 'claude-sonnet-4-6-20260101',
    serve: anthropicServer,
    answer: 0.017046,
    small: 0.000105,
  },
  {
    name: 'openai',
    model: 'gpt-5-mini',
    serve: (...turns) => openaiServer(turns, { key: OPENAI_KEY }),
    answer: 0.002395,
    small: 0.000015,
  },
  {
    name: 'ollama',
    model: 'ollama/qwen3:4b',
    serve: (...turns) => openaiServer(turns),
    answer: 0,
    small: 0,
  },
];

const usage = { input: 4102, output: 892, cacheRead: 3200 };
const answered: Turn = { pieces: ['No', '.'], usage };
const compute = { id: 'call_1', name: 'compute', input: { question: 'is 997 prime' } };
const tools = `, "tool_calls": [{"tool_name": "compute", "tool_use_id": "call_1", "latency_ms": 0, "error": null}]`;
const note = {
  type: 'feedback',
  name: 'Bottom line first',
  description: 'Lead with the answer',
  confidence: 'high',
  sources: ['conversation_2026-06-08'],
  body: 'Answer first.',
};

interface Prepared {
  readonly agent: TestAgent;
  readonly stop: AbortController;
}

interface Path {
  readonly name: string;
  readonly turns?: readonly Turn[];
  readonly request?: Partial<RunRequest>;
  /** Before the run; the text of model.md may be changed here. */
  readonly prepare?: (prepared: Prepared, wire: Wire) => Promise<unknown>;
  readonly live?: Partial<LiveModelOptions>;
  readonly retries?: boolean;
  readonly status: string;
  /** The result, or the code of the error. */
  readonly ends: Partial<RunResult> | string;
  /** Between `model` and `trigger` of the line. */
  readonly spent: (wire: Wire) => string;
  /** After `agent_name`. */
  readonly named?: string;
  /** After `agent_mode`; ERROR stands for whatever text the provider's package says. */
  readonly extras?: (wire: Wire) => string;
  readonly requests: number;
  /** Files that changed beside the run log. */
  readonly files?: readonly string[];
}

/** A number as the originals print it: `0.0`, `1.5e-05`. */
const usd = (amount: number): string => {
  if (amount === 0) return '0.0';
  return amount < 1e-4 ? amount.toExponential().replace('e-', 'e-0') : String(amount);
};

const line = (wire: Wire, { status, spent, named = '', extras = () => '' }: Path): string =>
  `{"ts": "2026-06-08T10:00:00.000000+00:00", "run_id": "RUN", "primitive": "agent_call", "status": "${status}", "summary": "Prepay?", "model": "${wire.model}", ${spent(wire)}, "trigger": "manual", "agent_name": "harbor"${named}, "agent_mode": "hybrid"${extras(wire)}}`;

const nothing = (): string => '"input_tokens": 0, "output_tokens": 0';
const counted = (input: number, output: number, cost: number, hit = 0): string =>
  `"input_tokens": ${input}, "output_tokens": ${output}, "cost_usd": ${usd(cost)}, "cost_source": "actor", "latency_ms": 0.0, "cache_hit_tokens": ${hit}, "cache_miss_tokens": ${input - hit}`;
const whole = ({ answer }: Wire): string => counted(4102, 892, answer, 3200);

const journal = `journal/2026-06/${DAY}.md`;

/** Sets the daily cap of harbor, and takes it in. */
const capAt = async ({ agent }: Prepared, amount: string): Promise<void> => {
  const path = join(agent.root, 'model.md');
  writeFileSync(
    path,
    agent.read('model.md').replace('daily_cap_usd: 0.75', `daily_cap_usd: ${amount}`),
  );
  await agent.world.folder.reconcile();
};

const refusedBy = (name: string, status: number, said: string, extra = ''): string =>
  `, "error": "model/${name}: PROVIDER ${said} (${status}): so it is${extra}"`;

const refused = (status: number, code: string, said: string, type: string): Path => ({
  name: `the provider answers ${status}`,
  turns: [{ status, type, message: 'so it is' }],
  status: 'error',
  ends: `model/${code}`,
  spent: nothing,
  extras: () => refusedBy(code, status, said),
  requests: 1,
  files: [journal],
});

const paths: readonly Path[] = [
  {
    name: 'an answer, its cache counters included',
    turns: [answered],
    status: 'ok',
    ends: { text: 'No.' },
    spent: whole,
    requests: 1,
    files: [journal],
  },
  {
    name: 'a tool call and an answer',
    turns: [{ pieces: ['Let me see.'], toolCalls: [compute] }, answered],
    status: 'ok',
    ends: { text: 'No.', toolIterations: 2 },
    spent: ({ answer, small }) => counted(4112, 897, Number((answer + small).toFixed(6)), 3200),
    extras: () => `${tools}, "tool_iterations": 2`,
    requests: 2,
    files: [journal],
  },
  {
    name: 'a note by tool call, beside the answer',
    turns: [{ ...answered, toolCalls: [{ id: 'call_2', name: 'atomic_capture', input: note }] }],
    status: 'ok',
    ends: { text: 'No.', captures: ['feedback_bottom_line_first.md'] },
    spent: whole,
    requests: 1,
    files: [journal, 'memory/INDEX.md', 'memory/feedback_bottom_line_first.md'],
  },
  {
    name: 'the most turns it may take',
    turns: [{ pieces: ['Once more.'], toolCalls: [compute] }],
    request: { toolIterationsMax: 1 },
    status: 'ok',
    ends: { text: 'Once more.', toolIterationsMaxed: true },
    spent: ({ small }) => counted(10, 5, small),
    extras: () => `${tools}, "tool_iterations_maxed": true`,
    requests: 1,
    files: [journal],
  },
  {
    name: 'a conversation of a principal who is not verified',
    request: { conversationId: 'c', principal: anonymous },
    status: 'principal_not_verified',
    ends: 'work/principal-not-verified',
    spent: nothing,
    named: ', "conversation_id": "c"',
    extras: () => ', "principal_id": "anonymous"',
    requests: 0,
  },
  {
    name: 'a key that was answered before',
    turns: [answered],
    request: { idempotencyKey: 'k' },
    prepare: ({ agent }) =>
      runAgent(agent.world, {
        agent: 'harbor',
        workItem: 'first',
        idempotencyKey: 'k',
        model: 'flux/think',
      }),
    status: 'deduped',
    ends: { status: 'deduped', text: '' },
    spent: nothing,
    named: ', "idempotency_key": "k", "replayed_run_id": "FIRST"',
    requests: 0,
  },
  {
    name: 'an agent at work in another process',
    prepare: ({ agent }) =>
      agent.log.leases.acquire('agent:harbor', { holder: 'other', ttlMillis: 60_000 }),
    status: 'lock_busy',
    ends: 'agent/lock-busy',
    spent: nothing,
    requests: 0,
  },
  {
    name: 'a key that another run holds',
    request: { idempotencyKey: 'k' },
    prepare: async ({ agent }) => {
      const { logIdempotency } = await import('../../src/work/index.ts');
      await logIdempotency({ log: agent.log }).begin('harbor', 'k', 'run-other');
    },
    status: 'in_flight',
    ends: 'agent/in-flight',
    spent: nothing,
    named: ', "idempotency_key": "k"',
    requests: 0,
  },
  {
    name: 'a retry of what passes by itself',
    turns: [{ status: 529, type: 'overloaded_error', message: 'so it is' }, answered],
    retries: true,
    status: 'ok',
    ends: { text: 'No.' },
    spent: whole,
    requests: 2,
    files: [journal],
  },
  refused(400, 'bad-request', 'refuses the request', 'invalid_request_error'),
  refused(401, 'unauthorized', 'does not accept the key', 'authentication_error'),
  refused(429, 'rate-limited', 'asks to slow down', 'rate_limit_error'),
  refused(500, 'overloaded', 'is overloaded or failing', 'api_error'),
  refused(529, 'overloaded', 'is overloaded or failing', 'overloaded_error'),
  {
    name: 'nothing comes in time',
    live: { timer: { sleep: async () => undefined } },
    status: 'error',
    ends: 'model/timeout',
    spent: nothing,
    extras: () =>
      ', "error": "model/timeout: PROVIDER did not answer in time: nothing came for 120000 ms"',
    requests: 0,
    files: [journal],
  },
  {
    name: 'a stream that cannot be read',
    live: {
      fetch: async () =>
        new Response('data: {"choices": 5\n\n', {
          headers: { 'content-type': 'text/event-stream' },
        }),
    },
    status: 'error',
    ends: 'model/bad-answer',
    spent: () => 'SPENT',
    extras: () => ', "error": "ERROR"TOKENS',
    requests: 0,
    files: [journal],
  },
  {
    name: 'a connection that is cut in the middle of the second answer',
    turns: [
      { pieces: ['Let me see.'], toolCalls: [compute] },
      { pieces: ['and th'], after: 'cut' },
    ],
    status: 'error',
    ends: 'model/unreachable',
    spent: () => 'SPENT',
    extras: () => `, "error": "ERROR"TOKENS${tools}`,
    requests: 2,
    files: [journal],
  },
  {
    name: 'a caller who stops it in the middle of the second answer',
    turns: [
      {
        pieces: ['Let me see.'],
        toolCalls: [compute, { id: 'c', name: 'atomic_capture', input: note }],
      },
      { pieces: ['and th'], after: 'hang' },
    ],
    prepare: async () => undefined,
    status: 'interrupted',
    ends: { status: 'interrupted', text: 'and th' },
    spent: () => 'SPENT',
    extras: () => `, "error": "stopped by its caller"TOKENS${tools}, "cut_short": true`,
    requests: 2,
    files: [journal, 'memory/INDEX.md', 'memory/feedback_bottom_line_first.md'],
  },
];

/** Contents of the folder by path, but for the log of facts and the state of the machine. */
function filesOf(root: string): ReadonlyMap<string, string> {
  const all = readdirSync(root, { recursive: true, withFileTypes: true }).filter((each) =>
    each.isFile(),
  );
  return new Map(
    all
      .map((each) => join(each.parentPath, each.name))
      .filter((path) => !/\/\.(datum|state)\//.test(path))
      .map((path) => [
        path.slice(root.length + 1),
        createHash('sha256').update(readFileSync(path)).digest('hex'),
      ]),
  );
}

function changedIn(root: string, before: ReadonlyMap<string, string>): readonly string[] {
  const after = filesOf(root);
  return [...after]
    .filter(([path, hash]) => before.get(path) !== hash)
    .map(([path]) => path)
    .sort();
}

describe.each(wires)('$name', (wire) => {
  test.each(paths)('$name', async (path) => {
    const { turns = [answered], request = {}, live = {}, ends } = path;
    const server = await wire.serve(...turns);
    const agent = await testAgent(scriptedModel([]));
    const stop = new AbortController();
    const models = modelsAt(server, { now: () => NOON, ...live });
    const again = retry({
      clock: manualClock(0),
      random: agent.world.random,
      operations: [generate.name],
    });
    const world = {
      ...agent.world,
      live: [models],
      ...(path.retries === true ? { guards: [again] } : {}),
    };
    const given = { ...agent, world };
    await path.prepare?.({ agent: given, stop }, wire);
    const before = filesOf(agent.root);
    const earlier = agent.read('log/2026-06/2026-06-05.jsonl').length;
    const first = before.has(`log/2026-06/${DAY}.jsonl`) ? agent.lines() : [];
    agent.clock.advance(NOON - agent.clock.now());
    let said = '';
    const done = await runAgent(
      world,
      { agent: 'harbor', workItem: 'Prepay?', model: wire.model, ...request },
      {
        signal: stop.signal,
        onText: (text) => {
          said += text;
          if (path.status === 'interrupted' && said.endsWith('and th')) stop.abort();
        },
      },
    ).catch((error: unknown) => error);
    expect(done).toMatchObject(typeof ends === 'string' ? { code: ends } : ends);
    expect(server.requests).toHaveLength(path.requests);
    const text = agent.read(`log/2026-06/${DAY}.jsonl`).trimEnd().split('\n').at(-1) ?? '';
    const record = JSON.parse(text);
    const expected = line(wire, path)
      .replace('RUN', record.run_id)
      .replace('FIRST', String(first[0]?.['run_id']))
      .replace('PROVIDER', wire.name)
      .replace('ERROR', () => JSON.stringify(record.error).slice(1, -1))
      .replace('SPENT', () => estimated(record, wire))
      .replace('TOKENS', record.cost_usd > 0 ? ', "tokens_estimated": true' : '');
    expect(text).toBe(expected);
    const files = [...(path.files ?? []), `log/2026-06/${DAY}.jsonl`].sort();
    expect(changedIn(agent.root, before)).toEqual(files);
    expect(agent.read('log/2026-06/2026-06-05.jsonl')).toHaveLength(earlier);
  });
});

/** What a line says of tokens that nobody counted, checked by the price of the model. */
function estimated(record: Record<string, number>, { model }: Wire): string {
  const { input_tokens: input = 0, output_tokens: output = 0, cost_usd: cost = 0 } = record;
  const [inputUsd, outputUsd] = { 'gpt-5-mini': [0.5, 2], 'ollama/qwen3:4b': [0, 0] }[model] ?? [
    3, 15,
  ];
  const usdOf = (input * (inputUsd ?? 0) + output * (outputUsd ?? 0)) / 1e6;
  expect(Math.abs(cost - usdOf)).toBeLessThanOrEqual(0.000001);
  return input === 0 ? nothing() : counted(input, output, cost);
}

test.each([
  ['before the first turn', '0.001', [answered], 0, 0, [] as string[]],
  [
    'between two turns, after its last words',
    '0.18',
    [{ pieces: ['Let me see.'], toolCalls: [compute], usage: { input: 30_000, output: 2000 } }],
    2,
    0.24,
    [journal],
  ],
] as const)(
  'a cap that is met %s leaves a skipped line',
  async (_, cap, turns, asked, spent, files) => {
    const server = await anthropicServer(...(turns as readonly Turn[]));
    const agent = await testAgent(scriptedModel([]));
    const world = { ...agent.world, live: [modelsAt(server, { now: () => NOON })] };
    await capAt({ agent, stop: new AbortController() }, cap);
    const before = filesOf(agent.root);
    const result = await runAgent(world, { agent: 'harbor', workItem: 'Prepay?' });
    expect(result).toMatchObject({ status: 'skipped', costUsd: spent });
    expect(server.requests).toHaveLength(asked);
    const record = agent.lines().find(({ primitive }) => primitive === 'agent_call');
    expect(record?.['cost_usd']).toBe(spent === 0 ? undefined : spent);
    expect(changedIn(agent.root, before)).toEqual([...files, `log/2026-06/${DAY}.jsonl`].sort());
  },
);

test('the cache of Anthropic may break in four places, in every turn of a run', async () => {
  const server = await anthropicServer({ pieces: ['I see.'], toolCalls: [compute] }, answered);
  const agent = await testAgent(scriptedModel([]));
  const world = { ...agent.world, live: [modelsAt(server)] };
  await runAgent(world, { agent: 'harbor', workItem: 'x' });
  const headings = ['# wiki/INDEX.md', '# Pinned atomic notes', '# Recent atomic notes'];
  const breaks = server.requests.map(({ body }) =>
    body.system.flatMap((part: { text: string; cache_control?: object }, index: number) =>
      part.cache_control === undefined
        ? []
        : [headings.find((each) => part.text.includes(each)) ?? body.system.length - 1 - index],
    ),
  );
  // The last one stands after the journal, which is the last of all.
  expect(breaks).toEqual([
    [...headings, 0],
    [...headings, 0],
  ]);
});

const tokens = { input: 4102, output: 892, cacheRead: 3200, cacheWrite: 0 };

test('a price that changes later does not change what a run has cost', async () => {
  const agent = await testAgent(
    scriptedModel([
      { text: 'a', tokens },
      { text: 'b', tokens },
    ]),
  );
  const model = 'claude-sonnet-4-6-20260101';
  const first = await runAgent(agent.world, { agent: 'harbor', workItem: 'x', model });
  const before = agent.lines();
  agent.clock.advance(60_000_000);
  const from = agent.clock.now();
  await agent.log.transact(
    priceFacts({ model, input: 30, output: 150, from, source: 'price page of June' }),
  );
  agent.clock.advance(60_000_000);
  const second = await runAgent(agent.world, {
    agent: 'harbor',
    workItem: 'x',
    model,
    critical: true,
  });
  expect([first.costUsd, second.costUsd]).toEqual([0.017046, 0.17046]);
  expect(agent.lines().slice(0, before.length)).toEqual(before);
  const unknown = await runAgent(agent.with(scriptedModel([{ text: 'c' }])), {
    agent: 'harbor',
    workItem: 'x',
    model: 'claude-nobody-knows',
    critical: true,
  });
  expect(unknown.costEstimated).toBe(true);
  expect(agent.lines().at(-1)).toMatchObject({ cost_estimated_via_fallback: true });
});
