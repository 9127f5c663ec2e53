import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { localTime, runAgent } from '../../src/agent/index.ts';
import { FileGoal, STANDING } from '../../src/work/index.ts';
import { scriptedModel, type TestAgent, testAgent } from './agent-world.ts';

const goalOf = ({ log, world: { folder, clock } }: TestAgent): FileGoal =>
  new FileGoal(
    { log, folder, by: 'user:ada', now: () => localTime(clock.now(), 'UTC') },
    { agent: 'harbor', id: STANDING, folder: '' },
  );

const day = '2026-06-08';
const events = (agent: TestAgent): readonly string[] =>
  agent
    .read('goal_history.jsonl')
    .trimEnd()
    .split('\n')
    .slice(4)
    .map((line) => JSON.parse(line).event);

const edit = (agent: TestAgent, from: string, to: string): void => {
  const path = join(agent.root, 'goal.md');
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
};

test('a sub-goal that is completed frees those it blocked; file, history and facts say so, and nothing else changes', async () => {
  const agent = await testAgent();
  const before = agent.read('goal.md');
  const goal = goalOf(agent);
  const done = { subGoal: 'ch4_check', to: 'complete', day, output: 'output/ch4.md' } as const;
  const next = await goal.transition(done);
  expect(next.subGoals.map(({ status }) => status)).toEqual([
    'complete',
    'complete',
    'pending',
    'pending',
  ]);
  const text = agent.read('goal.md');
  expect(text).toBe(
    before
      .replace(
        'status: in_progress\n    assigned: self\n    deadline: 2026-06-19\n',
        "status: complete\n    assigned: self\n    deadline: 2026-06-19\n    completed: '2026-06-08'\n    output: output/ch4.md\n",
      )
      .replace(
        'status: blocked\n    assigned: self\n    blocked_by: ch4_check\n',
        'status: pending\n    assigned: self\n',
      )
      .replace('last_progress_check: 2026-06-05', "last_progress_check: '2026-06-08'")
      .replace(/\n$/, '\n- 2026-06-08 — sub_goal `ch4_check` moved to complete\n'),
  );
  expect(events(agent)).toEqual(['sub_goal_completed']);
  expect(await goalOf(agent).load()).toEqual(next);
});

test('an edit by hand is taken in with a line of history, and counts', async () => {
  const agent = await testAgent();
  const goal = goalOf(agent);
  await goal.load();
  edit(agent, 'intent: "Every', 'intent: "Really every');
  edit(agent, 'status: pending', 'status: in_progress');
  const taken = await goal.load();
  expect(taken?.intent).toMatch(/^Really every/);
  expect(taken?.subGoals.at(-1)?.status).toBe('in_progress');
  expect(events(agent)).toEqual(['goal_edited_by_hand']);
  const state = await (await agent.log.at()).get(`goal:harbor/${STANDING}`, 'goal/state');
  expect(state).toMatchObject({ intent: taken?.intent });
});

