import { DatumError } from '../../base/index.ts';
import { apart, type Call, EffectError } from '../../effect/index.ts';
import { roundUsd } from '../../model/index.ts';
import { AgentError } from '../error.ts';
import { localTime } from '../local-time.ts';
import type { RunOptions, RunRequest, RunResult } from '../run-options.ts';
import { newIdentity, recalledIdentity, storedRequest } from '../stage/identify.ts';
import { type LoadedRun, load } from '../stage/load.ts';
import { beginDelegate } from './lineage.ts';
import type { DelegateResult, RunDelegateArgs } from './operations.ts';

/** Carries a loaded run out, with every gate and write. */
export type CarryOut = (run: LoadedRun, options: RunOptions) => Promise<RunResult>;

/** A name that no run has, and none of this one's other delegates. */
export async function nameFor(
  run: LoadedRun,
): Promise<{ readonly run: string; readonly started: number }> {
  const { world, named } = run;
  for (let started = world.clock.now(); ; started += 1) {
    const id = `run-${localTime(started, world.zone).stamp}`;
    if (named.has(id) || id === run.identity.id) continue;
    named.add(id);
    if ((await storedRequest(world.log, id)) === undefined) return { run: id, started };
  }
}

/** Begins the run of a delegate, or goes on with it, apart from all that is in force for its coordinator. */
export async function carryOutDelegate(
  run: LoadedRun,
  args: RunDelegateArgs,
  { carryOut, call }: { readonly carryOut: CarryOut; readonly call: Call },
): Promise<DelegateResult> {
  const { world, identity } = run;
  const { request } = identity;
  const { critical = request.critical } = args;
  const asked: RunRequest = {
    agent: args.agent,
    workItem: args.workItem,
    trigger: 'delegate',
    parentRun: identity.id,
    parentAgent: request.agent,
    tree: request.tree ?? identity.id,
    ...(critical === true ? { critical } : {}),
    ...(args.maxOutputTokens === undefined ? {} : { maxOutputTokens: args.maxOutputTokens }),
    ...(args.temperature === undefined ? {} : { temperature: args.temperature }),
  };
  const isBegun = (await storedRequest(world.log, args.run)) !== undefined;
  const child = isBegun
    ? await recalledIdentity(world, args.run)
    : await newIdentity(world, asked, { id: args.run, started: args.started });
  const loaded = await load(world, child);
  const options = call.signal === undefined ? {} : { signal: call.signal };
  const batch = args.batch === undefined ? {} : { batch: args.batch };
  try {
    const result = await apart(() =>
      beginDelegate({ run: identity.id, delegate: child.id }, () =>
        carryOut({ ...loaded, ...batch }, options),
      ),
    );
    // Stopped together with its coordinator: resumed, both go on here.
    if (result.status === 'interrupted') throw interrupted(result);
    return resultOf(result);
  } catch (error) {
    throw sharedFate(error, call);
  }
}

const resultOf = (result: RunResult): DelegateResult => ({
  run: result.run,
  agent: result.agent,
  status: result.status,
  text: result.text,
  model: result.model,
  inputTokens: result.inputTokens,
  outputTokens: result.outputTokens,
  costUsd: roundUsd(result.costUsd + result.helperUsd),
  latencyMillis: result.latencyMillis,
  captures: [...result.captures],
  ...(result.reason === undefined ? {} : { reason: result.reason }),
});

const interrupted = ({ agent, run }: RunResult): AgentError =>
  new AgentError({
    code: 'agent/delegate-interrupted',
    message: `${agent} was stopped at work (${run})`,
    hint: 'resume the run that asked it',
    data: { agent, run },
  });

/** What nobody knows of a delegate's step, nobody knows of the coordinator's either: it stops too. */
function sharedFate(error: unknown, { step, operation }: Call): unknown {
  const isUnknown = error instanceof DatumError && error.code === 'effect/unknown-outcome';
  if (!isUnknown || step === undefined) return error;
  const { run, address } = step;
  return new EffectError({
    code: 'effect/unknown-outcome',
    message: error.message,
    hint: error.hint,
    data: { run, step: address, operation: operation.name, delegate: error.data['run'] ?? '' },
    cause: error,
  });
}
