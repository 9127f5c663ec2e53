import { DatumError } from '../../base/index.ts';
import type { OutcomeStatus } from '../../work/index.ts';
import type { Draft } from './outcome-record.ts';
import { isSatisfied } from './outcome-verdict.ts';

/** How the work on an outcome ended. */
export interface OutcomeEnding {
  readonly status: OutcomeStatus;
  readonly explanation: string;
}

/** How the work ends when a draft breaks off with an error; one that is busy elsewhere began nothing. */
export function brokenBy(
  error: unknown,
  { isFirst, signal }: { readonly isFirst: boolean; readonly signal: AbortSignal | undefined },
): OutcomeEnding {
  if (!(error instanceof DatumError) || (isFirst && error.kind === 'busy')) throw error;
  const explanation = `${error.code}: ${error.message}`;
  return { status: signal?.aborted === true ? 'interrupted' : 'failed', explanation };
}

/** How the work ends with a draft; `undefined` when there is to be another. */
export function endingOf(draft: Draft, iterationsMax: number): OutcomeEnding | undefined {
  const { run, judgement, judgeError, iteration } = draft;
  if (run.status !== 'ok') {
    return { status: 'interrupted', explanation: run.reason ?? `the run was ${run.status}` };
  }
  if (judgement === undefined) {
    const isRefused = judgeError?.startsWith('guard/') === true;
    return { status: isRefused ? 'interrupted' : 'failed', explanation: judgeError ?? '' };
  }
  if (!judgement.ok) return { status: 'failed', explanation: `the judge: ${judgement.problem}` };
  const { verdict } = judgement;
  const { explanation } = verdict;
  if (verdict.rubric_contradicts_description) return { status: 'failed', explanation };
  if (isSatisfied(verdict)) return { status: 'satisfied', explanation };
  return iteration >= iterationsMax ? { status: 'max_iterations_reached', explanation } : undefined;
}
