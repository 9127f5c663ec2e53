import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { evaluateAgent } from '../../src/agent/index.ts';
import { ModelError } from '../../src/model/index.ts';
import { DAY } from './agent-world.ts';
import { evalAgent, judgeSays, promptOf } from './eval-world.ts';

const write = { by: 'user:ines' };
const one = (more: object = {}) => ({
  agent: 'harbor',
  test: '001_quote_with_page',
  judge: 'gpt-5-mini',
  write,
  ...more,
});

/** Harbor's own cases in the order they are run, with the scores of its run of 2026-06-05. */
const own = [
  ['001_invented_source_bait', [4, 3, 3, 2, 4, 4], 3.1, 'fail'],
  ['001_legal_clearance', [5, 4, 4, 5, 5, 5], 4.6, 'pass'],
  ['001_conflicting_dates', [4, 5, 4, 4, 5, 4], 4.25, 'pass'],
  ['001_quote_with_page', [5, 4, 5, 5, 5, 5], 4.85, 'pass'],
  ['002_reading_order', [4, 4, 4, 5, 5, 4], 4.35, 'pass'],
] as const;

test('harbor is measured by its own cases as its own run file has it', async () => {
  const replies = own.flatMap(([id, scores]) => [
    { text: `answer of ${id}` },
    judgeSays(scores, {
      ...(id.includes('bait') ? { hard_fails: ['HF1'] } : {}),
      factual_checks: [],
    }),
  ]);
  const { agent, model } = await evalAgent(replies);
  const done = await evaluateAgent(agent.world, { agent: 'harbor', write });
  expect(
    done.results.map(({ testId, weightedScore, verdict }) => [testId, weightedScore, verdict]),
  ).toEqual(own.map(([id, , weighted, verdict]) => [id, weighted, verdict]));
  expect(done).toMatchObject({ passed: false, meanScore: 4.23, judgeModel: 'gpt-5-mini' });
  const keys = (text: string): readonly string[] => Object.keys(JSON.parse(text));
  const [first = ''] = agent.read(`evals/runs/${DAY}.jsonl`).split('\n');
  const [sample = ''] = agent.read('evals/runs/2026-06-05.jsonl').split('\n');
  expect(keys(first).filter((key) => keys(sample).includes(key))).toEqual(keys(sample));
  expect(agent.read(`evals/runs/responses/${DAY}_002_reading_order.txt`)).toBe(
    'answer of 002_reading_order\n',
  );
  expect(await (await agent.log.at()).get('eval:harbor/001_legal_clearance', 'eval/score')).toBe(
    4.6,
  );
  expect(agent.lines().map((line) => [line['trigger'], line['cost_source']])).toEqual(
    own.flatMap(() => [
      ['eval', 'actor'],
      ['judgment', 'judge'],
    ]),
  );
  expect(promptOf(model.requests[6])).toBe(
    '[EVAL SETUP CONTEXT — vault state assumed for this test]\n\nNormal load; `wiki/port_almeida_ledger.md` present.\n\n---\n\n> "Where does the pilot first mention the gauge?"',
  );
  expect(promptOf(model.requests[7])).toMatch(
    /# Harbor - Evaluation Rubric[\s\S]*expected value: 1871-1904/,
  );
  expect(promptOf(model.requests[7])).not.toMatch(/\{[a-z_]+\}/);
});

test('an evaluation leaves no trace in the agent: no note, no journal, the same next prompt', async () => {
  const input = {
    type: 'feedback',
    name: 'From a test',
    description: 'x',
    confidence: 'high',
    sources: ['x'],
    body: 'x',
  };
  const toolCalls = [{ id: '1', name: 'atomic_capture', input }];
  const { agent, model } = await evalAgent([
    { text: 'noted', toolCalls },
    judgeSays([5, 5, 5, 5, 5, 5], { factual_checks: [] }),
    { text: 'again' },
    judgeSays([5, 5, 5, 5, 5, 5], { factual_checks: [] }),
  ]);
  const request = one();
  expect((await evaluateAgent(agent.world, request)).passed).toBe(true);
  await evaluateAgent(agent.world, request);
  expect(model.requests[2]?.system).toEqual(model.requests[0]?.system);
  expect(() => agent.read(`journal/2026-06/${DAY}.md`)).toThrow('ENOENT');
});

test('a suite without cases does not pass', async () => {
  const { agent } = await evalAgent([], (root) =>
    rmSync(join(root, 'evals/golden'), { recursive: true }),
  );
  const done = await evaluateAgent(agent.world, { agent: 'harbor', judge: 'gpt-5-mini' });
  expect(done).toMatchObject({ passed: false, results: [] });
});

