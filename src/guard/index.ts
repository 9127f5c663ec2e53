/** `guard`: what decides whether an effect may happen. Here: whether it may be paid for. */

export { type AcceptedCaps, type HeldCaps, holdCaps } from './budget/accepted-caps.ts';
export { type Alert, readAlerts } from './budget/alerts.ts';
export { type Batch, type PlannedCall, reserveBatch } from './budget/batch.ts';
export {
  type Admission,
  Budget,
  type BudgetOptions,
  openBudget,
  type Request,
  refusedBy,
} from './budget/budget.ts';
export { type BudgetHandlerOptions, budgetHandler } from './budget/budget-handler.ts';
export { dayIn } from './budget/calendar.ts';
export {
  type BudgetSettings,
  type Cap,
  type CapScope,
  capScopes,
  inheritedCaps,
  noCaps,
  settingsOf,
} from './budget/caps.ts';
export { capsOwner, takeCaps } from './budget/caps-owner.ts';
export {
  type Answer,
  type CapStanding,
  decide,
  heldBy,
  isHard,
  isRefusal,
  type Question,
  type Verdict,
  type Worst,
} from './budget/decide.ts';
export { type Decision, encodeDecision, warningText } from './budget/decision.ts';
export { LEDGER, ledger, type SettledAs } from './budget/ledger.ts';
export { type MicroUsd, microUsd, usdOf } from './budget/money.ts';
export {
  type Cost,
  isUnpaid,
  type PricedOperation,
  pricedEmbed,
  pricedGenerate,
} from './budget/priced-operation.ts';
export type { Found } from './budget/review.ts';
export type { Spender } from './budget/spender.ts';
export type { Warning } from './budget/standing.ts';
export { GuardError } from './error.ts';
