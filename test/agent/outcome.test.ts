import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dispatchOutcome, localTime, resumeOutcome, runOutcome } from '../../src/agent/index.ts';
import { failureData } from '../../src/effect/index.ts';
import { ModelError } from '../../src/model/index.ts';
import { FileGoal, logOutcomes, STANDING } from '../../src/work/index.ts';
import { DAY, type Reply, scriptedModel, type TestAgent, testAgent } from './agent-world.ts';

const JUDGE = 'gpt-5-mini';
const verdict = (satisfied: boolean, met = satisfied, more: object = {}): Reply => ({
  text: JSON.stringify({
    satisfied,
    criterion_results: [{ criterion: 'has shelf marks', met, gap: met ? '' : 'three lack one' }],
    explanation: satisfied ? 'Good.' : 'Not yet.',
    ...more,
  }),
});

/** Drafts and verdicts, each in its order. */
function working(drafts: readonly Reply[], verdicts: readonly Reply[]) {
  let [drafted, judged] = [0, 0];
  const reply: Reply = (request) => {
    const said = request.model === JUDGE ? verdicts[judged++] : drafts[drafted++];
    if (said === undefined) throw new RangeError('the script is over');
    if (said instanceof Error) throw said;
    return typeof said === 'function' ? said(request) : said;
  };
  return scriptedModel(Array.from({ length: 60 }, () => reply));
}

const request = {
  agent: 'harbor',
  description: 'A list of sources',
  rubric: 'Each has a shelf mark',
  judge: JUDGE,
};

const stored = (agent: TestAgent, run: string) =>
  JSON.parse(agent.read(`outcomes/runs/${run}/result.json`));

test('a draft that is not good enough goes back with itself and what is missing', async () => {
  const model = working(
    [{ text: 'Nine sources.' }, { text: 'Twelve.' }],
    [verdict(false), verdict(true)],
  );
  const agent = await testAgent(model);
  const result = await runOutcome(agent.world, request);
  expect(result).toMatchObject({ status: 'satisfied', text: 'Twelve.', explanation: 'Good.' });
  const drafts = model.requests.filter((each) => each.model !== JUDGE);
  const [first = '', second = ''] = drafts.map(({ messages: [asked] }) =>
    asked?.role === 'user' ? asked.text : '',
  );
  expect(first).toBe('## Task\n\nA list of sources\n\n## Rubric\n\nEach has a shelf mark');
  expect(second).toContain('## Previous draft (iteration 1)\n\nNine sources.');
  expect(second).toContain(
    '## Revision feedback from iteration 1\n\nNot yet.\n\nNot met yet:\n- has shelf marks: three lack one',
  );
  const judged = model.requests.find((each) => each.model === JUDGE)?.messages[0];
  expect(judged?.role === 'user' && judged.text).toContain('Nine sources.');
});

test('at most three drafts are three drafts, and the result says that they were not enough', async () => {
  const model = working(Array(9).fill({ text: 'x' }), Array(9).fill(verdict(false)));
  const agent = await testAgent(model);
  const result = await runOutcome(agent.world, request);
  expect(result).toMatchObject({ status: 'max_iterations_reached' });
  expect(result.drafts).toHaveLength(3);
  expect(model.requests).toHaveLength(6);
});

test('a judge that is content while a criterion is not met is not believed', async () => {
  const model = working([{ text: 'a' }], [verdict(true, false)]);
  const agent = await testAgent(model);
  const result = await runOutcome(agent.world, { ...request, iterationsMax: 1 });
  expect(result.status).toBe('max_iterations_reached');
});

test.each([
  [
    'a rubric that contradicts the description',
    [verdict(false, false, { rubric_contradicts_description: true })],
  ],
  ['a judge that does not answer as it must, twice', [{ text: 'Yes!' }, { text: 'Yes!!' }]],
])('%s fails the outcome', async (_, verdicts) => {
  const agent = await testAgent(working([{ text: 'a' }], verdicts as readonly Reply[]));
  expect((await runOutcome(agent.world, request)).status).toBe('failed');
});

test('the result is written once, as a fact and as a file, with what all of it cost', async () => {
  const agent = await testAgent(working([{ text: 'a' }], [verdict(true)]));
  const result = await runOutcome(agent.world, request);
  // 1000 tokens in and 100 out: sonnet 0.0045, gpt-5-mini 0.0007.
  expect(result.costUsd).toBe(0.0052);
  const file = stored(agent, result.run);
  expect(file).toMatchObject({
    run_id: result.run,
    status: 'satisfied',
    total_cost_usd: 0.0052,
    final_iteration_idx: 0,
    iterations: [
      { iteration: 1, judge_verdict: 'satisfied', agent_cost_usd: 0.0045, judge_cost_usd: 0.0007 },
    ],
  });
  const outcomes = logOutcomes(agent.log);
  const found = await outcomes.read('harbor', result.run);
  expect(found).toMatchObject({ status: 'satisfied', costUsd: 0.0052 });
  await expect(outcomes.write('harbor', found as never)).rejects.toMatchObject({
    code: 'work/outcome-written',
  });
  const line = agent.lines().find(({ primitive }) => primitive === 'outcome_iteration');
  expect(line).toMatchObject({ run_id: result.run, satisfied: true, agent_cost_usd: 0.0045 });
  expect(line).not.toHaveProperty('cost_usd');
  expect(result.run).toMatch(/^outcome-20260608-100000-[0-9a-f]{8}$/);
});

