import fc from 'fast-check';
import { expect, test } from 'vitest';
import { manualClock, seededRandom } from '../base/index.ts';
import { memoryLog } from '../fact/index.ts';
import { addSubGoal } from './goal.ts';
import { decodeGoal, encodeGoal } from './goal-value.ts';
import {
  advance,
  checkGoal,
  type Goal,
  isReached,
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

const statesOf = ({ subGoals }: Goal) => subGoals.map(({ status }) => status);

test('a goal is worked through in order, and completing a sub-goal frees what it blocked', () => {
  expect(nextOf(goal)?.id).toBe('plan');
  const begun = advance(goal, 'plan', { to: 'in_progress', day });
  const after = advance(begun, 'plan', {
    ...{ to: 'complete', from: 'in_progress', output: 'plan.pdf', day },
  });
  expect(statesOf(after)).toEqual(['complete', 'complete', 'pending', 'pending']);
  expect(after.subGoals[1]).toMatchObject({ completed: day, output: 'plan.pdf' });
  expect(nextOf(after)?.id).toBe('wood');
  const late = { to: 'in_progress', from: 'pending', day } as const;
  expect(() => advance(begun, 'plan', late)).toThrow(
    expect.objectContaining({ code: 'work/goal-changed', kind: 'busy' }),
  );
});

test('a long goal lies in a blob, and comes back as it was', async () => {
  const log = await memoryLog({
    clock: manualClock(1_780_272_000_000_000),
    random: seededRandom('g'),
  });
  const long = addSubGoal(goal, { id: 'extra', label: 'x'.repeat(4000) });
  for (const each of [goal, long]) {
    const { value, blobs } = await encodeGoal(each, log);
    expect(blobs).toHaveLength(each === long ? 1 : 0);
    expect(await decodeGoal(value, log)).toEqual(each);
  }
  expect(await decodeGoal(undefined, log)).toBeUndefined();
});

test.each([
  ['an unknown sub-goal', 'paint', { to: 'complete' }, 'work/unknown-sub-goal'],
  ['a blocked one that is completed', 'wood', { to: 'complete' }, 'work/bad-transition'],
  [
    'a blocker that is not there',
    'plan',
    { to: 'blocked', blockedBy: 'x' },
    'work/unknown-sub-goal',
  ],
  ['one that waits for itself', 'plan', { to: 'blocked', blockedBy: 'plan' }, 'work/goal-cycle'],
  ['a blocker that is done', 'build', { to: 'blocked', blockedBy: 'done' }, 'work/bad-transition'],
  ['a circle', 'plan', { to: 'blocked', blockedBy: 'build' }, 'work/goal-cycle'],
] as const)('%s is refused', (_, subGoal, of, code) => {
  expect(() => advance(goal, subGoal, { ...of, day })).toThrow(expect.objectContaining({ code }));
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
