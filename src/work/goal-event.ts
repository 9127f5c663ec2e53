import type { JsonObject } from '../base/index.ts';
import type { SubGoal, SubGoalState, Transition } from './goal.ts';

/** What happened to a goal, for its history: one event, told in a line of prose. */
export interface GoalEvent {
  readonly event: JsonObject & { readonly event: string };
  readonly prose: string;
}

/** A change of one sub-goal that is asked for. */
export interface SubGoalMove extends Transition {
  readonly subGoal: string;
  readonly reason?: string;
}

/** States in words of the history. */
const EVENTS: Readonly<Record<SubGoalState, string>> = {
  pending: 'sub_goal_pending',
  in_progress: 'sub_goal_in_progress',
  complete: 'sub_goal_completed',
  blocked: 'sub_goal_blocked',
  abandoned: 'sub_goal_abandoned',
  awaiting_decision: 'sub_goal_awaiting_decision',
  skipped: 'sub_goal_skipped',
};

export function moved({
  subGoal,
  to,
  reason,
  blockedBy,
  output,
  assigned,
}: SubGoalMove): GoalEvent {
  const more = { blocked_by: blockedBy, output, assigned, reason };
  const event = {
    event: EVENTS[to],
    sub_goal_id: subGoal,
    ...Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined)),
  } as GoalEvent['event'];
  const why = [
    blockedBy === undefined ? '' : ` by \`${blockedBy}\``,
    reason === undefined ? '' : `: ${reason}`,
  ];
  const what = to === 'blocked' ? 'blocked' : `moved to ${to}`;
  return { event, prose: `sub_goal \`${subGoal}\` ${what}${why.join('')}` };
}

export const added = ({ id, label }: Omit<SubGoal, 'status'>): GoalEvent => ({
  event: { event: 'sub_goal_added', sub_goal_id: id, label },
  prose: `sub_goal \`${id}\` added`,
});

export const archived = (reason: string): GoalEvent => ({
  event: { event: 'goal_archived', reason },
  prose: `goal archived: ${reason}`,
});

/** The file was brought to what the facts say after a change was broken off. */
export const written: GoalEvent = {
  event: { event: 'goal_written' },
  prose: 'written to the file after an interruption',
};
