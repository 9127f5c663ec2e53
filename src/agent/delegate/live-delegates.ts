import { DatumError, type JsonObject } from '../../base/index.ts';
import {
  answer,
  type Call,
  type Clause,
  clockNow,
  inParallel,
  perform,
} from '../../effect/index.ts';
import { refusedBy } from '../../guard/index.ts';
import { generate, type ModelRequest } from '../../model/index.ts';
import { AgentError } from '../error.ts';
import { atMost } from '../helper/at-most.ts';
import { releaseBatch } from '../helper/batch-reservation.ts';
import { beginBatch } from '../helper/begin-batch.ts';
import { batchLine } from '../helper/helper-line.ts';
import { localTime } from '../local-time.ts';
import { recordingStopped } from '../recording-stopped.ts';
import { passGate } from '../stage/budget.ts';
import { performLines } from '../stage/child-line.ts';
import type { LoadedRun } from '../stage/load.ts';
import { delegateOf } from './check-delegation.ts';
import { type Delegated, delegateLine } from './delegate-line.ts';
import { type CarryOut, carryOutDelegate, nameFor } from './delegate-run.ts';
import {
  askDelegate,
  askDelegates,
  type DelegationArgs,
  nameDelegate,
  runDelegate,
} from './operations.ts';

/** What performs the delegations of a run: checks, the delegate's own run, and the line in the log. */
export const delegateClauses = (run: LoadedRun, carryOut: CarryOut): readonly Clause[] => [
  answer(askDelegate, async (args, { signal = run.signal, step }) => {
    const agent = await delegateOf(run, args.target);
    const delegated = await ask({ args, agent, step: step?.address ?? '', signal });
    await writeLines(run, [delegated]);
    if (delegated.result === undefined) throw delegated.error;
    return delegated.result;
  }),
  answer(askDelegates, async ({ delegations, concurrent }, { signal = run.signal, step }) => {
    const agents: string[] = [];
    for (const { target } of delegations) agents.push(await delegateOf(run, target));
    const address = step?.address ?? '';
    const asked = delegations.map((args, index) => ({
      args,
      agent: agents[index] ?? args.target,
      step: `${address}.${index + 1}`,
      signal,
    }));
    const all = await askAll(run, asked, { concurrent, step: address });
    const results = all.flatMap(({ result }) => (result === undefined ? [] : [result]));
    if (results.length < all.length) throw partialFailure(all);
    return { results };
  }),
  answer(nameDelegate, async () => {
    const refused = await passGate(run);
    if (refused !== undefined) throw refusedBy(refused);
    return nameFor(run);
  }),
  answer(runDelegate, async (args, call) => carryOutDelegate(run, args, { carryOut, call })),
];

interface Asked {
  readonly args: DelegationArgs;
  readonly agent: string;
  readonly step: string;
  readonly signal: Call['signal'];
  readonly batch?: string;
}

/** Asks one delegate, and answers how it went: nothing but the end of the record is thrown. */
async function ask({ args, agent, step, signal, batch }: Asked): Promise<Delegated> {
  try {
    const named = await perform(nameDelegate, { agent });
    const given = { ...args, ...named, agent, ...(batch === undefined ? {} : { batch }) };
    const result = await perform(runDelegate, given, signal === undefined ? {} : { signal });
    return { args, step, result };
  } catch (error) {
    if (!(error instanceof DatumError) || recordingStopped() || signal?.aborted === true)
      throw error;
    return { args, step, error };
  }
}

async function askAll(
  run: LoadedRun,
  asked: readonly Asked[],
  { concurrent, step }: { readonly concurrent: number; readonly step: string },
): Promise<readonly Delegated[]> {
  const planned = asked.map(({ args }) => plannedRequest(run, args));
  const { id, batch } = await beginBatch(run, planned, { of: 'delegate', step });
  const turns = new Map<string, Promise<unknown>>();
  const tasks = asked.map((each) => async () => {
    // One agent does one thing at a time: those for it wait for each other, not for its lock.
    const before = turns.get(each.agent);
    const own = (before ?? Promise.resolve()).then(() =>
      ask({ ...each, ...(id === null ? {} : { batch: id }) }),
    );
    turns.set(
      each.agent,
      own.catch(() => undefined),
    );
    return own;
  });
  const all = await inParallel(atMost(concurrent, tasks));
  if (id !== null) await perform(releaseBatch, { id });
  await writeLines(run, all);
  const actualUsd = all.reduce((usd, { result }) => usd + (result?.costUsd ?? 0), 0);
  const ended = localTime(await perform(clockNow, {}), run.world.zone);
  await performLines(ended, [batchLine(run, ended, { ...batch, actualUsd })]);
  return all;
}

/** What a delegate is reserved at: one answer, at the price of the coordinator's model. */
const plannedRequest = (run: LoadedRun, args: DelegationArgs): ModelRequest =>
  generate.input.parse({
    model: run.model,
    messages: [{ role: 'user', text: args.workItem }],
    maxOutputTokens: args.maxOutputTokens ?? run.modelFile.maxOutputTokens,
  }) as ModelRequest;

async function writeLines(run: LoadedRun, delegated: readonly Delegated[]): Promise<void> {
  const time = localTime(await perform(clockNow, {}), run.world.zone);
  const lines = delegated.map((each) => delegateLine(run, time, each));
  await performLines(time, lines);
}

/** What is right of a batch stays right when a part of it fails. */
function partialFailure(all: readonly Delegated[]): AgentError {
  const failures = all.flatMap(({ error, args }, index) =>
    error === undefined
      ? []
      : [{ index, target: args.target, code: error.code, message: error.message }],
  );
  const results = all.map(({ result }) => (result ?? null) as JsonObject | null);
  return new AgentError({
    code: 'agent/delegate-batch-failed',
    message: `${failures.length} of ${all.length} delegates failed, first: ${failures[0]?.message ?? ''}`,
    hint: 'use the results that came, and ask again for the others',
    data: { failures, results },
  });
}
