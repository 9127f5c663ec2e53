import type { JsonObject } from '../base/index.ts';
import { WorkError } from './error.ts';

/** States of a sub-goal (atomic-runtime §14); `complete`, `abandoned` and `skipped` are ends. */
export const subGoalStates = [
  'pending',
  'in_progress',
  'complete',
  'blocked',
  'abandoned',
  'awaiting_decision',
  'skipped',
] as const;
export type SubGoalState = (typeof subGoalStates)[number];

export interface SubGoal {
  readonly id: string;
  readonly label: string;
  readonly status: SubGoalState;
  /** The sub-goal that must be complete before. */
  readonly blockedBy?: string;
  /** The day it was completed. */
  readonly completed?: string;
  readonly output?: string;
  readonly assigned?: string;
  readonly deadline?: string;
  readonly body?: string;
  readonly acceptanceCriteria?: readonly string[];
}

export interface Goal {
  readonly agent: string;
  readonly id: string;
  readonly intent: string;
  readonly priority: 'high' | 'medium' | 'low';
  /** `YYYY-MM-DD`, as all days here. */
  readonly created: string;
  readonly deadline?: string;
  readonly successCriteria: readonly string[];
  readonly subGoals: readonly SubGoal[];
  /** Why it was put away; absent: active. */
  readonly archived?: string;
}

/** What becomes of a sub-goal, and what is known of it then. */
export interface Transition {
  readonly to: SubGoalState;
  /** Refused with `work/goal-changed` when it is in another state by now. */
  readonly from?: SubGoalState;
  readonly blockedBy?: string;
  readonly output?: string;
  readonly assigned?: string;
  /** The day, for `completed`. */
  readonly day: string;
}

const SOURCES: Readonly<Record<SubGoalState, readonly SubGoalState[]>> = {
  pending: ['blocked', 'in_progress', 'awaiting_decision'],
  in_progress: ['pending', 'blocked', 'awaiting_decision'],
  complete: ['pending', 'in_progress', 'complete', 'awaiting_decision'],
  blocked: ['pending', 'in_progress', 'blocked', 'awaiting_decision'],
  abandoned: ['pending', 'in_progress', 'blocked', 'abandoned', 'awaiting_decision'],
  awaiting_decision: ['pending', 'in_progress', 'awaiting_decision'],
  skipped: ['pending', 'awaiting_decision', 'skipped'],
};

/**
 * The goal after a transition. Completing a sub-goal also frees those it blocked. Throws
 * `work/unknown-sub-goal`, `work/goal-changed`, `work/bad-transition` and `work/goal-cycle`.
 */
export function advance(goal: Goal, id: string, transition: Transition): Goal {
  const { to, from, day, blockedBy, output, assigned } = transition;
  const old = requireSubGoal(goal, id);
  if (from !== undefined && old.status !== from) throw changed(goal, old, from);
  if (!SOURCES[to].includes(old.status)) throw badTransition(old, to);
  const blocker = goal.subGoals.find((each) => each.id === blockedBy);
  if (to === 'blocked' && blocker?.status === 'complete') throw notBlocking(old, blocker);
  const { blockedBy: _, ...rest } = old;
  const kept = to === 'blocked' ? old : rest;
  if (to === 'complete' && old.status === 'complete') return goal;
  const next: SubGoal = {
    ...kept,
    status: to,
    ...(to === 'blocked' && blockedBy !== undefined ? { blockedBy } : {}),
    ...(to === 'complete' ? { completed: day } : {}),
    ...(output === undefined ? {} : { output }),
    ...(assigned === undefined ? {} : { assigned }),
  };
  const replaced = goal.subGoals.map((each) => (each === old ? next : each));
  const subGoals = to === 'complete' ? replaced.map((each) => freed(each, id)) : replaced;
  return checkGoal({ ...goal, subGoals });
}

const freed = (subGoal: SubGoal, blocker: string): SubGoal => {
  if (subGoal.status !== 'blocked' || subGoal.blockedBy !== blocker) return subGoal;
  const { blockedBy: _, ...rest } = subGoal;
  return { ...rest, status: 'pending' };
};

/** The goal with one more sub-goal at its end. Throws `work/bad-sub-goal-id`, `work/sub-goal-exists`. */
export function addSubGoal(goal: Goal, subGoal: Omit<SubGoal, 'status'>): Goal {
  if (!SUB_GOAL_ID.test(subGoal.id)) throw noSubGoalId(subGoal.id);
  return checkGoal({ ...goal, subGoals: [...goal.subGoals, { ...subGoal, status: 'pending' }] });
}

