import { AgentError } from '../error.ts';
import { localTime } from '../local-time.ts';
import type { AgentWorld, RunOptions } from '../run-options.ts';
import type { Feedback } from './draft-prompt.ts';
import { finishOutcome } from './finish-outcome.ts';
import { makeDraft, recordDraft, textOf } from './make-draft.ts';
import { brokenBy, endingOf, type OutcomeEnding } from './outcome-ending.ts';
import type { Draft, OutcomeResult } from './outcome-record.ts';
import { beginWork, type OutcomeRequest } from './outcome-work.ts';

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
  const started = localTime(world.clock.now(), world.zone);
  const work = await beginWork(world, request, options);
  const drafts: Draft[] = [];
  let feedback: Feedback | undefined;
  let ended: OutcomeEnding | undefined;
  while (ended === undefined) {
    options.onStep?.(`draft ${drafts.length + 1} of at most ${iterationsMax}`);
    let draft: Draft;
    try {
      draft = await makeDraft(work, drafts.length + 1, feedback);
    } catch (error) {
      ended = brokenBy(error, { isFirst: drafts.length === 0, signal: options.signal });
      break;
    }
    drafts.push(draft);
    await recordDraft(work, draft);
    ended = endingOf(draft, iterationsMax);
    const { judgement } = draft;
    if (judgement?.ok === true) {
      feedback = {
        draft: draft.iteration,
        text: textOf(work, draft),
        verdict: judgement.verdict,
      };
    }
  }
  return finishOutcome(work, { drafts, ended, iterationsMax, started: started.iso });
}

const badIterations = (given: number): AgentError =>
  new AgentError({
    code: 'agent/bad-iterations',
    kind: 'usage',
    message: `${given} is no number of drafts`,
    hint: 'allow 1 to 20 drafts',
    data: { given },
  });