test('a file that a draft writes is judged, also when the next draft rewrites the same file', async () => {
  const writes = (text: string): readonly Reply[] => [
    { toolCalls: [{ id: '1', name: 'write_file', input: { path: 'output/list.md', text } }] },
    { text: 'written' },
  ];
  const model = working(
    [...writes('Nine.\n'), ...writes('Twelve.\n')],
    [verdict(false), verdict(true)],
  );
  const agent = await testAgent(model);
  const result = await runOutcome(agent.world, { ...request, outputFolder: 'output' });
  expect(result).toMatchObject({
    status: 'satisfied',
    text: 'Twelve.\n',
    outputFiles: ['output/list.md'],
  });
  const judged = model.requests
    .filter((each) => each.model === JUDGE)
    .map(({ messages: [asked] }) => (asked?.role === 'user' ? asked.text : ''));
  expect(judged[0]).toContain('Nine.');
  expect(judged[1]).toContain('Twelve.');
  expect(stored(agent, result.run).output_files).toEqual(['output/list.md']);
});

test('a cap that stops a draft interrupts the outcome, and what that draft cost is counted', async () => {
  const compute = { id: '1', name: 'compute', input: { question: 'is 7 prime' } };
  const dear = { input: 30_000, output: 5000, cacheRead: 0, cacheWrite: 0 };
  const caps = (root: string): void => {
    const path = join(root, 'model.md');
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace('daily_cap_usd: 0.75', 'daily_cap_usd: 0.17'),
    );
  };
  const model = working([{ toolCalls: [compute], tokens: dear }], []);
  const agent = await testAgent(model, caps);
  const result = await runOutcome(agent.world, request);
  expect(result).toMatchObject({ status: 'interrupted', costUsd: 0.165 });
  expect(stored(agent, result.run)).toMatchObject({ status: 'interrupted', total_cost_usd: 0.165 });
});

test('a provider that fails in the second draft leaves a result with the cost of the first', async () => {
  const data = failureData({ transient: true, mayHaveHappened: false });
  const busy = new ModelError({ code: 'model/overloaded', message: 'busy', hint: 'wait', data });
  const agent = await testAgent(working([{ text: 'a' }, busy], [verdict(false)]));
  const result = await runOutcome(agent.world, request);
  expect(result).toMatchObject({
    status: 'failed',
    explanation: 'model/overloaded: busy',
    costUsd: 0.0052,
  });
  expect(readdirSync(join(agent.root, 'outcomes/runs'))).toContain(result.run);
});

test.each([0, 21, 1.5])('%s drafts are refused before anything is spent', async (iterationsMax) => {
  const agent = await testAgent(working([], []));
  const refused = runOutcome(agent.world, { ...request, iterationsMax });
  await expect(refused).rejects.toMatchObject({ code: 'agent/bad-iterations' });
});

const goalOf = (agent: TestAgent): FileGoal =>
  new FileGoal(
    {
      log: agent.log,
      folder: agent.world.folder,
      by: 'user:ada',
      now: () => localTime(agent.clock.now(), 'UTC'),
    },
    { agent: 'harbor', id: STANDING, folder: '' },
  );

test.each([
  ['satisfied completes it', [verdict(true)], 'complete'],
  [
    'a failure blocks it',
    [verdict(false, false, { rubric_contradicts_description: true })],
    'blocked',
  ],
])('a sub-goal that is dispatched: %s', async (_, verdicts, status) => {
  const model = working([{ text: 'a' }], verdicts);
  const agent = await testAgent(model);
  const goal = goalOf(agent);
  const of = { agent: 'harbor', subGoal: 'ch5_check', judge: JUDGE };
  await dispatchOutcome(agent.world, goal, { request: of });
  expect((await goal.load())?.subGoals.at(-1)?.status).toBe(status);
  const asked = model.requests[0]?.messages[0];
  expect(asked?.role === 'user' && asked.text).toContain('Chapter 5 citations checked');
});

