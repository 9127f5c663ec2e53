import { expect, test } from 'vitest';
import { explainRun, runAgent } from '../../src/agent/index.ts';
import { DAY, scriptedModel, testAgent } from './agent-world.ts';

const note = {
  type: 'feedback',
  name: 'Bottom line first',
  description: 'Lead with the answer',
  confidence: 'high',
  sources: ['conversation_2026-06-08'],
  body: 'Answer first.',
};

test('a run is told whole: asked, seen, done, decided with numbers, spent and written', async () => {
  const model = scriptedModel([
    {
      text: 'Let me see.',
      toolCalls: [
        { id: '1', name: 'compute', input: { question: 'is 997 prime' } },
        { id: '2', name: 'write_file', input: { path: 'wiki/primes.md', text: '997.\n' } },
        { id: '3', name: 'atomic_capture', input: note },
      ],
      tokens: { input: 4102, output: 892, cacheRead: 3200, cacheWrite: 0 },
    },
    { text: 'It is.' },
  ]);
  const agent = await testAgent(model);
  const { run, costUsd } = await runAgent(agent.world, { agent: 'harbor', workItem: 'Is it?' });
  const story = await explainRun(agent.log, run);
  expect(story).toMatchObject({
    agent: 'harbor',
    workItem: 'Is it?',
    trigger: 'manual',
    principal: 'local',
    costUsd,
  });
  expect(story.read?.pinned).toEqual(['feedback_citation_style.md']);
  expect(story.read?.recent).toHaveLength(5);
  expect(story.read?.journal).toBe('2026-06-05');
  expect(story.read?.sections.map(({ heading }) => heading)).toContain('memory/INDEX.md');
  const [asked, computed] = story.steps;
  expect(asked).toMatchObject({
    operation: 'model/generate',
    outcome: 'ok',
    costUsd: 0.017046,
    tokens: { input: 4102, cacheRead: 3200 },
  });
  expect(asked?.result).toContain('“Let me see.”; wants compute {"question":"is 997 prime"}');
  expect(computed).toMatchObject({ operation: 'tool/read', result: '{"answer":"true"}' });
  expect(story.decisions).toHaveLength(2);
  expect(story.decisions[0]).toMatchObject({
    step: asked?.address,
    verdict: 'allow',
    reason: 'within all caps',
    caps: [{ account: `day/harbor/${DAY}`, cap: 0.75, spent: 0 }, { cap: 12 }],
  });
  expect(story.decisions[1]?.caps[0]).toMatchObject({ spent: 0.017046 });
  expect([...story.wrote].sort()).toEqual([
    `journal/2026-06/${DAY}.md`,
    `log/2026-06/${DAY}.jsonl`,
    'memory/INDEX.md',
    'memory/feedback_bottom_line_first.md',
    'wiki/primes.md',
  ]);
});

test('what anybody stated of a run is told or left out, never a fault', async () => {
  const { log } = await testAgent();
  const said = ['', 'text', '[1]', '{"run_id":"odd","cost_usd":"abc"}'];
  await log.transact(
    said.map((v, at) => ({ e: at === 0 ? 'run:odd' : `run:odd#${at + 1}`, a: 'entry/text', v })),
  );
  expect(await explainRun(log, 'odd')).toMatchObject({ costUsd: 0, lines: [{ run_id: 'odd' }] });
});

test('a run of another program is told from its lines', async () => {
  const agent = await testAgent();
  const story = await explainRun(agent.log, 'run-20260601-060000-000000-1b7e04c2');
  expect(story.read).toBeUndefined();
  expect(story.lines.length).toBeGreaterThan(0);
  await expect(explainRun(agent.log, 'run-none')).rejects.toMatchObject({
    code: 'agent/unknown-run',
  });
});
