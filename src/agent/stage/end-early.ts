import { DatumError } from '../../base/index.ts';
import type { RunOptions, RunResult } from '../run-options.ts';
import { tightestCap } from './budget.ts';
import { keepCaptures } from './capture.ts';
import { type Cut, cutOf } from './cut.ts';
import { handOff } from './hand-off.ts';
import { announceCut } from './identify.ts';
import { isOverBudget, sayLastWords } from './last-words.ts';
import type { LoadedRun } from './load.ts';
import { recordCut, recordFailure } from './record.ts';
import { cutResult } from './result.ts';

/**
 * Ends a run that did not come to its end. One that was stopped or refused keeps what it had done
 * (text, captures, journal) and is a result; any other error is recorded and thrown on.
 */
export async function endEarly(
  run: LoadedRun,
  error: unknown,
  options: RunOptions,
): Promise<RunResult> {
  const cut = cutOf(error, options.signal);
  if (isOverBudget(error)) await sayLastWords(run, options);
  await Promise.allSettled(run.pending);
  if (cut === undefined) {
    await recordFailure(run, error);
    throw error;
  }
  if (cut.inAnswer) await announceCut(run.world, run.identity, run.meter.cuts);
  if (await isForPerson(run, error, cut)) await handOff(run, cut.reason);
  const captures = await keepCaptures(run);
  await recordCut(run, { ...cut, captures });
  return cutResult(run, { ...cut, captures: captures.files });
}

/** A cap whose action is to hand off refused the next call, or stopped the answer in the middle. */
async function isForPerson(run: LoadedRun, error: unknown, cut: Cut): Promise<boolean> {
  if (cut.inAnswer && cut.reason.startsWith('guard/out-of-money')) {
    return (await tightestCap(run))?.action === 'handoff';
  }
  return error instanceof DatumError && error.data['verdict'] === 'handoff';
}