test('a cap that says no keeps a sub-goal as it is, with a line of history', async () => {
  const frozen = (root: string): void => {
    const path = join(root, 'model.md');
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace('daily_cap_usd: 0.75', 'daily_cap_usd: 0.000001'),
    );
  };
  const agent = await testAgent(working([], []), frozen);
  const goal = goalOf(agent);
  const refused = dispatchOutcome(agent.world, goal, {
    request: { agent: 'harbor', subGoal: 'ch5_check', judge: JUDGE },
  });
  await expect(refused).rejects.toMatchObject({ code: 'guard/over-budget', kind: 'refused' });
  expect((await goal.load())?.subGoals.at(-1)?.status).toBe('pending');
  expect(agent.read('goal_history.jsonl')).toContain(
    '"event":"coordinator_dispatch_rejected","sub_goal_id":"ch5_check"',
  );
  expect(DAY).toBe(goal.today);
});

test.each([1, 2, 3, 4])(
  'work that died at its model call %i goes on from there: what was answered is not asked again',
  async (diesAt) => {
    const script = [
      { text: 'Nine sources.' },
      verdict(false),
      { text: 'Twelve.' },
      verdict(true),
    ] as const;
    const killed = new Promise<never>(() => undefined);
    let reached = (): void => undefined;
    const dying = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const first = scriptedModel(script.slice(0, diesAt - 1));
    const agent = await testAgent(first);
    const handler = {
      ...first.handler,
      handle: (
        call: Parameters<typeof first.handler.handle>[0],
        next: Parameters<typeof first.handler.handle>[1],
      ) => {
        if (first.requests.length < diesAt - 1) return first.handler.handle(call, next);
        reached();
        return killed;
      },
    };
    void runOutcome({ ...agent.world, live: [handler] }, request).catch(() => undefined);
    await dying;
    agent.clock.advance(700_000_000);
    const found = await (await agent.log.at()).find([{ e: { var: 'work' }, a: 'outcome/work' }]);
    const ids = found.map(
      ({ work }) => /outcome-\d{8}-\d{6}-[0-9a-f]{8}/.exec(JSON.stringify(work))?.[0],
    );
    const id = ids[0] ?? 'none';
    const second = scriptedModel(script.slice(diesAt - 1));
    const world = agent.with(second);
    // Whether the call that was cut off was paid for, a judge's too, is for a person to say.
    await expect(resumeOutcome(world, id)).rejects.toMatchObject({
      code: 'effect/unknown-outcome',
    });
    expect(second.requests).toHaveLength(0);
    const result = await resumeOutcome(world, id, { repeat: true });
    expect(result).toMatchObject({ run: id, status: 'satisfied', text: 'Twelve.' });
    expect(result.drafts).toHaveLength(2);
    expect(second.requests).toHaveLength(script.length - diesAt + 1);
    expect(stored(agent, id).iterations).toHaveLength(2);
    await expect(resumeOutcome(world, id)).rejects.toMatchObject({ code: 'agent/outcome-ended' });
  },
);

test('a judgement that was heard and not yet kept is served from its record, with one line', async () => {
  const first = scriptedModel([{ text: 'Nine sources.' }, verdict(false)]);
  const agent = await testAgent(first);
  let reached = (): void => undefined;
  const dying = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const log = new Proxy(agent.log, {
    get: (target, key: keyof typeof agent.log) => {
      const value = target[key];
      if (key !== 'transact') return typeof value === 'function' ? value.bind(target) : value;
      return (...args: Parameters<typeof target.transact>) => {
        const isDraft = args[0].some(({ e }) => /^outcome-work:.*\/1$/.test(String(e)));
        if (!isDraft) return target.transact(...args);
        reached();
        return new Promise<never>(() => undefined);
      };
    },
  });
  const world = { ...agent.world, log };
  void runOutcome(world, request).catch(() => undefined);
  await dying;
  agent.clock.advance(700_000_000);
  const id = /outcome-\d{8}-\d{6}-[0-9a-f]{8}/.exec(
    JSON.stringify(await (await agent.log.at()).find([{ e: { var: 'w' }, a: 'outcome/work' }])),
  )?.[0];
  const second = scriptedModel([{ text: 'Twelve.' }, verdict(true)]);
  const result = await resumeOutcome(agent.with(second), id ?? 'none');
  expect(result).toMatchObject({ status: 'satisfied', text: 'Twelve.' });
  expect([first.requests.length, second.requests.length]).toEqual([2, 2]);
  const lines = agent
    .read(`log/${DAY.slice(0, 7)}/${DAY}.jsonl`)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter((line) => line.primitive === 'judgment');
  expect(lines.map((line) => line.run_id)).toEqual([`judgment-${id}-1`, `judgment-${id}-2`]);
});

test('an outcome nobody began cannot be gone on with', async () => {
  const { world } = await testAgent();
  await expect(resumeOutcome(world, 'outcome-none')).rejects.toMatchObject({
    code: 'agent/unknown-outcome',
  });
});
