import { warningsOf } from '../prompt/model-warnings.ts';
import type { RunResult } from '../run-options.ts';
import type { WrittenCaptures } from './capture.ts';
import { delegatedUsd, helperUsd } from './children.ts';
import type { LoadedRun } from './load.ts';
import type { Outcome } from './loop.ts';

/** The result of a run that reached its end. */
export const runResult = (
  run: LoadedRun,
  { outcome, captures }: { readonly outcome: Outcome; readonly captures: WrittenCaptures },
): RunResult => ({
  ...emptyResult(run),
  text: outcome.text,
  ...(outcome.value === undefined ? {} : { value: outcome.value }),
  model: outcome.model,
  captures: captures.files,
});

/** The result of a run that a guard refused before it began. */
export const skippedResult = (run: LoadedRun, reason: string): RunResult => ({
  ...emptyResult(run),
  status: 'skipped',
  reason,
});

/** The result of a run that was cut short: what it had said and done by then. */
export const cutResult = (
  run: LoadedRun,
  {
    status,
    reason,
    captures,
  }: Pick<RunResult, 'captures'> & {
    readonly status: 'skipped' | 'interrupted';
    readonly reason: string;
  },
): RunResult => ({ ...emptyResult(run), status, reason, text: run.draft.text, captures });

/** The result of a repetition: the run that answered before. */
export const dedupedResult = (run: LoadedRun, replayedRun: string): RunResult => ({
  ...emptyResult(run),
  status: 'deduped',
  replayedRun,
});

function emptyResult(run: LoadedRun): RunResult {
  const { identity, model, meter } = run;
  return {
    run: identity.id,
    agent: identity.request.agent,
    status: 'ok',
    text: '',
    model,
    inputTokens: meter.inputTokens,
    outputTokens: meter.outputTokens,
    cacheHitTokens: meter.cacheHitTokens,
    costUsd: meter.costUsd,
    helperUsd: helperUsd(run),
    delegatedUsd: delegatedUsd(run),
    costEstimated: meter.costEstimated,
    latencyMillis: meter.latencyMillis,
    captures: [],
    captureFailures: meter.captureFailures,
    toolCalls: [...meter.toolCalls],
    toolIterations: meter.toolIterations,
    toolIterationsMaxed: meter.toolIterationsMaxed,
    toolsLeftOut: [...meter.toolsLeftOut],
    warnings: warningsOf(run.modelFile),
  };
}
