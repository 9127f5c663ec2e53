import type { JsonObject } from '../../base/index.ts';
import { clockNow, EffectError, perform } from '../../effect/index.ts';
import {
  type EntryAppend,
  journalDayPath,
  printRunRecord,
  type RunRecord,
  runLogPath,
  summaryOf,
} from '../../folder/index.ts';
import { type Warning, warningText } from '../../guard/index.ts';
import { EMBEDDED_MODEL, roundUsd } from '../../model/index.ts';
import { type LocalTime, localTime } from '../local-time.ts';
import { writeRecord } from '../operations.ts';
import { researchExtras } from '../research/research-log.ts';
import { researchSettings } from '../research/settings.ts';
import type { WrittenCaptures } from './capture.ts';
import { childLine } from './child-line.ts';
import { childExtras } from './children.ts';
import { type Cut, wordsOf } from './cut.ts';
import type { LoadedRun } from './load.ts';
import type { Outcome } from './loop.ts';
import { readRecorded, recordedSoFar } from './recorded-cost.ts';
import { sendAlerts } from './send-alerts.ts';

/** Writes the run's lines into the log and its entry into the journal: the proper end of a run. */
export async function recordRun(
  run: LoadedRun,
  { outcome, captures }: { readonly outcome: Outcome; readonly captures: WrittenCaptures },
): Promise<void> {
  const time = localTime(await perform(clockNow, {}), run.world.zone);
  const before = await perform(readRecorded, { run: run.identity.id });
  run.children.push(...(before.children as readonly JsonObject[]));
  const path = runLogPath(time.day);
  const spent = spentLine(run, {
    time,
    status: 'ok',
    model: outcome.model,
    chargedUsd: before.usd,
  });
  const lines = [
    ...run.meter.toolCalls.map((call) =>
      childLine(run, time, {
        primitive: 'tool',
        trigger: 'tool_call',
        status: call.error === null ? 'ok' : 'error',
        summary: call.tool,
        extras: { tool_name: call.tool, tool_use_id: call.id, error: call.error },
        latencyMs: call.latencyMillis,
      }),
    ),
    ...captureLines(run, time, captures),
    { ...spent, extras: { ...spent.extras, ...(await researchOf(run, time, outcome)) } },
  ];
  const journal = {
    path: journalDayPath(time.day),
    text: journalEntry(run, { time, outcome, captures }),
  };
  const entries = lines.map((line) => ({ path, text: printRunRecord(line) }));
  await perform(writeRecord, { entries: isLived(run) ? [...entries, journal] : entries });
}

/** What the answer claims and cites, when model.md asks for a research log; a computation has no source. */
const researchOf = (
  { snapshot, modelFile, world }: LoadedRun,
  { iso }: LocalTime,
  { text, model }: Outcome,
): Promise<JsonObject> => {
  if (model === EMBEDDED_MODEL) return Promise.resolve({});
  const settings = researchSettings(modelFile.settings);
  const timeOf = (at: number): string => localTime(at, world.zone).iso;
  return researchExtras(text, { snapshot, settings, accessedAt: iso, timeOf });
};

/** Writes that a run failed, with what it had spent until then. */
export async function recordFailure(run: LoadedRun, cause: unknown): Promise<void> {
  const error = wordsOf(cause);
  const time = localTime(run.world.clock.now(), run.world.zone);
  const chargedUsd = await soFar(run);
  const line = spentLine(run, { time, status: 'error', model: run.model, chargedUsd, error });
  const text = journalEntry(run, {
    time,
    outcome: { model: run.model, failed: error },
    captures: { files: [], failures: [], left: [] },
  });
  // A run that waits for a person's word on a step has not come to its end.
  await appendEnding(run, time, isUnsettled(cause) ? { lines: [line] } : { lines: [line], text });
}

const isUnsettled = (cause: unknown): boolean =>
  cause instanceof EffectError && cause.code === 'effect/unknown-outcome';

/** Writes that a run was cut short, with what it had spent and done until then. */
export async function recordCut(
  run: LoadedRun,
  { status, reason, inAnswer, captures }: Cut & { readonly captures: WrittenCaptures },
): Promise<void> {
  const time = localTime(run.world.clock.now(), run.world.zone);
  const chargedUsd = await soFar(run);
  const line = spentLine(run, { time, status, model: run.model, chargedUsd, error: reason });
  const extras = { ...line.extras, ...(inAnswer ? { cut_short: true } : {}) };
  const lines = [...captureLines(run, time, captures), { ...line, extras }];
  if (run.meter.calls === 0) return appendEnding(run, time, { lines });
  const outcome = { model: run.model, cut: reason };
  await appendEnding(run, time, { lines, text: journalEntry(run, { time, outcome, captures }) });
}

