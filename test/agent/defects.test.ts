import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resumeRun, runAgent, TRIGGERS } from '../../src/agent/index.ts';
import type { JsonObject } from '../../src/base/index.ts';
import { listRuns } from '../../src/folder/index.ts';
import { DAY, scriptedModel, type TestAgent, testAgent } from './agent-world.ts';

/** The defects of the original runtime (atomic-runtime §24), each with what a user gets instead. */
const DEFECTS = Array.from({ length: 20 }, (_, at) => `D${at + 1}`);

test.each(DEFECTS)('%s has a test that is named after it', (defect) => {
  const named = new RegExp(`\\((?:D\\d+, )*${defect}(?:, D\\d+)*\\)`);
  expect(testFiles().filter((text) => named.test(text)).length).toBeGreaterThan(0);
});

function testFiles(): readonly string[] {
  const root = join(import.meta.dirname, '../..');
  return ['test', 'src'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => readFileSync(join(root, folder, name), 'utf8')),
  );
}

const ask = (agent: TestAgent, more: object = {}) =>
  runAgent(agent.world, { agent: 'harbor', workItem: 'Which source is closest?', ...more });

const model = (agent: TestAgent): string => join(agent.root, 'model.md');

async function guardrails(agent: TestAgent, lines: string): Promise<void> {
  const text = readFileSync(model(agent), 'utf8');
  const block = /cost_guardrails:\n(?: {2}.*\n)+/;
  writeFileSync(model(agent), text.replace(block, `cost_guardrails:\n${lines}`));
  await agent.world.folder.reconcile();
}

test('every run leaves an entry in the journal of its day, which the next prompt shows (D1)', async () => {
  const asked = scriptedModel([{ text: 'a' }, { text: 'b' }]);
  const agent = await testAgent(asked);
  const { run } = await ask(agent);
  const entry = `## 10:00 — Which source is closest?\n\n- Run ${run} with claude-sonnet-4-6-20260101, 0.004500 USD`;
  expect(agent.read(`journal/2026-06/${DAY}.md`)).toContain(entry);
  await ask(agent);
  const prompt = asked.requests[1]?.system.map(({ text }) => text).join('') ?? '';
  expect(prompt).toContain(entry);
});

test('of two caps that fire the stricter decides: skip before alert and fallback (D7)', async () => {
  const agent = await testAgent(scriptedModel([{ text: 'a' }]));
  await guardrails(
    agent,
    '  enabled: true\n  daily_cap_usd: 0.001\n  monthly_cap_usd: 0.001\n  daily_cap_action: alert\n  monthly_cap_action: skip\n',
  );
  expect(await ask(agent)).toMatchObject({ status: 'skipped' });
});

test('a torn line of the run log blocks no capped agent, and is reported with its place (D8)', async () => {
  const agent = await testAgent(scriptedModel([{ text: 'a' }]));
  await ask(agent);
  const log = join(agent.root, `log/2026-06/${DAY}.jsonl`);
  appendFileSync(log, '{"ts": "2026-06-08T10:00:00", "cost_us\n[1]\n');
  const { damaged } = await agent.world.folder.reconcile();
  expect(damaged.map(({ line }) => line)).toEqual([2, 3]);
  const next = agent.with(scriptedModel([{ text: 'b' }]));
  const again = await runAgent(next, { agent: 'harbor', workItem: 'x' });
  expect(again.status).toBe('ok');
});

test.each([
  ['  enabled: "false"\n', 'enabled'],
  ['  enabled: true\n  daily_cap_usd: [\n', 'model.md:28'],
  ['  enabled: true\n  daily_cap_usd: 1\n  daily_cap_action: maybe\n', 'daily_cap_action'],
])(
  'guardrails that are not exactly right stop the run before anything is asked: %j (D9)',
  async (lines, key) => {
    const asked = scriptedModel([{ text: 'a' }]);
    const agent = await testAgent(asked);
    await guardrails(agent, lines);
    await expect(ask(agent)).rejects.toMatchObject({ code: 'folder/bad-model' });
    await expect(ask(agent)).rejects.toThrow(key);
    expect(asked.requests).toEqual([]);
  },
);

test('a call whose worst case does not fit is not made, though nothing is spent yet (D10)', async () => {
  const asked = scriptedModel([{ text: 'a' }]);
  const agent = await testAgent(asked);
  await guardrails(agent, '  enabled: true\n  daily_cap_usd: 0.05\n  daily_cap_action: skip\n');
  expect(await ask(agent)).toMatchObject({ status: 'skipped', costUsd: 0 });
  expect(asked.requests).toEqual([]);
});

