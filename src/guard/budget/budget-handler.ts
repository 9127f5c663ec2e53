import type { Json } from '../../base/index.ts';
import type { Call, Handler, Next } from '../../effect/index.ts';
import type { Budget, Request } from './budget.ts';
import type { BudgetSettings } from './caps.ts';
import { isHard } from './decide.ts';
import type { Decision } from './decision.ts';
import { isUnpaid, type PricedOperation } from './priced-operation.ts';
import { spendWatch } from './spend-watch.ts';
import type { Spender } from './spender.ts';

export interface BudgetHandlerOptions {
  readonly budget: Budget;
  readonly spender: Spender;
  /** Read before each call, so that a changed cap counts from the next call on. */
  readonly settings: () => BudgetSettings | Promise<BudgetSettings>;
  /** Goes past the caps; counted, warned of and recorded as such. */
  readonly critical?: boolean;
  /** True while the run writes its last words, for which `finishShare` of each cap is kept. */
  readonly finishing?: () => boolean;
  /** `actor` when absent. */
  readonly source?: string;
  /** The batch whose reservation the calls draw from. */
  readonly batch?: string;
  /** Told of each decision, also of a refusal's; not of steps a resumed run is served. */
  readonly onDecision?: (decision: Decision) => void;
}

/**
 * Pays for what costs money: reserves the worst case of each live attempt, moves it to the fallback
 * model when a cap says so, and settles it at its true cost. Throws `guard/over-budget`.
 */
export function budgetHandler(options: BudgetHandlerOptions): Handler {
  const { budget } = options;
  const rules = new Map(budget.priced.map((rule) => [rule.operation, rule]));
  return {
    name: 'budget',
    place: 'budget',
    operations: [...rules.keys()],
    handle: (call, next) => {
      const rule = rules.get(call.operation.name);
      return rule === undefined ? next(call) : pay({ options, rule, call, next });
    },
  };
}

interface Payment {
  readonly options: BudgetHandlerOptions;
  readonly rule: PricedOperation;
  readonly call: Call;
  readonly next: Next;
}

async function pay({ options, rule, call, next }: Payment): Promise<Json> {
  const { budget } = options;
  const request = await requestOf(options, rule, call);
  const isFree = request.worst.bound === 0 && !budget.isCapped(request.settings);
  if (isFree) return next(call);
  const { id, decision } = await budget.reserve(request);
  const falls = decision.verdict === 'fallback';
  const args = falls ? rule.withModel(call.args, decision.model) : call.args;
  if (falls) call.step?.note('budget/fallback', decision.model);
  const attempts = call.step?.attempts;
  const watched = await watch({ budget, rule, request, decision, id }, { ...call, args });
  let result: Json;
  try {
    result = await next(watched);
  } catch (error) {
    const neverLeft = attempts !== undefined && call.step?.attempts === attempts;
    if (neverLeft || isUnpaid(error)) await budget.settle(id, 0, 'released');
    else await budget.settle(id, decision.worst.bound, 'unknown');
    throw error;
  }
  const { usd, estimated } = await rule.cost(args, result, await budget.prices());
  const as = estimated ? 'estimated' : 'measured';
  // With the result itself, in one transaction; a read's result waits, so its cost goes by itself.
  if (call.step !== undefined && call.operation.kind !== 'read') {
    call.step.also(budget.settlement(id, usd, as));
  } else await budget.settle(id, usd, as);
  return result;
}

interface Watched {
  readonly budget: Budget;
  readonly rule: PricedOperation;
  readonly request: Request;
  readonly decision: Decision;
  readonly id: string;
}

/** The call with its spending watched while the answer arrives; a critical one may go on. */
async function watch({ budget, rule, request, decision, id }: Watched, call: Call): Promise<Call> {
  if (rule.meter === undefined || decision.verdict === 'critical') return call;
  if (!decision.caps.some(isHard)) return call;
  const { signal, onProgress } = spendWatch({
    estimate: decision.worst.estimate,
    meter: await rule.meter(call.args, await budget.prices()),
    left: () => budget.leftFor(id, request),
  });
  const aborted = (): void => call.step?.note('budget/out-of-money', String(signal.reason.message));
  signal.addEventListener('abort', aborted, { once: true });
  return {
    ...call,
    signal: call.signal === undefined ? signal : AbortSignal.any([call.signal, signal]),
    onProgress: (piece) => {
      onProgress(piece);
      call.onProgress?.(piece);
    },
  };
}

async function requestOf(
  options: BudgetHandlerOptions,
  rule: PricedOperation,
  call: Call,
): Promise<Request> {
  const { budget, spender, critical, finishing, source, batch, onDecision } = options;
  const settings = await options.settings();
  const prices = await budget.prices();
  const { fallbackModel } = settings;
  const fallback =
    fallbackModel === undefined
      ? {}
      : { fallback: await rule.worst(rule.withModel(call.args, fallbackModel), prices) };
  return {
    spender,
    settings,
    operation: rule.operation,
    model: rule.modelOf(call.args),
    worst: await rule.worst(call.args, prices),
    ...fallback,
    ...(critical === undefined ? {} : { critical }),
    ...(finishing === undefined ? {} : { finishing: finishing() }),
    ...(source === undefined ? {} : { source }),
    ...(call.step === undefined ? {} : { step: call.step }),
    ...(batch === undefined ? {} : { batch }),
    ...(onDecision === undefined ? {} : { onDecision }),
  };
}
