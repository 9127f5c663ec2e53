import { DatumError } from '../../base/index.ts';
import {
  answer,
  type Call,
  type Clause,
  clockNow,
  inParallel,
  perform,
  within,
} from '../../effect/index.ts';
import { askedModel, generate, priceTokens } from '../../model/index.ts';
import { AgentError } from '../error.ts';
import { localTime } from '../local-time.ts';
import { recordingStopped } from '../recording-stopped.ts';
import { budgetHandlers } from '../stage/budget.ts';
import { performLines } from '../stage/child-line.ts';
import type { LoadedRun } from '../stage/load.ts';
import { atMost } from './at-most.ts';
import { releaseBatch } from './batch-reservation.ts';
import { beginBatch } from './begin-batch.ts';
import { type Asked, type BatchOfCalls, batchLine, helperLine } from './helper-line.ts';
import { helperModelRequest } from './helper-request.ts';
import { askHelper, askHelpers, type HelperAnswer, type HelperArgs } from './operations.ts';
import { keepsProvenance } from './provenance.ts';

/** What performs the helpers of a run: its own caps pay for them, and its log has their lines. */
export const helperClauses = (run: LoadedRun): readonly Clause[] => [
  answer(askHelper, async (args, { signal = run.signal, step }) => {
    const asked = await ask(run, args, signal);
    await writeLines(run, [asked], { step: step?.address ?? '' });
    if (asked.answer === undefined) throw asked.error;
    return asked.answer;
  }),
  answer(askHelpers, async ({ requests, concurrent }, { signal = run.signal, step }) => {
    const asked = await askAll(run, requests, {
      concurrent,
      signal,
      step: step?.address ?? '',
    });
    const answers = asked.flatMap(({ answer: given }) => (given === undefined ? [] : [given]));
    if (answers.length < requests.length) throw partialFailure(asked);
    return { answers };
  }),
];

/** Asks, and answers how it went: nothing but the end of the record itself is thrown. */
async function ask(run: LoadedRun, args: HelperArgs, signal: Call['signal']): Promise<Asked> {
  const request = helperModelRequest(run, args);
  try {
    const given = await perform(generate, request, signal === undefined ? {} : { signal });
    const model = askedModel(given);
    const { usd, estimated } = await priceTokens(model, given.tokens, run.identity.database);
    const sources = args.sources ?? [];
    const helped: HelperAnswer = {
      text: given.text,
      model,
      inputTokens: given.tokens.input,
      outputTokens: given.tokens.output,
      costUsd: usd,
      costEstimated: estimated || !given.measured,
      latencyMillis: given.latencyMillis,
      sources: [...sources],
      provenancePreserved: keepsProvenance(given.text, sources),
    };
    return { args, model, answer: helped };
  } catch (error) {
    if (!(error instanceof DatumError) || recordingStopped() || signal?.aborted === true)
      throw error;
    return { args, model: request.model, error };
  }
}

interface BatchLimits {
  readonly concurrent: number;
  readonly signal: Call['signal'];
  /** Where the batch stands in its run. */
  readonly step: string;
}

async function askAll(
  run: LoadedRun,
  requests: readonly HelperArgs[],
  { concurrent, signal, step }: BatchLimits,
): Promise<readonly Asked[]> {
  const planned = requests.map((args) => helperModelRequest(run, args));
  const { id, batch } = await beginBatch(run, planned, { of: 'helper', step });
  const tasks = requests.map((args) => () => ask(run, args, signal));
  const asked = await within(budgetHandlers(run, id ?? undefined), () =>
    inParallel(atMost(concurrent, tasks)),
  );
  if (id !== null) await perform(releaseBatch, { id });
  const actualUsd = asked.reduce((sum, { answer: given }) => sum + (given?.costUsd ?? 0), 0);
  await writeLines(run, asked, { step, batch: { ...batch, actualUsd } });
  return asked;
}

async function writeLines(
  run: LoadedRun,
  asked: readonly Asked[],
  { step, batch }: { readonly step: string; readonly batch?: BatchOfCalls },
): Promise<void> {
  const time = localTime(await perform(clockNow, {}), run.world.zone);
  const isBatch = batch !== undefined;
  const lines = asked.map((each, index) =>
    helperLine(run, time, { ...each, step: isBatch ? `${step}.${index + 1}` : step }),
  );
  const release = isBatch ? [batchLine(run, time, batch)] : [];
  await performLines(time, [...lines, ...release]);
}

/** What is right of a batch stays right when a part of it fails. */
function partialFailure(asked: readonly Asked[]): AgentError {
  const failures = asked.flatMap(({ error }, index) =>
    error === undefined ? [] : [{ index, code: error.code, message: error.message }],
  );
  const results = asked.map(({ answer: given }) => (given === undefined ? null : { ...given }));
  return new AgentError({
    code: 'agent/helper-batch-failed',
    message: `${failures.length} of ${asked.length} helpers failed, first: ${failures[0]?.message ?? ''}`,
    hint: 'use the results that came, and ask again for the others',
    data: { failures, results },
  });
}
