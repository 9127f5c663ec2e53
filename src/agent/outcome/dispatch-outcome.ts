import { isRefusal, refusedBy } from '../../guard/index.ts';
import type { FileGoal, SubGoal } from '../../work/index.ts';
import { nextOf } from '../../work/index.ts';
import { AgentError } from '../error.ts';
import { heldSettings } from '../held-caps.ts';
import { readModelOf } from '../prompt/prompt-source.ts';
import { openSnapshot } from '../prompt/snapshot.ts';
import type { AgentWorld, RunOptions } from '../run-options.ts';
import type { OutcomeResult } from './outcome-record.ts';
import type { OutcomeRequest } from './outcome-work.ts';
import { runOutcome } from './run-outcome.ts';

/** Which sub-goal is worked on, and how. */
export interface DispatchRequest extends Omit<OutcomeRequest, 'description' | 'rubric'> {
  /** The next one when absent. */
  readonly subGoal?: string;
  /** The acceptance criteria of the sub-goal when absent. */
  readonly rubric?: string;
}

/**
 * Works on a sub-goal as an outcome (atomic-runtime §14): satisfied completes it, a failure blocks
 * it, an interruption leaves it in progress. Throws `guard/over-budget`, after a line of history,
 * when the caps would not let it begin; `work/goal-changed` when somebody else moved it meanwhile.
 */
export async function dispatchOutcome(
  world: AgentWorld,
  goal: FileGoal,
  { request, options = {} }: { readonly request: DispatchRequest; readonly options?: RunOptions },
): Promise<OutcomeResult> {
  const subGoal = await wanted(goal, request.subGoal);
  await passDispatchGate(world, { goal, agent: request.agent, id: subGoal.id });
  const { id, status } = subGoal;
  const day = goal.today;
  if (status === 'pending') {
    await goal.transition({ subGoal: id, from: 'pending', to: 'in_progress', day });
  }
  const criteria = criteriaOf(subGoal);
  const description = [subGoal.label, subGoal.body ?? '', criteria]
    .filter((each) => each !== '')
    .join('\n\n');
  const { rubric = criteria === '' ? `The result does this: ${subGoal.label}` : criteria } =
    request;
  const result = await runOutcome(world, { ...request, description, rubric }, options);
  if (result.status === 'interrupted') return result;
  const output = result.outputFiles[0] ?? result.run;
  const of = { subGoal: id, from: 'in_progress', day: goal.today } as const;
  if (result.status === 'satisfied') await goal.transition({ ...of, to: 'complete', output });
  else await goal.transition({ ...of, to: 'blocked', reason: result.status });
  return result;
}

const criteriaOf = ({ acceptanceCriteria = [] }: SubGoal): string =>
  acceptanceCriteria.length === 0
    ? ''
    : [
        'Acceptance criteria for this sub-goal:',
        ...acceptanceCriteria.map((each) => `- ${each}`),
      ].join('\n');

async function wanted(goal: FileGoal, id: string | undefined): Promise<SubGoal> {
  const loaded = await goal.load();
  const all = loaded?.subGoals ?? [];
  const found =
    id === undefined
      ? (all.find(({ status }) => status === 'in_progress') ?? (loaded && nextOf(loaded)))
      : all.find((each) => each.id === id);
  const blocker = all.find((each) => each.id === found?.blockedBy);
  const isReady = found?.status === 'pending' || found?.status === 'in_progress';
  if (found !== undefined && isReady && (blocker === undefined || blocker.status === 'complete')) {
    return found;
  }
  throw new AgentError({
    code: 'agent/not-ready',
    kind: 'usage',
    message:
      id === undefined
        ? 'no sub-goal is ready to be worked on'
        : `${id} is not ready to be worked on`,
    hint: 'datum goal status shows what is pending, and what waits for what',
    data: { subGoal: id ?? '' },
  });
}

async function passDispatchGate(
  world: AgentWorld,
  { goal, agent, id }: { readonly goal: FileGoal; readonly agent: string; readonly id: string },
): Promise<void> {
  const { budget, log } = world;
  if (budget === undefined) return;
  const snapshot = await openSnapshot(log, { agent, database: await log.at() });
  const settings = heldSettings(world, agent, (await readModelOf(snapshot)).guardrails);
  const answer = await budget.check({ spender: { agent, run: `dispatch-${id}` }, settings });
  if (!isRefusal(answer.verdict)) return;
  const event = { event: 'coordinator_dispatch_rejected', sub_goal_id: id, reason: answer.reason };
  await goal.tell(event);
  throw refusedBy(answer);
}
