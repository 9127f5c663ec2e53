import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { manualClock, seededRandom } from '../base/index.ts';
import { type Log, memoryLog } from '../fact/index.ts';
import {
  advance,
  checkGoal,
  type Goal,
  type Goals,
  isReached,
  logGoals,
  nextOf,
  paceOf,
  type SubGoalState,
  subGoalStates,
} from './index.ts';

const day = '2026-06-10';
const goal: Goal = {
  agent: 'harbor',
  id: 'pier',
  intent: 'Rebuild the pier',
  priority: 'high',
  created: '2026-06-01',
  deadline: '2026-06-21',
  successCriteria: ['boats can moor'],
  subGoals: [
    { id: 'done', label: 'Ask the harbour master', status: 'complete', completed: '2026-06-02' },
    { id: 'plan', label: 'Draw the plan', status: 'pending' },
    { id: 'wood', label: 'Buy wood', status: 'blocked', blockedBy: 'plan' },
    { id: 'build', label: 'Build', status: 'pending', blockedBy: 'wood' },
  ],
};

let log: Log;
let goals: Goals;
beforeEach(async () => {
  log = await memoryLog({ clock: manualClock(1_780_272_000_000_000), random: seededRandom('g') });
  goals = logGoals(log);
  await goals.create(goal);
});

const statesOf = ({ subGoals }: Goal) => subGoals.map(({ status }) => status);

test('a goal is worked through in order, and completing a sub-goal frees what it blocked', async () => {
  expect(nextOf(goal)?.id).toBe('plan');
  await goals.transition('harbor', 'pier', { subGoal: 'plan', to: 'in_progress', day });
  const of = {
    subGoal: 'plan',
    to: 'complete',
    from: 'in_progress',
    output: 'plan.pdf',
    day,
  } as const;
  const after = await goals.transition('harbor', 'pier', of);
  expect(statesOf(after)).toEqual(['complete', 'complete', 'pending', 'pending']);
  expect(after.subGoals[1]).toMatchObject({ completed: day, output: 'plan.pdf' });
  expect(nextOf(after)?.id).toBe('wood');
  expect(await goals.get('harbor', 'pier')).toEqual(after);
});

test('of two transitions from the same state at once one wins, the other is told', async () => {
  const of = { subGoal: 'plan', to: 'in_progress', from: 'pending', day } as const;
  const both = await Promise.allSettled([
    goals.transition('harbor', 'pier', of),
    goals.transition('harbor', 'pier', of),
  ]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const lost = both.find((each) => each.status === 'rejected');
  expect(lost).toMatchObject({ reason: { code: 'work/goal-changed', kind: 'busy' } });
});

test('changes to different sub-goals at once all stand', async () => {
  await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      goals.addSubGoal('harbor', 'pier', { id: `extra-${n}`, label: 'x'.repeat(400) }),
    ),
  );
  expect((await goals.get('harbor', 'pier'))?.subGoals).toHaveLength(12);
});

test.each([
  ['an unknown sub-goal', { subGoal: 'paint', to: 'complete' }, 'work/unknown-sub-goal'],
  ['a blocked one that is completed', { subGoal: 'wood', to: 'complete' }, 'work/bad-transition'],
  [
    'a blocker that is not there',
    { subGoal: 'plan', to: 'blocked', blockedBy: 'x' },
    'work/unknown-sub-goal',
  ],
  [
    'one that waits for itself',
    { subGoal: 'plan', to: 'blocked', blockedBy: 'plan' },
    'work/goal-cycle',
  ],
  [
    'a blocker that is done',
    { subGoal: 'build', to: 'blocked', blockedBy: 'done' },
    'work/bad-transition',
  ],
  ['a circle', { subGoal: 'plan', to: 'blocked', blockedBy: 'build' }, 'work/goal-cycle'],
] as const)('%s is refused and changes nothing', async (_, of, code) => {
  const before = log.home && (await log.at()).known;
  await expect(goals.transition('harbor', 'pier', { ...of, day })).rejects.toMatchObject({ code });
  expect((await log.at()).known).toBe(before);
});

test('a goal is created once, listed until it is archived, and kept', async () => {
  await expect(goals.create(goal)).rejects.toMatchObject({ code: 'work/goal-exists' });
  await goals.create({ ...goal, id: 'dock' });
  expect((await goals.list('harbor')).map(({ id }) => id)).toEqual(['dock', 'pier']);
  await goals.archive('harbor', 'pier', 'completed');
  expect((await goals.list('harbor')).map(({ id }) => id)).toEqual(['dock']);
  expect(await goals.list('harbor', { archived: true })).toMatchObject([{ archived: 'completed' }]);
  expect(await (await log.at()).history('goal:harbor/pier', 'goal/state')).toHaveLength(2);
});

test.each([
  ['2026-06-06', 'on-pace'],
  ['2026-06-16', 'behind'],
  ['2026-06-22', 'overdue'],
])('on %s a quarter done is %s', (today, pace) => {
  expect(paceOf(goal, today)).toBe(pace);
});

test('no sequence of transitions leaves the machine: ends stay ends, blockers exist, no circle', () => {
  const move = fc.record({
    subGoal: fc.constantFrom('done', 'plan', 'wood', 'build'),
    to: fc.constantFrom<SubGoalState>(...subGoalStates),
    blockedBy: fc.constantFrom('done', 'plan', 'wood', 'build'),
  });
  fc.assert(
    fc.property(fc.array(move, { maxLength: 20 }), (moves) => {
      let now = goal;
      for (const { subGoal, ...of } of moves) {
        const before = now;
        try {
          now = advance(now, subGoal, { ...of, day });
        } catch {
          expect(now).toBe(before);
        }
        expect(checkGoal(now)).toBe(now);
        for (const [index, { status }] of before.subGoals.entries()) {
          const ended = status === 'complete' || status === 'abandoned';
          if (ended) expect(now.subGoals[index]?.status).toBe(status);
        }
        for (const { status, blockedBy } of now.subGoals) {
          const blocker = now.subGoals.find(({ id }) => id === blockedBy);
          if (status === 'blocked') expect(blocker?.status).not.toBe('complete');
        }
        if (isReached(now)) expect(nextOf(now)).toBeUndefined();
      }
    }),
  );
});
