import type { Json } from '../../base/index.ts';
import type { Database } from '../../fact/index.ts';
import type { Admission } from './budget.ts';
import type { BudgetHandlerOptions } from './budget-handler.ts';
import type { Worst } from './decide.ts';
import { usdOf } from './money.ts';
import type { PricedOperation } from './priced-operation.ts';

/** A call that a batch will make. */
export interface PlannedCall {
  readonly operation: string;
  readonly args: Json;
}

/** What a batch reserved: its id goes to the budget handler of its calls. */
export interface Batch extends Admission {
  readonly usd: number;
}

/**
 * Reserves the bounds of all calls of a batch at once, so that none begins unless all can be paid
 * (atomic-runtime §7.5). Release what is left with `budget.settle(id, 0, 'released')`. Throws
 * `guard/over-budget`.
 */
export async function reserveBatch(
  options: BudgetHandlerOptions,
  calls: readonly PlannedCall[],
): Promise<Batch> {
  const { budget, spender, critical = false, source, onDecision } = options;
  const prices = await budget.prices();
  const settings = await options.settings();
  const { fallbackModel } = settings;
  const planned = calls.flatMap(({ operation, args }) => {
    const rule = budget.priced.find((each) => each.operation === operation);
    return rule === undefined ? [] : [{ rule, args }];
  });
  const [first] = planned;
  const moved = planned.map(({ rule, args }) => ({
    rule,
    args: fallbackModel === undefined ? args : rule.withModel(args, fallbackModel),
  }));
  const admission = await budget.reserve({
    spender,
    settings,
    operation: first?.rule.operation ?? '',
    model: first?.rule.modelOf(first.args) ?? '',
    worst: await togetherOf(planned, prices),
    ...(fallbackModel === undefined ? {} : { fallback: await togetherOf(moved, prices) }),
    isBatch: true,
    critical,
    ...(source === undefined ? {} : { source }),
    ...(onDecision === undefined ? {} : { onDecision }),
  });
  return { ...admission, usd: usdOf(admission.decision.worst.bound) };
}

interface Planned {
  readonly rule: PricedOperation;
  readonly args: Json;
}

async function togetherOf(planned: readonly Planned[], prices: Database): Promise<Worst> {
  let bound = 0;
  for (const { rule, args } of planned) bound += (await rule.worst(args, prices)).bound;
  return { estimate: bound, bound };
}
