import type { Goal, SubGoal, Transition } from './goal.ts';

/**
 * The goals of agents (atomic-backends §19). Every change is made to the goal as it is at that
 * moment or not at all, so of two changes at once the second sees the first.
 */
export interface Goals {
  /** Throws `work/goal-exists`. */
  create(goal: Goal): Promise<Goal>;
  get(agent: string, id: string): Promise<Goal | undefined>;
  /** Those that are not archived, by id; `true` for the archived ones. */
  list(agent: string, options?: { readonly archived?: boolean }): Promise<readonly Goal[]>;
  addSubGoal(agent: string, id: string, subGoal: Omit<SubGoal, 'status'>): Promise<Goal>;
  /** Moves a sub-goal on; see `advance` for what is refused. */
  transition(
    agent: string,
    id: string,
    of: Transition & { readonly subGoal: string },
  ): Promise<Goal>;
  archive(agent: string, id: string, reason: string): Promise<Goal>;
}