test('a run is an agent_call whatever its trigger, and among the runs unless it is part of another (D12)', async () => {
  const asked = scriptedModel(TRIGGERS.map(() => ({ text: 'a' })));
  const agent = await testAgent(asked);
  for (const trigger of TRIGGERS) await ask(agent, { trigger });
  expect(agent.lines()).toMatchObject(
    TRIGGERS.map((trigger) => ({ primitive: 'agent_call', trigger })),
  );
  const listed = await listRuns(agent.log, { limit: 100 });
  const today = listed.filter(({ ts }) => ts.startsWith(DAY));
  expect(today).toHaveLength(TRIGGERS.length - 1);
});

test('a world that lives long sees new notes and changed caps at its next run (D13)', async () => {
  const asked = scriptedModel([{ text: 'a' }, { text: 'b' }]);
  const agent = await testAgent(asked);
  await ask(agent);
  const note = agent
    .read('memory/user_reading_habits.md')
    .replace(/last_seen: .*/, "last_seen: '2026-06-08'");
  writeFileSync(join(agent.root, 'memory/user_new_habit.md'), note);
  await agent.world.folder.reconcile();
  await ask(agent);
  const prompts = asked.requests.map(({ system }) => system.map(({ text }) => text).join(''));
  expect(prompts.map((prompt) => prompt.includes('# user_new_habit.md'))).toEqual([false, true]);
  await guardrails(agent, '  enabled: true\n  daily_cap_usd: 0.0001\n  daily_cap_action: skip\n');
  expect(await ask(agent)).toMatchObject({ status: 'skipped' });
});

const capture = {
  type: 'feedback',
  name: 'Bottom line first',
  description: 'Lead with the answer',
  confidence: 'high',
  sources: ['conversation_2026-06-08'],
  body: 'Answer first.',
};

test('a run that dies between its notes and its record is gone on with: one note, one record (D14)', async () => {
  const asked = scriptedModel([
    {
      text: 'Noted.',
      toolCalls: [{ id: '1', name: 'atomic_capture', input: capture as JsonObject }],
    },
  ]);
  const agent = await testAgent(asked);
  const died = new RangeError('the process died');
  let run = '';
  const dying = {
    ...agent.world.folder,
    appendEntries: async (...args: Parameters<typeof agent.world.folder.appendEntries>) => {
      run = String(args[1]?.why?.['run']);
      throw died;
    },
    appendEntry: async () => {
      throw died;
    },
  };
  await expect(
    runAgent({ ...agent.world, folder: dying }, { agent: 'harbor', workItem: 'x' }),
  ).rejects.toThrow();
  expect(agent.read('memory/feedback_bottom_line_first.md')).toContain('Answer first.');
  const resumed = await resumeRun(agent.world, run);
  expect(resumed).toMatchObject({ status: 'ok', captures: ['feedback_bottom_line_first.md'] });
  expect(asked.requests).toHaveLength(1);
  expect(agent.lines().filter(({ trigger }) => trigger === 'capture_write_error')).toEqual([]);
  expect(agent.lines().filter(({ primitive }) => primitive === 'agent_call')).toHaveLength(1);
});

test('a line of the index goes under the heading of its type, not under one that begins alike (D17)', async () => {
  const agent = await testAgent(
    scriptedModel([
      {
        text: 'Noted.',
        toolCalls: [
          {
            id: '1',
            name: 'atomic_capture',
            input: { ...capture, type: 'reference' } as JsonObject,
          },
        ],
      },
    ]),
    (root) => {
      writeFileSync(
        join(root, 'memory/INDEX.md'),
        '# Memory Index\n\n## Reference docs\n- by hand\n',
      );
    },
  );
  await ask(agent);
  expect(agent.read('memory/INDEX.md')).toBe(
    '# Memory Index\n\n## Reference docs\n- by hand\n\n## Reference\n- [Bottom line first](reference_bottom_line_first.md) — Lead with the answer\n',
  );
});

test.each([['run ids have one shape', /^run-\d{8}-\d{6}-\d{6}$/]])(
  '%s (other)',
  async (_, shape) => {
    const agent = await testAgent(scriptedModel([{ text: 'a' }]));
    expect((await ask(agent)).run).toMatch(shape);
  },
);

test('of the pinned notes those that are archived or superseded are not shown (other)', async () => {
  const asked = scriptedModel([{ text: 'a' }]);
  const agent = await testAgent(asked, (root) => {
    const note = readFileSync(join(root, 'memory/feedback_answer_order.md'), 'utf8');
    const pinned = note.replace('schema_version: 1', 'pinned: true\nschema_version: 1');
    const write = (name: string, line: string): void =>
      writeFileSync(
        join(root, `memory/${name}`),
        pinned.replace('schema_version: 1', `${line}\nschema_version: 1`),
      );
    write('feedback_a_archived.md', 'archived: true');
    write('feedback_a_superseded.md', 'superseded_by: feedback_answer_order.md');
  });
  await ask(agent);
  const prompt = asked.requests[0]?.system.map(({ text }) => text).join('') ?? '';
  expect(prompt).not.toContain('# feedback_a_archived.md');
  expect(prompt).not.toContain('# feedback_a_superseded.md');
});
