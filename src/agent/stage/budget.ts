import type { Handler } from '../../effect/index.ts';
import {
  type Answer,
  type BudgetHandlerOptions,
  type BudgetSettings,
  budgetHandler,
  type CapStanding,
  heldBy,
  isHard,
  isRefusal,
  microUsd,
  type Spender,
} from '../../guard/index.ts';
import { capsItem, heldSettings, loosenedCaps } from '../held-caps.ts';
import type { LeftOut } from '../program/program.ts';
import { distrust } from '../program/program-tools.ts';
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
  if (!isRefusal(answer.verdict)) return undefined;
  const [held] = heldBeside(run);
  return held === undefined ? answer : { ...answer, reason: `${answer.reason}; ${held.reason}` };
}

/** What model.md states of caps and does not count yet, for the run to say. */
export function heldBeside({
  world,
  identity,
  modelFile,
  snapshot,
}: LoadedRun): readonly LeftOut[] {
  const loosened = loosenedCaps(world, identity.request.agent, modelFile.guardrails);
  if (loosened.length === 0) return [];
  const name = capsItem(snapshot.inHome('model.md'));
  const caps = loosened.map(({ scope, usd, action }) => `${scope} $${usd} ${action}`).join(', ');
  return [{ name, reason: `${caps} holds on: ${distrust(name, 'changed')}` }];
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

/** The cap that refuses and leaves least, as it stands now. */
export async function tightestCap(run: LoadedRun): Promise<CapStanding | undefined> {
  const { budget } = run.world;
  const standings = (await budget?.standing(spenderOf(run), settingsFor(run))) ?? [];
  const left = ({ usd, spent, open }: CapStanding): number => microUsd(usd) - spent - heldBy(open);
  return standings.filter(isHard).toSorted((a, b) => left(a) - left(b))[0];
}

/** Settles what the process that died had reserved for this run. */
export async function settleDead({ identity, world }: LoadedRun): Promise<void> {
  if (identity.resumed) await world.budget?.review({ run: identity.id });
}

function settingsFor({ world, identity, modelFile, inherited }: LoadedRun): BudgetSettings {
  const { fallbackModel, guardrails } = modelFile;
  const own = heldSettings(world, identity.request.agent, guardrails);
  const fallback = fallbackModel === undefined ? {} : { fallbackModel };
  return { ...own, ...fallback, caps: [...own.caps, ...inherited] };
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
