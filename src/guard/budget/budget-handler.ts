import type { Json } from '../../base/index.ts';
import type { Call, Handler, Next, Step } from '../../effect/index.ts';
import type { Database } from '../../fact/index.ts';
import { GuardError } from '../error.ts';
import { type Budget, DecidedAnew, type Request, type Riding } from './budget.ts';
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

async function pay(payment: Payment): Promise<Json> {
  const { options, rule, call, next } = payment;
  const { budget } = options;
  const prices = await budget.prices();
  const request = await requestOf(payment, prices);
  const isFree = request.worst.bound === 0 && !budget.isCapped(request.settings);
  if (isFree) return next(call);
  // What an earlier call of the run came to counts in what this one may cost.
  await call.step?.writeEarlier();
  const { id, decision, isWritten } = await reserve(budget, request, call);
  const falls = decision.verdict === 'fallback';
  const args = falls ? rule.withModel(call.args, decision.model) : call.args;
  const attempts = call.step?.attempts;
  const watched = await watch({ budget, rule, prices, request, decision, id }, { ...call, args });
  let result: Json;
  try {
    result = await next(watched);
  } catch (error) {
    if (!isWritten()) call.step?.openWith(undefined);
    if (error instanceof DecidedAnew) return pay(payment);
    if (!isWritten()) throw error;
    const neverLeft = attempts !== undefined && call.step?.attempts === attempts;
    if (neverLeft || isUnpaid(error)) await budget.settle(id, 0, 'released');
    else await budget.settle(id, decision.worst.bound, 'unknown');
    throw error;
  }
  const { usd, estimated } = await rule.cost(args, result, prices);
  const as = estimated ? 'estimated' : 'measured';
  // A stack without intents would answer what nobody reserved for.
  if (!isWritten()) throw unreserved(call.operation.name);
  // With the result itself, in one transaction; a read's result waits, so its cost goes by itself.
  if (isAnnounced(call)) call.step.also(budget.settlement(id, usd, as));
  else await budget.settle(id, usd, as);
  return result;
}

/** An announced call reserves with its intent, any other by itself. */
async function reserve(budget: Budget, request: Request, call: Call): Promise<Riding> {
  if (isAnnounced(call)) return budget.reserveWith(call.step, request);
  return { ...(await budget.reserve(request)), isWritten: () => true };
}

/** A call of a recorded run whose intent is written before it leaves. */
const isAnnounced = (call: Call): call is Call & { readonly step: Step } =>
  call.step !== undefined && call.operation.kind !== 'read' && !call.operation.inLog;

const unreserved = (operation: string): GuardError =>
  new GuardError({
    code: 'guard/not-reserved',
    message: `${operation} was answered without an intent, so no money was reserved for it`,
    hint: "put the recorder's own handlers into the stack, both of them",
    data: { operation },
  });

interface Watched {
  readonly budget: Budget;
  readonly rule: PricedOperation;
  /** As they were when the call was decided. */
  readonly prices: Database;
  readonly request: Request;
  readonly decision: Decision;
  readonly id: string;
}

/** The call with its spending watched while the answer arrives; a critical one may go on. */
async function watch(watched: Watched, call: Call): Promise<Call> {
  const { budget, rule, prices, request, decision, id } = watched;
  if (rule.meter === undefined || decision.verdict === 'critical') return call;
  if (!decision.caps.some(isHard)) return call;
  const { signal, onProgress } = spendWatch({
    estimate: decision.worst.estimate,
    meter: await rule.meter(call.args, prices),
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

async function requestOf({ options, rule, call }: Payment, prices: Database): Promise<Request> {
  const { spender, critical, finishing, source, batch, onDecision } = options;
  const settings = await options.settings();
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