/** What a command line can name without quotes. */
const SUB_GOAL_ID = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,99}$/u;

/** The first pending sub-goal whose blocker is absent or complete. */
export const nextOf = ({ subGoals }: Goal): SubGoal | undefined =>
  subGoals.find(({ status, blockedBy }) => {
    const blocker = subGoals.find(({ id }) => id === blockedBy);
    return status === 'pending' && (blocker === undefined || blocker.status === 'complete');
  });

/** True when there is at least one sub-goal and none is left to do; the criteria are for a person. */
export const isReached = ({ subGoals }: Goal): boolean =>
  subGoals.length > 0 && subGoals.every(({ status }) => ENDS.has(status));

const ENDS: ReadonlySet<SubGoalState> = new Set(['complete', 'abandoned', 'skipped']);

export type Pace = 'ahead' | 'on-pace' | 'behind' | 'overdue';

/** How the work compares with the time that passed, within ten points; absent without a deadline. */
export function paceOf(goal: Goal, today: string): Pace | undefined {
  if (goal.deadline === undefined || goal.subGoals.length === 0) return undefined;
  if (today > goal.deadline && !isReached(goal)) return 'overdue';
  const [start, now, end] = [goal.created, today, goal.deadline].map((day) => Date.parse(day));
  const length = (end ?? 0) - (start ?? 0);
  const time = length <= 0 ? 1 : ((now ?? 0) - (start ?? 0)) / length;
  const done = goal.subGoals.filter(({ status }) => status === 'complete').length;
  const lead = done / goal.subGoals.length - time;
  if (Math.abs(lead) <= 0.1) return 'on-pace';
  return lead > 0 ? 'ahead' : 'behind';
}

/** Throws for ids that are not unique, blockers that are not there, and blockers in a circle. */
export function checkGoal(goal: Goal): Goal {
  const ids = goal.subGoals.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) < index);
  if (twice !== undefined)
    throw refuse('work/sub-goal-exists', `two sub-goals have the id ${twice}`, { twice });
  for (const { id, blockedBy } of goal.subGoals) {
    if (blockedBy === undefined) continue;
    requireSubGoal(goal, blockedBy);
    if (isCircle(goal, id)) {
      throw refuse('work/goal-cycle', `${id} would wait for itself`, { subGoal: id });
    }
  }
  return goal;
}

function isCircle(goal: Goal, start: string): boolean {
  let next = requireSubGoal(goal, start).blockedBy;
  for (let steps = 0; next !== undefined && steps <= goal.subGoals.length; steps += 1) {
    if (next === start) return true;
    next = requireSubGoal(goal, next).blockedBy;
  }
  return false;
}

function requireSubGoal(goal: Goal, id: string): SubGoal {
  const found = goal.subGoals.find((each) => each.id === id);
  if (found !== undefined) return found;
  throw refuse('work/unknown-sub-goal', `there is no sub-goal ${id} in this goal`, { subGoal: id });
}

const refuse = (code: `work/${string}`, message: string, data: JsonObject): WorkError =>
  new WorkError({ code, message, kind: 'usage', hint: 'see datum goal status', data });

const noSubGoalId = (id: string): WorkError =>
  new WorkError({
    code: 'work/bad-sub-goal-id',
    kind: 'usage',
    message: `${JSON.stringify(id)} is no id of a sub-goal`,
    hint: 'use letters, digits, ".", "_" and "-", without blanks; the words go into the label',
    data: { id },
  });

const badTransition = ({ id, status }: SubGoal, to: SubGoalState): WorkError =>
  refuse('work/bad-transition', `${id} is ${status} and cannot become ${to}`, { subGoal: id, to });

const notBlocking = ({ id }: SubGoal, blocker: SubGoal): WorkError =>
  refuse('work/bad-transition', `${blocker.id} is complete and blocks ${id} no more`, {
    subGoal: id,
    to: 'blocked',
  });

const changed = (goal: Goal, { id, status }: SubGoal, from: SubGoalState): WorkError =>
  new WorkError({
    code: 'work/goal-changed',
    kind: 'busy',
    message: `${id} of goal ${goal.id} is ${status} by now, not ${from}`,
    hint: 'look at it again and decide anew',
    data: { subGoal: id, expected: from, found: status },
  });
