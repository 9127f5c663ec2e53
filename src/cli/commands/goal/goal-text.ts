import type { JsonObject } from '../../../base/index.ts';
import { type Goal, nextOf, paceOf, type SubGoal } from '../../../work/index.ts';
import type { Report } from '../../command.ts';

const MARKS: Readonly<Record<SubGoal['status'], string>> = {
  pending: '[ ]',
  in_progress: '[~]',
  complete: '[x]',
  blocked: '[!]',
  abandoned: '[-]',
  awaiting_decision: '[?]',
  skipped: '[-]',
};

/** A sub-goal on one line. */
export function subGoalLine({ id, label, status, blockedBy, deadline, output }: SubGoal): string {
  const more = [
    ...(blockedBy === undefined ? [] : [`waits for ${blockedBy}`]),
    ...(deadline === undefined ? [] : [`by ${deadline}`]),
    ...(output === undefined ? [] : [output]),
  ];
  return `${MARKS[status]} ${id}  ${label}${more.length === 0 ? '' : ` (${more.join(', ')})`}`;
}

/** How far a goal has come. */
export function goalData(goal: Goal, today: string): JsonObject {
  const done = goal.subGoals.filter(({ status }) => status === 'complete').length;
  const pace = paceOf(goal, today);
  const next = nextOf(goal);
  return {
    ...(JSON.parse(JSON.stringify(goal)) as JsonObject),
    done,
    total: goal.subGoals.length,
    ...(pace === undefined ? {} : { pace }),
    ...(next === undefined ? {} : { next: next.id }),
  };
}

/** A goal as most commands show it. */
export const goalReport = (goal: Goal, today: string): Report => ({
  data: goalData(goal, today),
  text: goalText(goal, today),
});

function goalText(goal: Goal, today: string): string {
  const { done, total, pace } = goalData(goal, today);
  const by = goal.deadline === undefined ? '' : `, by ${goal.deadline}`;
  const how = pace === undefined ? '' : `, ${String(pace)}`;
  const head = `${goal.intent}\n${String(done)} of ${String(total)} done${by}${how}`;
  return [head, ...goal.subGoals.map(subGoalLine)].join('\n');
}