/** Writes the lines of an ending and its entry in the journal as one step. */
async function appendEnding(
  run: LoadedRun,
  { day }: LocalTime,
  { lines, text }: { readonly lines: readonly RunRecord[]; readonly text?: string },
): Promise<void> {
  const entries = lines.map((line) => ({ path: runLogPath(day), text: printRunRecord(line) }));
  const journal = text === undefined ? [] : [{ path: journalDayPath(day), text }];
  await appendAll(run, isLived(run) ? [...entries, ...journal] : entries);
}

/** What an evaluation asks must not stand in the prompt of the next. */
const isLived = ({ identity }: LoadedRun): boolean => identity.request.trigger !== 'eval';

/** What the log charges to a run by now; its helpers and delegates are gathered from there too. */
async function soFar(run: LoadedRun): Promise<number> {
  const { usd, children } = await recordedSoFar(run.world.log, run.identity.id);
  run.children.push(...children);
  return usd;
}

/** Writes that a run stopped before anything was spent. */
export async function recordUnspent(
  run: LoadedRun,
  fields: Pick<RunRecord, 'status'> & Partial<RunRecord>,
): Promise<void> {
  const time = localTime(run.world.clock.now(), run.world.zone);
  await appendLine(run, time, { ...baseLine(run, time), extras: modeExtras(run), ...fields });
}

/** Writes that spending came near a cap (atomic-runtime §7.4). */
export async function recordWarnings(run: LoadedRun, warnings: readonly Warning[]): Promise<void> {
  const time = localTime(run.world.clock.now(), run.world.zone);
  for (const warning of warnings) {
    const line = childLine(run, time, {
      primitive: 'cost_warning',
      trigger: 'cost_warning',
      status: 'ok',
      summary: warningText(warning),
    });
    await appendLine(run, time, line);
  }
  const unsent = await sendAlerts(run, warnings);
  if (unsent !== undefined) await appendLine(run, time, unsentLine(run, time, unsent));
  if (run.modelFile.guardrails.alertChannel !== 'journal') return;
  const told = warnings.map((warning) => `- ${warningText(warning)}`);
  const text = [`## ${time.minute} — Alert`, '', ...told].join('\n');
  await appendAll(run, [{ path: journalDayPath(time.day), text }]);
}

const unsentLine = (run: LoadedRun, time: LocalTime, error: string): RunRecord =>
  childLine(run, time, {
    primitive: 'cost_warning',
    trigger: 'cost_warning',
    status: 'error',
    summary: 'the alert could not be sent',
    extras: { error },
  });

/** Captures that could not be written, and contradictions that captures leave to a person. */
const captureLines = (
  run: LoadedRun,
  time: LocalTime,
  { failures, left }: WrittenCaptures,
): readonly RunRecord[] => [
  ...failures.map(({ name, error }) =>
    childLine(run, time, {
      primitive: 'capture',
      trigger: 'capture_write_error',
      status: 'error',
      summary: summaryOf(name),
      extras: { error },
    }),
  ),
  ...left.map(({ file, other, why }) =>
    childLine(run, time, {
      primitive: 'capture',
      trigger: 'capture_contradiction',
      status: 'ok',
      summary: summaryOf(`${file} contradicts ${other}`),
      extras: { note: file, contradicts: other, why },
    }),
  ),
];

const appendLine = (run: LoadedRun, { day }: LocalTime, line: RunRecord): Promise<void> =>
  appendAll(run, [{ path: runLogPath(day), text: printRunRecord(line) }]);

async function appendAll(
  { world, snapshot, identity }: LoadedRun,
  entries: readonly EntryAppend[],
): Promise<void> {
  const appends = entries.map(({ path, text }) => ({ path: snapshot.inHome(path), text }));
  await world.folder.appendEntries(appends, {
    by: `agent:${identity.request.agent}`,
    why: { run: identity.id },
  });
}

/** What every line of a run says beside the fixed fields. */
export const modeExtras = ({ source, identity }: LoadedRun): JsonObject => {
  const { principal } = identity.request;
  const isLocal = principal === undefined || principal.source === 'local';
  return { agent_mode: source.mode, ...(isLocal ? {} : { principal_id: principal.identifier }) };
};

