import { DatumError } from '../base/index.ts';
import { liveHandler, openRecorder, within } from '../effect/index.ts';
import type { Answer } from '../guard/index.ts';
import { requireVerified } from '../work/index.ts';
import type { CarryOut } from './delegate/delegate-run.ts';
import { enterRun } from './delegate/lineage.ts';
import { delegateClauses } from './delegate/live-delegates.ts';
import { repeatUnsettled } from './repeat-unsettled.ts';
import type { AgentWorld, RunOptions, RunRequest, RunResult } from './run-options.ts';
import type { RunIdentity } from './run-state.ts';
import { assemble } from './stage/assemble.ts';
import { budgetHandlers, heldBeside, passGate, settleDead } from './stage/budget.ts';
import { writeCaptures } from './stage/capture.ts';
import { connect, liveRun } from './stage/connect.ts';
import { claimKey, completedRun, keyOf } from './stage/deduplicate.ts';
import { looksForTools, serversOf } from './stage/discover.ts';
import { endEarly } from './stage/end-early.ts';
import { handOff } from './stage/hand-off.ts';
import { announcement, newIdentity, recalledIdentity } from './stage/identify.ts';
import { type LoadedRun, load } from './stage/load.ts';
import { type AgentLock, DEAD_LOCK_MILLIS, takeLock } from './stage/lock.ts';
import { converse } from './stage/loop.ts';
import { modeExtras, recordRun, recordUnspent } from './stage/record.ts';
import { dedupedResult, runResult, skippedResult } from './stage/result.ts';
import { appendTurns, loadTurns, principalOfRun } from './stage/turns.ts';
import { liveTools } from './tool/operations.ts';

/**
 * Runs an agent on a work item (atomic-runtime §8.1): identify, deduplicate, lock, budget, connect,
 * assemble, loop, capture, record, commit. Every ending leaves a line in the run log with what was
 * spent; a run that was cut off goes on with {@link resumeRun}.
 */
export async function runAgent(
  world: AgentWorld,
  request: RunRequest,
  options: RunOptions = {},
): Promise<RunResult> {
  return carryOut(await load(world, await newIdentity(world, request)), options);
}

/**
 * Goes on with a run that another process began; what is recorded is neither asked nor paid again.
 * Where that process died between asking and hearing the answer, the run stops with
 * `effect/unknown-outcome`, unless `repeat` says to do such steps again.
 */
export async function resumeRun(
  world: AgentWorld,
  run: string,
  { repeat = false, ...options }: RunOptions & { readonly repeat?: boolean } = {},
): Promise<RunResult> {
  const loaded = await load(world, await recalledIdentity(world, run));
  if (repeat) await repeatUnsettled(world.log, run);
  return carryOut(loaded, options);
}

const carryOut: CarryOut = (run, options) => {
  const { signal } = options;
  const stoppable = signal === undefined ? run : { ...run, signal };
  return enterRun(run.identity, () => carryOutHere(stoppable, options));
};

async function carryOutHere(run: LoadedRun, options: RunOptions): Promise<RunResult> {
  await refuseUnverified(run);
  const key = keyOf(run);
  const earlier = key === undefined ? undefined : await completedRun(run, key);
  if (earlier !== undefined && earlier !== run.identity.id) return repetition(run, earlier);
  const lock = await orRecord(run, 'lock_busy', () => lockAgent(run));
  try {
    const refused = await passGate(run);
    if (refused !== undefined) return await refusal(run, refused);
    const claim =
      key === undefined ? undefined : await orRecord(run, 'in_flight', () => claimKey(run, key));
    if (typeof claim === 'string') return await repetition(run, claim);
    try {
      const result = await carryOutLocked(run, lock, options);
      if (result.status === 'ok') await claim?.commit();
      return result;
    } finally {
      await claim?.release();
    }
  } finally {
    await lock.release();
  }
}

/** A conversation is for a verified principal alone; before anything else is looked at. */
async function refuseUnverified(run: LoadedRun): Promise<void> {
  if (run.identity.request.conversationId === undefined) return;
  const principal = principalOfRun(run);
  if (!principal.verified) await recordUnspent(run, { status: 'principal_not_verified' });
  requireVerified(principal);
}

async function repetition(run: LoadedRun, earlier: string): Promise<RunResult> {
  await recordUnspent(run, { status: 'deduped', replayedRunId: earlier });
  return dedupedResult(run, earlier);
}

async function refusal(run: LoadedRun, { verdict, reason }: Answer): Promise<RunResult> {
  if (verdict === 'handoff') await handOff(run, reason);
  await recordUnspent(run, { status: 'skipped', extras: { ...modeExtras(run), reason } });
  return skippedResult(run, reason);
}

/** The part of a run whose every effect is recorded, under the agent's lock. */
async function carryOutLocked(
  run: LoadedRun,
  { fence }: AgentLock,
  options: RunOptions,
): Promise<RunResult> {
  const { world, identity } = run;
  const { log, guards = [], redact } = world;
  await settleDead(run);
  const recorder = await openRecorder({
    log,
    run: identity.id,
    by: `agent:${identity.request.agent}`,
    fence,
    lastError: 'retry',
    ...(identity.resumed ? {} : { first: await announcement(world, identity) }),
    ...(redact === undefined ? {} : { redact }),
  });
  const servers = await serversOf(run);
  try {
    return await within(
      [
        ...recorder.handlers,
        ...guards,
        ...budgetHandlers(run),
        ...liveRun(run, servers),
        liveHandler('delegates', delegateClauses(run, carryOut)),
      ],
      async () => {
        if (looksForTools(run)) await recorder.flush();
        const registry = await connect(run, { servers, options });
        run.meter.toolsLeftOut.push(...registry.leftOut, ...heldBeside(run));
        return within([liveTools(registry, world.clock)], async () => {
          const first = assemble(run, { registry, turns: await loadTurns(run) });
          const outcome = await converse(run, { first, registry, options });
          const captures = await writeCaptures(run, outcome.captures);
          await recordRun(run, { outcome, captures });
          await Promise.all(run.pending);
          await appendTurns(run, outcome.text);
          return runResult(run, { outcome, captures });
        });
      },
    );
  } catch (error) {
    return await endEarly(run, error, options);
  } finally {
    await servers.connections.close();
    await recorder.close();
  }
}

const lockAgent = ({ world, identity }: LoadedRun): Promise<AgentLock> =>
  takeLock(world, {
    agent: identity.request.agent,
    holder: identity.id,
    waitMillis: waitOf(identity),
  });

const WAIT_MILLIS = 30_000;

/** A resumed run waits for the lock of the process that died; people and services wait a little. */
function waitOf({ resumed, request }: RunIdentity): number {
  if (resumed) return DEAD_LOCK_MILLIS;
  return request.trigger === 'skill' || request.trigger === 'http' ? WAIT_MILLIS : 0;
}

/** Does what may find somebody else at work; then the log says so before the error goes on. */
async function orRecord<T>(run: LoadedRun, status: string, fn: () => Promise<T>): Promise<T> {
  try {
    return await fn();
  } catch (error) {
    if (error instanceof DatumError && error.kind === 'busy') await recordUnspent(run, { status });
    throw error;
  }
}
