import { DatumError } from '../../base/index.ts';
import { logOutcomes } from '../../work/index.ts';
import { AgentError } from '../error.ts';
import { openSnapshot } from '../prompt/snapshot.ts';
import type { AgentWorld, RunOptions } from '../run-options.ts';
import type { Feedback } from './draft-prompt.ts';
import { finishOutcome } from './finish-outcome.ts';
import { makeDraft, recordDraft, textOf } from './make-draft.ts';
import { brokenBy, endingOf } from './outcome-ending.ts';
import type { Draft, OutcomeResult } from './outcome-record.ts';
import { restoreOutcome, saveBegun, saveDraft } from './outcome-state.ts';
import { beginWork, type OutcomeRequest, type OutcomeWork } from './outcome-work.ts';

/**
 * Has an agent draft until a judge is satisfied, at most `iterationsMax` times (atomic-runtime §16).
 * A draft that is not good enough goes back with what is missing. Whatever the ending, the result is
 * written once, as a fact and as `outcomes/runs/<run>/result.json`, with all that was spent. Throws
 * `agent/bad-iterations`, `agent/no-judge` and `agent/lock-busy` before anything is spent.
 */
export async function runOutcome(
  world: AgentWorld,
  request: OutcomeRequest,
  options: RunOptions = {},
): Promise<OutcomeResult> {
  const { iterationsMax = 3 } = request;
  if (!Number.isInteger(iterationsMax) || iterationsMax < 1 || iterationsMax > 20) {
    throw badIterations(iterationsMax);
  }
  const work = await beginWork(world, request, options);
  const { id, judgeModel, started, before } = work;
  await saveBegun(world.log, id, { request, judgeModel, started, before: [...before] });
  return carryOn(work, []);
}

/**
 * Goes on with an outcome whose process died: drafts that were made and judged are kept, the run of
 * one that was cut off goes on where it stopped. Throws `agent/unknown-outcome`,
 * `agent/outcome-ended` for one that has its result, and `effect/unknown-outcome` as `resumeRun` does.
 */
export async function resumeOutcome(
  world: AgentWorld,
  id: string,
  options: RunOptions & { readonly repeat?: boolean } = {},
): Promise<OutcomeResult> {
  const { begun, drafts } = await restoreOutcome<OutcomeRequest>(world.log, id);
  const { agent } = begun.request;
  if ((await logOutcomes(world.log).read(agent, id)) !== undefined) throw hasEnded(agent, id);
  const snapshot = await openSnapshot(world.log, { agent, database: await world.log.at() });
  const before = new Map(begun.before);
  return carryOn({ ...begun, world, options, id, snapshot, before, isResumed: true }, drafts);
}

/** Drafts on from what there is, until the work has an end. */
async function carryOn(work: OutcomeWork, earlier: readonly Draft[]): Promise<OutcomeResult> {
  const { options } = work;
  const { iterationsMax = 3 } = work.request;
  const drafts = [...earlier];
  const last = drafts.at(-1);
  let feedback = last && feedbackOn(work, last);
  let ended = last && endingOf(last, iterationsMax);
  while (ended === undefined) {
    options.onStep?.(`draft ${drafts.length + 1} of at most ${iterationsMax}`);
    let draft: Draft;
    try {
      draft = await makeDraft(work, drafts.length + 1, feedback);
    } catch (error) {
      // Whether an answer was paid for is for a person to say; the work can still be gone on with.
      if (isUnknown(error)) throw error;
      ended = brokenBy(error, { isFirst: drafts.length === 0, signal: options.signal });
      break;
    }
    drafts.push(draft);
    await recordDraft(work, draft);
    await saveDraft(work.world.log, work.id, draft);
    ended = endingOf(draft, iterationsMax);
    feedback = feedbackOn(work, draft);
  }
  return finishOutcome(work, { drafts, ended, iterationsMax });
}

const isUnknown = (error: unknown): boolean =>
  error instanceof DatumError && error.code === 'effect/unknown-outcome';

function feedbackOn(work: OutcomeWork, draft: Draft): Feedback | undefined {
  const { iteration, judgement } = draft;
  if (judgement?.ok !== true) return undefined;
  return { draft: iteration, text: textOf(work, draft), verdict: judgement.verdict };
}

const badIterations = (given: number): AgentError =>
  new AgentError({
    code: 'agent/bad-iterations',
    kind: 'usage',
    message: `${given} is no number of drafts`,
    hint: 'allow 1 to 20 drafts',
    data: { given },
  });

const hasEnded = (agent: string, id: string): AgentError =>
  new AgentError({
    code: 'agent/outcome-ended',
    kind: 'usage',
    message: `${id} has its result already`,
    hint: `see it with: datum outcome show ${agent} ${id}`,
    data: { agent, outcome: id },
  });