function baseLine(
  { identity, model, meter }: LoadedRun,
  { iso }: LocalTime,
): Omit<RunRecord, 'extras'> {
  const { request } = identity;
  return {
    ts: iso,
    runId: identity.id,
    primitive: 'agent_call',
    status: 'ok',
    summary: summaryOf(request.workItem),
    model,
    inputTokens: 0,
    outputTokens: 0,
    trigger: request.trigger ?? 'manual',
    agentName: request.agent,
    ...(meter.fallback ? { fallback: true } : {}),
    ...(request.critical === true ? { critical: true } : {}),
    ...(request.idempotencyKey === undefined ? {} : { idempotencyKey: request.idempotencyKey }),
    ...(request.conversationId === undefined ? {} : { conversationId: request.conversationId }),
    ...(request.parentRun === undefined ? {} : { parentRunId: request.parentRun }),
    ...(request.parentAgent === undefined ? {} : { parentAgent: request.parentAgent }),
  };
}

interface Ending {
  readonly time: LocalTime;
  readonly status: string;
  readonly model: string;
  /** What earlier lines of a resumed run already charge. */
  readonly chargedUsd: number;
  readonly error?: string;
}

function spentLine(run: LoadedRun, { time, status, model, chargedUsd, error }: Ending): RunRecord {
  const { meter } = run;
  const spent =
    meter.calls === 0
      ? {}
      : {
          costUsd: Math.max(0, roundUsd(meter.costUsd - chargedUsd)),
          costSource: 'actor',
          latencyMs: meter.latencyMillis,
          cacheHitTokens: meter.cacheHitTokens,
          cacheMissTokens: meter.inputTokens - meter.cacheHitTokens,
        };
  return {
    ...baseLine(run, time),
    status,
    model,
    inputTokens: meter.inputTokens,
    outputTokens: meter.outputTokens,
    ...spent,
    extras: {
      ...modeExtras(run),
      ...(error === undefined ? {} : { error }),
      ...(run.identity.resumed && chargedUsd > 0 ? { charged_before_usd: chargedUsd } : {}),
      ...(meter.priceUnknown ? { cost_estimated_via_fallback: true } : {}),
      ...(meter.tokensEstimated && meter.costUsd > 0 ? { tokens_estimated: true } : {}),
      ...(meter.captureFailures > 0 ? { capture_parse_failures: meter.captureFailures } : {}),
      ...childExtras(run),
      ...(meter.lastWordsUsd > 0 ? { last_words_usd: meter.lastWordsUsd } : {}),
      ...(meter.toolCalls.length > 0 ? { tool_calls: toolCallExtras(run) } : {}),
      ...(meter.toolIterations > 1 ? { tool_iterations: meter.toolIterations } : {}),
      ...(meter.toolIterationsMaxed ? { tool_iterations_maxed: true } : {}),
      ...(meter.toolsLeftOut.length > 0 ? { tools_left_out: leftOutExtras(run) } : {}),
    },
  };
}

const toolCallExtras = ({ meter }: LoadedRun): readonly JsonObject[] =>
  meter.toolCalls.map(({ tool, id, latencyMillis, error }) => ({
    tool_name: tool,
    tool_use_id: id,
    latency_ms: latencyMillis,
    error,
  }));

const leftOutExtras = ({ meter }: LoadedRun): readonly JsonObject[] =>
  meter.toolsLeftOut.map(({ name, reason }) => ({ tool_name: name, reason }));

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

function journalEntry(
  { identity, meter }: LoadedRun,
  {
    time,
    outcome,
    captures,
  }: {
    readonly time: LocalTime;
    readonly outcome: { readonly model: string; readonly cut?: string; readonly failed?: string };
    readonly captures: WrittenCaptures;
  },
): string {
  const asked = summaryOf(oneLine(identity.request.workItem));
  const used = [...new Set(meter.toolCalls.map(({ tool }) => tool))];
  return [
    `## ${time.minute} — ${asked}`,
    '',
    `- Run ${identity.id} with ${outcome.model}, ${meter.costUsd.toFixed(6)} USD`,
    ...(outcome.cut === undefined ? [] : [`- Cut short: ${outcome.cut}`]),
    ...(outcome.failed === undefined ? [] : [`- Failed: ${oneLine(outcome.failed)}`]),
    ...(used.length === 0 ? [] : [`- Tools: ${used.join(', ')}`]),
    ...(captures.files.length === 0 ? [] : [`- Captured: ${captures.files.join(', ')}`]),
  ].join('\n');
}
