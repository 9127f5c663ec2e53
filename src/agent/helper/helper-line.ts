import type { DatumError } from '../../base/index.ts';
import { type RunRecord, summaryOf } from '../../folder/index.ts';
import { roundUsd } from '../../model/index.ts';
import type { LocalTime } from '../local-time.ts';
import { childLine } from '../stage/child-line.ts';
import type { LoadedRun } from '../stage/load.ts';
import type { HelperAnswer, HelperArgs } from './operations.ts';

/** A helper that was asked, and what came of it. */
export type Asked = { readonly args: HelperArgs; readonly model: string } & (
  | { readonly answer: HelperAnswer; readonly error?: undefined }
  | { readonly answer?: undefined; readonly error: DatumError }
);

/** The line of a helper in the log of the run that asked it (atomic-runtime §6). */
export function helperLine(
  run: LoadedRun,
  time: LocalTime,
  asked: Asked & { readonly step: string },
): RunRecord {
  const { args, model, answer, error, step } = asked;
  const { agent } = run.identity.request;
  const named = {
    primitive: 'helper',
    trigger: 'helper',
    summary: summaryOf(args.summary === '' ? args.prompt : args.summary),
    model,
    parentAgent: agent,
  };
  if (answer === undefined) {
    const extras = { step, error: `${error.code}: ${error.message}` };
    return childLine(run, time, { ...named, status: 'error', extras });
  }
  const { sources, provenancePreserved } = answer;
  return childLine(run, time, {
    ...named,
    status: 'ok',
    inputTokens: answer.inputTokens,
    outputTokens: answer.outputTokens,
    costUsd: answer.costUsd,
    costSource: 'actor',
    latencyMs: answer.latencyMillis,
    extras: {
      step,
      ...(answer.costEstimated ? { cost_estimated_via_fallback: true } : {}),
      ...(sources.length === 0
        ? {}
        : { sources: [...sources], provenance_preserved: provenancePreserved }),
    },
  });
}

export interface BatchOfCalls {
  readonly of: 'helper' | 'delegate';
  readonly size: number;
  readonly reservedUsd: number;
  /** Where it stands in its run. */
  readonly step: string;
  /** Absent while it is only reserved. */
  readonly actualUsd?: number;
}

/** The line that a batch is reserved, or is over and gives back what it did not use. */
export function batchLine(run: LoadedRun, time: LocalTime, batch: BatchOfCalls): RunRecord {
  const { of, size, reservedUsd, actualUsd, step } = batch;
  const isOver = actualUsd !== undefined;
  const trigger = `${of}_batch_${isOver ? 'release' : 'reservation'}`;
  return childLine(run, time, {
    primitive: of,
    trigger,
    status: 'ok',
    summary: `batch of ${size}`,
    parentAgent: run.identity.request.agent,
    extras: {
      step,
      reserved_usd: reservedUsd,
      ...(isOver ? { actual_usd: roundUsd(actualUsd) } : {}),
      batch_size: size,
    },
  });
}
