import type { DatumError } from '../../base/index.ts';
import { type RunRecord, summaryOf } from '../../folder/index.ts';
import type { LocalTime } from '../local-time.ts';
import { childLine } from '../stage/child-line.ts';
import type { LoadedRun } from '../stage/load.ts';
import type { DelegateResult, DelegationArgs } from './operations.ts';

/** A delegate that was asked, and what came of it. */
export type Delegated = { readonly args: DelegationArgs; readonly step: string } & (
  | { readonly result: DelegateResult; readonly error?: undefined }
  | { readonly result?: undefined; readonly error: DatumError }
);

/**
 * The line of a delegate in the log of its coordinator (atomic-runtime §6). What it cost is in its
 * own log, and here only as `delegated_usd`, so that nothing is counted twice (defect D5).
 */
export function delegateLine(run: LoadedRun, time: LocalTime, delegated: Delegated): RunRecord {
  const { args, step, result, error } = delegated;
  const { agent } = run.identity.request;
  const named = {
    primitive: 'delegate',
    trigger: 'delegate',
    summary: summaryOf(args.summary === '' ? args.workItem : args.summary),
    parentAgent: agent,
  };
  const target = { step, delegated_agent: args.target };
  if (result === undefined) {
    const extras = { ...target, error: `${error.code}: ${error.message}` };
    return childLine(run, time, { ...named, status: 'error', extras });
  }
  return childLine(run, time, {
    ...named,
    status: result.status,
    model: result.model,
    inputTokens: result.inputTokens,
    outputTokens: result.outputTokens,
    latencyMs: result.latencyMillis,
    extras: {
      ...target,
      delegate_run_id: result.run,
      delegated_usd: result.costUsd,
      captures_count: result.captures.length,
      ...(result.reason === undefined ? {} : { reason: result.reason }),
    },
  });
}