test('of two changes from one state the first stands and the second is told', async () => {
  const agent = await testAgent();
  const move = { subGoal: 'ch5_check', from: 'pending', to: 'in_progress', day } as const;
  const both = await Promise.allSettled(
    [goalOf(agent), goalOf(agent)].map((each) => each.transition(move)),
  );
  const lost = both.find((each) => each.status === 'rejected');
  expect(both.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
  expect(lost).toMatchObject({ reason: { code: 'work/goal-changed', kind: 'busy' } });
});

test('changes to different sub-goals at once all stand, in facts, file and history', async () => {
  const agent = await testAgent();
  const ids = ['a', 'b', 'c', 'd'];
  for (const id of ids) await goalOf(agent).add({ id, label: `Part ${id}` });
  await Promise.all(
    ids.map((subGoal) =>
      goalOf(agent).transition({ subGoal, from: 'pending', to: 'in_progress', day }),
    ),
  );
  const now = await goalOf(agent).load();
  const states = now?.subGoals.filter(({ id }) => ids.includes(id)).map(({ status }) => status);
  expect(states).toEqual(ids.map(() => 'in_progress'));
  expect(agent.read('goal.md').match(/status: in_progress/g)).toHaveLength(ids.length + 1);
  const told = agent.read('goal_history.jsonl');
  for (const id of ids) expect(told.split(`"sub_goal_id":"${id}"`)).toHaveLength(3);
});

test('a change that was stated and not written is finished by whoever looks next', async () => {
  const agent = await testAgent();
  const before = agent.read('goal.md');
  const goal = goalOf(agent);
  await goal.load();
  const { folder } = agent.world;
  const dying = new FileGoal(
    {
      log: agent.log,
      by: 'user:ada',
      now: () => localTime(agent.clock.now(), 'UTC'),
      folder: {
        ...folder,
        readDocument: folder.readDocument.bind(folder),
        writeDocument: () => Promise.reject(new RangeError('killed')),
      },
    },
    { agent: 'harbor', id: STANDING, folder: '' },
  );
  await expect(dying.transition({ subGoal: 'ch5_check', to: 'in_progress', day })).rejects.toThrow(
    'killed',
  );
  expect(agent.read('goal.md')).toBe(before);
  const found = await goalOf(agent).load();
  expect(found?.subGoals.at(-1)?.status).toBe('in_progress');
  expect(agent.read('goal.md')).toContain(
    'status: in_progress\n    assigned: self\n    deadline: 2026-07-17',
  );
});

test('sub-goals are added in the style of the list, and may wait for one that stands later', async () => {
  const agent = await testAgent();
  const goal = goalOf(agent);
  await goal.add({ id: 'ch6', label: 'Chapter 6: "done"', acceptanceCriteria: ['a', 'b'] });
  const next = await goal.transition({
    subGoal: 'ch5_check',
    to: 'blocked',
    blockedBy: 'ch6',
    day,
  });
  expect(next.subGoals.at(-1)).toMatchObject({
    id: 'ch6',
    status: 'pending',
    acceptanceCriteria: ['a', 'b'],
  });
  expect(agent.read('goal.md')).toContain('blocked_by: ch6');
  await expect(
    goal.transition({ subGoal: 'ch6', to: 'blocked', blockedBy: 'ch5_check', day }),
  ).rejects.toMatchObject({
    code: 'work/goal-cycle',
  });
  await expect(
    goal.transition({ subGoal: 'ch6', to: 'blocked', blockedBy: 'ch6', day }),
  ).rejects.toMatchObject({
    code: 'work/goal-cycle',
  });
});

test('a goal is put away only when nothing is open, and keeps its text', async () => {
  const agent = await testAgent();
  const goal = goalOf(agent);
  await expect(goal.archive('completed', 'reached')).rejects.toMatchObject({
    code: 'work/goal-open',
  });
  for (const subGoal of ['ch4_check', 'ch4_decisions', 'ch5_check']) {
    await goal.transition({ subGoal, to: 'abandoned', reason: 'enough', day });
  }
  const path = await goal.archive('completed', 'reached');
  expect(path).toBe(
    'goal_archive/2026-06-08_every_citation_in_chapters_3_to_5_checked_against_its_source.md',
  );
  expect(existsSync(join(agent.root, 'goal.md'))).toBe(false);
  const kept = agent.read(path);
  expect(kept).toContain('active: false');
  expect(kept).toContain('archive_reason: completed');
  expect(kept).toContain('- 2026-06-08 — goal archived: completed');
  expect(await goal.load()).toBeUndefined();
  expect(readdirSync(join(agent.root, 'goal_archive'))).toHaveLength(1);
});

test('a goal.md that is wrong is named with its fault, and left as it is', async () => {
  const agent = await testAgent();
  edit(agent, 'status: pending', 'status: someday');
  const before = agent.read('goal.md');
  await expect(goalOf(agent).load()).rejects.toThrow('`status` of ch5_check must be one of');
  expect(agent.read('goal.md')).toBe(before);
});

test.each([
  ['an active goal', (root: string) => void root, true],
  [
    'one that is put to rest',
    (root: string) => change(root, 'goal.md', 'active: true', 'active: false'),
    false,
  ],
  [
    'one of an agent that only reacts',
    (root: string) => change(root, 'persona/IDENTITY.md', /hybrid/gi, 'reactive'),
    false,
  ],
])('%s is in the prompt only when it applies', async (_, prepare, isThere) => {
  const model = scriptedModel([{ text: 'a' }]);
  const agent = await testAgent(model, prepare);
  await runAgent(agent.world, { agent: 'harbor', workItem: 'x' });
  const prompt = model.requests[0]?.system.map(({ text }) => text).join('') ?? '';
  expect(prompt.includes('# goal.md\n\n')).toBe(isThere);
});

function change(root: string, file: string, from: string | RegExp, to: string): void {
  const path = join(root, file);
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
}
