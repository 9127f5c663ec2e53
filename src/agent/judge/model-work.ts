import { DatumError, type JsonObject } from '../../base/index.ts';
import { clockNow, liveClock, openRecorder, perform, within } from '../../effect/index.ts';
import type { Database } from '../../fact/index.ts';
import { printRunRecord, runLogPath } from '../../folder/index.ts';
import { budgetHandler } from '../../guard/index.ts';
import {
  generate,
  type ModelAnswer,
  type ModelRequestInput,
  modelRequest,
  priceTokens,
} from '../../model/index.ts';
import { heldSettings } from '../held-caps.ts';
import { type LocalTime, localTime } from '../local-time.ts';
import { liveRecordKeeping, writeRecord } from '../operations.ts';
import { readModelOf } from '../prompt/prompt-source.ts';
import { type AgentSnapshot, openSnapshot } from '../prompt/snapshot.ts';
import type { AgentWorld, Trigger } from '../run-options.ts';
import { Meter } from '../run-state.ts';

/** Model calls that an agent needs beside its runs: to be judged, to dream, to word a proposal. */
export interface ModelWork {
  /** Names its steps, its charges and its line in the run log. */
  readonly id: string;
  readonly agent: string;
  /** What it reads from, prices included. */
  readonly database: Database;
  readonly meter: Meter;
  readonly signal?: AbortSignal;
}

export interface ModelWorkOptions {
  readonly agent: string;
  /** Of work that is gone on with after a kill: under the same name nothing is asked or paid again. */
  readonly id?: string;
  /** `judgment`, `dream`, `eval`, …: what the line in the run log says it is. */
  readonly primitive: string;
  readonly trigger: Trigger | 'judgment' | 'dream' | 'tuning' | 'embed_cost';
  /** Who the cost is for, as run records have it; all of them count towards the caps. */
  readonly source: 'actor' | 'judge';
  /** At most 80 characters. */
  readonly summary: string;
  /** The run it belongs to: the line is a part of that run then. */
  readonly parentRun?: string;
  /** The run whose tree it is paid in. */
  readonly tree?: string;
  readonly critical?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Does model work with everything a run has: each call recorded, reserved and paid under the agent's
 * caps, guarded and retried. However it ends, the run log has one line with what it cost (defect D6).
 */
export async function withModelWork<T>(
  world: AgentWorld,
  options: ModelWorkOptions,
  fn: (work: ModelWork) => Promise<T>,
): Promise<T> {
  const { agent, signal } = options;
  const { log, clock, zone, redact, guards = [] } = world;
  const database = await log.at();
  const snapshot = await openSnapshot(log, { agent, database });
  const id = options.id ?? newId(world, options);
  const work: ModelWork = {
    id,
    agent,
    database,
    meter: new Meter(),
    ...(signal === undefined ? {} : { signal }),
  };
  const budget = await budgetOf(world, { id, snapshot, options });
  const recorder = await openRecorder({
    log,
    run: id,
    by: `agent:${agent}`,
    ...(redact === undefined ? {} : { redact }),
  });
  const write = { by: `agent:${agent}`, why: { run: id } };
  const { inHome } = snapshot;
  const handlers = [
    ...recorder.handlers,
    ...guards,
    ...budget,
    ...world.live,
    liveClock(clock),
    liveRecordKeeping({ log, folder: world.folder, inHome, write }),
  ];
  try {
    return await within(handlers, async () => {
      const result = await fn(work);
      // A step like the others: work that is gone on with has one line.
      const line = lineOf(work, { options, time: localTime(await perform(clockNow, {}), zone) });
      await perform(writeRecord, { entries: [line] });
      return result;
    });
  } catch (error) {
    // Whether the last answer was paid for is for a person to say; until then this has not ended.
    if (recorder.stopped?.code === 'effect/unknown-outcome') throw error;
    const failure = failureOf(error, redact);
    const line = lineOf(work, { options, failure, time: localTime(clock.now(), zone) });
    await world.folder.appendEntry(inHome(line.path), line.text, write);
    throw error;
  } finally {
    await recorder.close();
  }
}

function newId({ random, clock, zone }: AgentWorld, { primitive }: ModelWorkOptions): string {
  const suffix = Buffer.from(random.bytes(4)).toString('hex');
  return `${primitive}-${localTime(clock.now(), zone).stamp}-${suffix}`;
}

function failureOf(error: unknown, redact: AgentWorld['redact']): string {
  const said = error instanceof DatumError ? `${error.code}: ${error.message}` : String(error);
  return String(redact?.(said) ?? said);
}

/** Asks a model within its work and counts what it used. */
export async function askModel(
  { meter, database, signal }: ModelWork,
  request: ModelRequestInput,
): Promise<ModelAnswer> {
  const answer = await perform(
    generate,
    modelRequest.parse(request),
    signal === undefined ? {} : { signal },
  );
  meter.count(answer, await priceTokens(request.model, answer.tokens, database));
  meter.model = request.model;
  return answer;
}

/** No fallback model: a judge moved to the agent's own model would judge itself. */
async function budgetOf(
  world: AgentWorld,
  {
    id,
    snapshot,
    options,
  }: {
    readonly id: string;
    readonly snapshot: AgentSnapshot;
    readonly options: ModelWorkOptions;
  },
) {
  const { budget } = world;
  if (budget === undefined) return [];
  const { guardrails } = await readModelOf(snapshot);
  const { agent, source, critical, tree } = options;
  const settings = heldSettings(world, agent, guardrails);
  return [
    budgetHandler({
      budget,
      spender: { agent, run: id, ...(tree === undefined ? {} : { tree }) },
      settings: () => settings,
      source,
      ...(critical === undefined ? {} : { critical }),
    }),
  ];
}

/** The line of the work and the log of its day. */
function lineOf(
  { id, meter }: ModelWork,
  {
    options,
    time,
    failure,
  }: {
    readonly options: ModelWorkOptions;
    readonly time: LocalTime;
    readonly failure?: string;
  },
): { readonly path: string; readonly text: string } {
  const { agent, primitive, trigger, source, summary, parentRun, critical } = options;
  const spent = {
    costUsd: meter.costUsd,
    costSource: source,
    latencyMs: meter.latencyMillis,
    cacheHitTokens: meter.cacheHitTokens,
    cacheMissTokens: meter.inputTokens - meter.cacheHitTokens,
  };
  const extras: JsonObject = {
    ...(failure === undefined ? {} : { error: failure }),
    ...(meter.costEstimated ? { cost_estimated_via_fallback: true } : {}),
  };
  const text = printRunRecord({
    ts: time.iso,
    runId: id,
    primitive,
    status: failure === undefined ? 'ok' : 'error',
    summary,
    model: meter.model ?? 'n/a',
    inputTokens: meter.inputTokens,
    outputTokens: meter.outputTokens,
    ...(meter.calls === 0 ? {} : spent),
    ...(parentRun === undefined ? {} : { parentRunId: parentRun, parentAgent: agent }),
    trigger,
    agentName: agent,
    ...(critical === true ? { critical: true } : {}),
    extras,
  });
  return { path: runLogPath(time.day), text };
}