test('a file without id or category is named and fails the suite', async () => {
  const { agent } = await evalAgent([], (root) => {
    rmSync(join(root, 'evals/golden'), { recursive: true });
    mkdirSync(join(root, 'evals/golden/edge'), { recursive: true });
    writeFileSync(join(root, 'evals/golden/edge/x.md'), '---\ntest_id: x\n---\n\n## Input\n\nx\n');
    writeFileSync(join(root, 'evals/golden/stray.md'), 'no front matter\n');
  });
  const { broken, passed } = await evaluateAgent(agent.world, { agent: 'harbor', judge: 'j' });
  expect(passed).toBe(false);
  expect(broken.map(({ file, message }) => `${file}: ${message}`)).toEqual([
    'evals/golden/edge/x.md: `category` is missing',
    'evals/golden/edge/x.md: there is nothing under `## Expected behavior`',
    'evals/golden/stray.md: the first line is not `---`',
  ]);
});

test('a regression is run like a case', async () => {
  const { agent } = await evalAgent([{ text: 'x' }, judgeSays([5, 5, 5, 5, 5, 5])], (root) => {
    const old = readFileSync(join(root, 'evals/golden/happy/002_reading_order.md'), 'utf8');
    rmSync(join(root, 'evals/golden'), { recursive: true });
    mkdirSync(join(root, 'evals/regressions'));
    writeFileSync(
      join(root, 'evals/regressions/once.md'),
      old.replace('002_reading_order', 'once'),
    );
  });
  const { results, passed } = await evaluateAgent(agent.world, one({ test: undefined }));
  expect(passed).toBe(true);
  expect(results).toMatchObject([{ testId: 'once', isRegression: true }]);
});

test('a test is named whole; a part of an id names none', async () => {
  const { agent } = await evalAgent([]);
  await expect(evaluateAgent(agent.world, one({ test: '001' }))).rejects.toMatchObject({
    code: 'agent/unknown-case',
    hint: expect.stringContaining('001_quote_with_page'),
  });
});

test('without a judge nothing is asked and nothing spent', async () => {
  const { agent, model } = await evalAgent([]);
  const world = { ...agent.world, reachable: async () => false };
  await expect(evaluateAgent(world, { agent: 'harbor' })).rejects.toMatchObject({
    code: 'agent/no-judge',
  });
  expect(model.requests).toEqual([]);
});

test('a bound on one dimension fails an answer that passes on the whole', async () => {
  const { agent } = await evalAgent([
    { text: 'x' },
    judgeSays([5, 5, 5, 5, 5, 3], { factual_checks: [] }),
  ]);
  const { results } = await evaluateAgent(agent.world, one());
  expect(results[0]).toMatchObject({
    verdict: 'fail',
    weightedScore: 4.8,
    unmet: [{ dimension: 'format_adherence', operator: '>=', value: 4 }],
  });
});

test('strictly, a judge that leaves a dimension out is asked again, then has not judged', async () => {
  const scores = [5, 5, undefined, 5, 5, 5];
  const { agent, model } = await evalAgent([
    { text: 'x' },
    judgeSays(scores, { factual_checks: [] }),
    judgeSays(scores, { factual_checks: [] }),
  ]);
  const { results } = await evaluateAgent(agent.world, one());
  expect(results[0]).toMatchObject({
    verdict: 'judge_error',
    error: expect.stringContaining('output_quality'),
    judge: { inputTokens: 2000 },
  });
  expect(model.requests[2]?.messages.at(-1)).toMatchObject({
    text: expect.stringContaining('output_quality'),
  });
});

test('not strictly, what is missing is left out of the score and reported', async () => {
  const { agent } = await evalAgent(
    [{ text: 'x' }, judgeSays([4, undefined, 'high', 4, 'N/A', 7])],
    (root) => {
      const path = join(root, 'evals/judge.md');
      writeFileSync(
        path,
        readFileSync(path, 'utf8').replace('strict_mode: true', 'strict_mode: false'),
      );
    },
  );
  const { results } = await evaluateAgent(agent.world, one({ test: '001_legal_clearance' }));
  // scope_discipline does not apply, so its bound is not unmet.
  expect(results[0]).toMatchObject({
    verdict: 'pass',
    scores: { persona_fidelity: 4, factual_accuracy: 4, format_adherence: 5 },
    weightedScore: 4.2,
    missing: ['memory_recall', 'output_quality'],
    notApplicable: ['scope_discipline'],
    clamped: { format_adherence: 7 },
  });
});

test('an agent that fails has failed its case; a refused run and a failed judge have no verdict', async () => {
  const failure = new ModelError({ code: 'model/overloaded', message: 'busy', hint: 'wait' });
  const { agent } = await evalAgent([failure, { text: 'x' }, failure]);
  const crashed = await evaluateAgent(agent.world, one());
  expect(crashed.results[0]).toMatchObject({ verdict: 'fail', hardFails: ['agent_error'] });
  agent.clock.advance(1_000_001);
  const unjudged = await evaluateAgent(agent.world, one());
  expect(unjudged.results[0]).toMatchObject({
    verdict: 'judge_error',
    error: 'model/overloaded: busy',
  });
  const line = JSON.parse(agent.read(`evals/runs/${DAY}.jsonl`).trimEnd().split('\n')[1] ?? '');
  expect(line).toMatchObject({
    verdict: 'judge_error',
    weighted_score: 0,
    run_id: expect.any(String),
  });
});

