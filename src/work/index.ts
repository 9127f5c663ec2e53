/** `work`: what is to be done, for whom, once, and how it ended. */

export {
  budgetTokensDefault,
  type ConversationName,
  type Conversations,
  type Exchange,
  normalizeTurns,
  type Turn,
  turnBudget,
  turnTokens,
} from './conversation.ts';
export { WorkError } from './error.ts';
export { FileGoal, type GoalWorld } from './file-goal.ts';
export {
  addSubGoal,
  advance,
  checkGoal,
  type Goal,
  isReached,
  nextOf,
  type Pace,
  paceOf,
  type SubGoal,
  type SubGoalState,
  subGoalStates,
  type Transition,
} from './goal.ts';
export { type GoalName, STANDING } from './goal-name.ts';
export { bodyOf, type Committed, type Idempotency, type KeyState, tickKey } from './idempotency.ts';
export { logConversations } from './log-conversations.ts';
export { type IdempotencyOptions, logIdempotency } from './log-idempotency.ts';
export { logOutcomes } from './log-outcomes.ts';
export type { Outcome, OutcomeIteration, OutcomeStatus, Outcomes } from './outcome.ts';
export {
  anonymous,
  localPrincipal,
  type Principal,
  principalOf,
  requireVerified,
} from './principal.ts';
export {
  type Kept,
  keptBy,
  type ScheduleName,
  takeSchedule,
  tickCut,
  tickDone,
} from './schedules.ts';
export { dueTick, nextTick, type Recurrence } from './ticks.ts';
