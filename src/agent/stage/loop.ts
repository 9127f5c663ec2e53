import { DatumError, isJsonObject, type Json } from '../../base/index.ts';
import { perform } from '../../effect/index.ts';
import {
  askedModel,
  costOf,
  estimateTokens,
  generate,
  type ModelAnswer,
  type ModelMessage,
  type ModelRequest,
  paidText,
  priceOf,
  priceTokens,
  requestTokens,
  shownText,
  type ToolResult,
} from '../../model/index.ts';
import { type Capture, distinctCaptures } from '../capture/capture.ts';
import { fencedCaptures } from '../capture/fenced-captures.ts';
import type { RunOptions } from '../run-options.ts';
import { answerToolCalls } from '../tool/answer-tool-calls.ts';
import type { ToolRegistry } from '../tool/registry.ts';
import { answerSpec, askAgain, readAnswer, wrongAnswer } from './answer-value.ts';
import { cutShort } from './cut.ts';
import type { LoadedRun } from './load.ts';
import { Spoken } from './spoken.ts';

/** What came of asking the model. */
export interface Outcome {
  readonly text: string;
  readonly model: string;
  readonly captures: readonly Capture[];
  /** The answer as the value that was asked for by a schema. */
  readonly value?: Json;
}

const ITERATIONS = { default: 5, max: 20 } as const;

/** Said to a model whose answer was cut off, when its run is resumed. */
const GO_ON = 'Your answer was cut off here. Go on exactly where it stops.';

/**
 * Asks the model until it asks for no more tools (atomic-runtime §9). Every tool call is answered,
 * also one that is unknown, wrong, or refused. Throws `agent/cut-short` when an answer was cut off.
 */
export async function converse(
  run: LoadedRun,
  {
    first,
    registry,
    options,
  }: {
    readonly first: ModelRequest;
    readonly registry: ToolRegistry;
    readonly options: RunOptions;
  },
): Promise<Outcome> {
  const { meter, draft } = run;
  const turnsMax = Math.min(
    run.identity.request.toolIterationsMax ?? ITERATIONS.default,
    ITERATIONS.max,
  );
  const { answerSchema } = first;
  const spec = answerSchema === undefined ? undefined : answerSpec(answerSchema);
  let messages: readonly ModelMessage[] = first.messages;
  for (;;) {
    const asked = { ...first, messages: [...messages] };
    draft.request = asked;
    const { answer, before } = await askWhole(run, asked, options);
    meter.toolIterations += 1;
    draft.text = before + answer.text;
    const fenced = fencedCaptures(draft.text);
    meter.captureFailures += fenced.failures;
    for (const { name, input } of answer.toolCalls) options.onTool?.({ name, input });
    const called = await answerToolCalls(run, { calls: answer.toolCalls, registry, options });
    draft.captures.push(...called.captures, ...fenced.captures);
    const isDone = answer.toolCalls.length === 0 || (called.onlyCaptures && draft.text !== '');
    const isLast = meter.toolIterations >= turnsMax;
    const read =
      spec === undefined || !(isDone || isLast) ? undefined : readAnswer(draft.text, spec);
    const problem = read?.ok === false ? read.problem : undefined;
    if ((isDone || isLast) && problem === undefined) {
      meter.toolIterationsMaxed = !isDone;
      const captures = distinctCaptures(draft.captures);
      const value = read?.ok === true ? { value: read.value } : {};
      return { text: draft.text, model: askedModel(answer), captures, ...value };
    }
    if (isLast && problem !== undefined) throw wrongAnswer(problem);
    const echo = { role: 'assistant', text: draft.text, toolCalls: answer.toolCalls } as const;
    messages = [...messages, echo, ...replies(called.results, problem)];
  }
}

/** What a model hears after its turn: results of its tools, and what is wrong with its answer. */
const replies = (results: readonly ToolResult[], problem?: string): readonly ModelMessage[] => [
  ...(results.length === 0 ? [] : [{ role: 'tool' as const, results: [...results] }]),
  ...(problem === undefined ? [] : [{ role: 'user' as const, text: askAgain(problem) }]),
];

/** One answer to its end; one that an earlier process was stopped in goes on where it stopped. */
async function askWhole(run: LoadedRun, request: ModelRequest, options: RunOptions) {
  const { draft, identity, meter } = run;
  let before = '';
  let messages = request.messages;
  for (;;) {
    const answer = await ask(run, { ...request, messages }, options);
    if (answer.finish !== 'aborted') return { answer, before };
    before += answer.text;
    draft.text = before;
    draft.captures.push(...fencedCaptures(before).captures);
    meter.cuts += 1;
    if (meter.cuts > identity.cuts) throw cutShort(answer.cutReason);
    if (before === '') continue;
    messages = [
      ...request.messages,
      { role: 'assistant', text: before, toolCalls: [] },
      { role: 'user', text: GO_ON },
    ];
  }
}

/** Asks the model of a run once, and counts what it used. */
export async function ask(
  run: LoadedRun,
  request: ModelRequest,
  options: RunOptions,
): Promise<ModelAnswer> {
  const { signal, onStep, onSpend } = options;
  const { meter, identity } = run;
  signal?.throwIfAborted();
  onStep?.(`asking ${request.model}`);
  const { onProgress, end } = await progressOf(run, request, options);
  let answer: ModelAnswer;
  try {
    answer = await perform(generate, request, {
      ...(signal === undefined ? {} : { signal }),
      ...(options.onText === undefined && onSpend === undefined ? {} : { onProgress }),
    });
    end();
  } catch (error) {
    const tokens = spentTokens(error);
    if (tokens !== undefined) {
      const cost = await priceTokens(request.model, tokens, identity.database);
      meter.count({ tokens, latencyMillis: 0, measured: false }, cost);
    }
    throw error;
  }
  const model = askedModel(answer);
  meter.fallback ||= model !== request.model;
  meter.count(answer, await priceTokens(model, answer.tokens, identity.database));
  onSpend?.({ usd: meter.costUsd, estimated: meter.costEstimated });
  return answer;
}

/** What a call that failed in the middle of its answer has used; `undefined` when it used nothing. */
function spentTokens(error: unknown): ModelAnswer['tokens'] | undefined {
  const spent = error instanceof DatumError ? error.data['spent'] : undefined;
  if (!isJsonObject(spent)) return undefined;
  const count = (name: string): number => Number(spent[name] ?? 0);
  return {
    input: count('input'),
    output: count('output'),
    cacheRead: count('cacheRead'),
    cacheWrite: count('cacheWrite'),
  };
}

/** Passes text on as it arrives, without keys, and what the call has cost by then. */
async function progressOf(
  { meter, identity, world }: LoadedRun,
  request: ModelRequest,
  { onText, onSpend }: RunOptions,
) {
  const price = await priceOf(request.model, identity.database);
  const input = onSpend === undefined ? 0 : requestTokens(request);
  const spoken = new Spoken(world.redact);
  const say = (text: string): void => {
    if (text !== '') onText?.(text);
  };
  let paid = '';
  return {
    onProgress: (piece: Json): void => {
      say(spoken.next(shownText(piece) ?? ''));
      paid += paidText(piece);
      const usd = meter.costUsd + costOf(price, { input, output: estimateTokens(paid) });
      onSpend?.({ usd, estimated: true });
    },
    end: () => say(spoken.rest()),
  };
}
