import type { Handler } from '../../effect/index.ts';
import {
  type Answer,
  type BudgetHandlerOptions,
  type BudgetSettings,
  budgetHandler,
  isRefusal,
  type Spender,
  settingsOf,
} from '../../guard/index.ts';
import type { LoadedRun } from './load.ts';
import { recordWarnings } from './record.ts';

/** Whether a run may begin, as its caps stand; why not, when it may not. */
export async function passGate(run: LoadedRun): Promise<Answer | undefined> {
  const { budget } = run.world;
  // A resumed run may have nothing left to pay for; each of its calls is asked about by itself.
  if (budget === undefined || run.identity.resumed) return undefined;
  const critical = run.identity.request.critical === true;
  const answer = await budget.check({
    spender: spenderOf(run),
    settings: settingsFor(run),
    critical,
  });
  return isRefusal(answer.verdict) ? answer : undefined;
}

/** Pays for the model calls of a run, each by itself. */
export function budgetHandlers(run: LoadedRun, batch = run.batch): readonly Handler[] {
  const options = budgetOptions(run);
  if (options === undefined) return [];
  return [budgetHandler({ ...options, ...(batch === undefined ? {} : { batch }) })];
}

/** How the calls of a run, and of its helpers, are paid; `undefined` where no money is kept. */
export function budgetOptions(run: LoadedRun): BudgetHandlerOptions | undefined {
  const { budget } = run.world;
  if (budget === undefined) return undefined;
  const settings = settingsFor(run);
  return {
    budget,
    spender: spenderOf(run),
    settings: () => settings,
    critical: run.identity.request.critical === true,
    finishing: () => run.meter.finishing,
    onDecision: ({ warnings }) => {
      if (warnings.length > 0) run.pending.push(recordWarnings(run, warnings));
    },
  };
}

/** Settles what the process that died had reserved for this run. */
export async function settleDead({ identity, world }: LoadedRun): Promise<void> {
  if (identity.resumed) await world.budget?.review({ run: identity.id });
}

function settingsFor({ modelFile, inherited }: LoadedRun): BudgetSettings {
  const { fallbackModel, guardrails } = modelFile;
  const fallback = fallbackModel === undefined ? {} : { fallbackModel };
  return settingsOf(guardrails, { caps: inherited, ...fallback });
}

function spenderOf({ identity }: LoadedRun): Spender {
  const { agent, tree, parentAgent } = identity.request;
  return {
    agent,
    run: identity.id,
    ...(tree === undefined ? {} : { tree }),
    ...(parentAgent === undefined ? {} : { coordinator: parentAgent }),
  };
}