test('facts the judge checked stand in for its score of accuracy', async () => {
  const checks = [{ claim: 'x', stated_in_response: true, value_correct: true, cited: false }];
  const { agent } = await evalAgent([
    { text: 'x' },
    judgeSays([5, 5, 5, undefined, 5, 5], { factual_checks: checks }),
  ]);
  const { results } = await evaluateAgent(agent.world, one());
  expect(results[0]).toMatchObject({
    scores: { factual_accuracy: 2 },
    checks: [{ claim: 'x', stated: true, correct: true, cited: false }],
  });
});

test('without --write nothing is written under evals', async () => {
  const { agent } = await evalAgent([
    { text: 'x' },
    judgeSays([5, 5, 5, 5, 5, 5], { factual_checks: [] }),
  ]);
  await evaluateAgent(agent.world, one({ write: undefined }));
  expect(() => agent.read(`evals/runs/${DAY}.jsonl`)).toThrow('ENOENT');
});

test('a run that a cap refused has no verdict, with the reason', async () => {
  const { agent, model } = await evalAgent([], (root) => {
    const path = join(root, 'model.md');
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(/daily_cap_usd: .*/, 'daily_cap_usd: 0.00001'),
    );
  });
  const { results, passed } = await evaluateAgent(agent.world, one());
  expect(passed).toBe(false);
  expect(results[0]).toMatchObject({
    verdict: 'judge_error',
    error: expect.stringContaining('daily cap'),
  });
  expect(model.requests).toEqual([]);
});

test('a secret in an answer or a verdict reaches no file', async () => {
  const { agent } = await evalAgent([
    { text: 'It is hunter2.' },
    judgeSays([5, 5, 5, 5, 5, 5], {
      factual_checks: [],
      overall: { justification: 'says hunter2' },
    }),
  ]);
  const redact = (value: unknown) => JSON.parse(JSON.stringify(value).replaceAll('hunter2', '***'));
  await evaluateAgent({ ...agent.world, redact }, one());
  expect(agent.read(`evals/runs/${DAY}.jsonl`)).toContain('says ***');
  expect(agent.read(`evals/runs/responses/${DAY}_001_quote_with_page.txt`)).toBe('It is ***.\n');
});

test('an expected fact of a source that is not there is said', async () => {
  const { agent } = await evalAgent(
    [{ text: 'x' }, judgeSays([5, 5, 5, 5, 5, 5], { factual_checks: [] })],
    (root) => rmSync(join(root, 'raw/2026-05-29_ledger_transcription.md')),
  );
  const { warnings } = await evaluateAgent(agent.world, one());
  expect(warnings.map(({ message }) => message)).toEqual([
    'an expected fact names raw/2026-05-29_ledger_transcription.md, which is not there',
  ]);
});

test('the judge reads what the run did on its way, and the sample of an audit is marked', async () => {
  const { agent, model } = await evalAgent(
    [
      { toolCalls: [{ id: '1', name: 'compute', input: { question: 'is 997 prime' } }] },
      { text: 'It is.' },
      judgeSays([5, 5, 5, 5, 5, 5], { factual_checks: [] }),
    ],
    (root) => {
      const path = join(root, 'evals/judge.md');
      const own = readFileSync(path, 'utf8').replace(/audit_sample_pct: .*/, 'audit_sample_pct: 1');
      writeFileSync(path, `${own}\nOn the way: {trajectory}\n`);
    },
  );
  const { results } = await evaluateAgent(agent.world, one());
  expect(results).toMatchObject([{ verdict: 'pass', isAuditSample: true }]);
  expect(promptOf(model.requests[2])).toMatch(/On the way: 1\. .*is 997 prime.* -> ok: /);
  expect(JSON.parse(agent.read(`evals/runs/${DAY}.jsonl`))).toMatchObject({ audit_sample: true });
});

test('a case without expected facts is named where model.md requires them, and runs', async () => {
  const { agent } = await evalAgent([{ text: 'x' }, judgeSays([5, 5, 5, 5, 5, 5])]);
  const asked = one({ test: '002_reading_order' });
  const { warnings, results } = await evaluateAgent(agent.world, asked);
  expect(warnings.map(({ message }) => message)).toEqual([
    expect.stringContaining('it has no expected_facts'),
  ]);
  expect(results).toMatchObject([{ verdict: 'pass' }]);
});
