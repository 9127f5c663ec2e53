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
export { bodyOf, type Committed, type Idempotency, type KeyState, tickKey } from './idempotency.ts';
export { logConversations } from './log-conversations.ts';
export { type IdempotencyOptions, logIdempotency } from './log-idempotency.ts';
export {
  anonymous,
  localPrincipal,
  type Principal,
  principalOf,
  requireVerified,
} from './principal.ts';
