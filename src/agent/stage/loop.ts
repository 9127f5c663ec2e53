import { perform } from '../../effect/index.ts';
import {
  generate,
  type ModelAnswer,
  type ModelMessage,
  type ModelRequest,
  priceTokens,
} from '../../model/index.ts';
import { type Capture, distinctCaptures } from '../capture/capture.ts';
import { fencedCaptures } from '../capture/fenced-captures.ts';
import type { RunOptions } from '../run-options.ts';
import { answerToolCalls } from '../tool/answer-tool-calls.ts';
import type { ToolRegistry } from '../tool/registry.ts';
import { askedModel } from './asked-model.ts';
import type { LoadedRun } from './load.ts';

/** What came of asking the model. */
export interface Outcome {
  readonly text: string;
  readonly model: string;
  readonly captures: readonly Capture[];
}

const ITERATIONS = { default: 5, max: 20 } as const;

/**
 * Asks the model until it asks for no more tools (atomic-runtime §9). Every tool call is answered,
 * also one that is unknown, wrong, or refused.
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
  const { meter } = run;
  const turnsMax = Math.min(
    run.identity.request.toolIterationsMax ?? ITERATIONS.default,
    ITERATIONS.max,
  );
  const captures: Capture[] = [];
  let messages: readonly ModelMessage[] = first.messages;
  for (;;) {
    const answer = await ask(run, { ...first, messages: [...messages] }, options);
    meter.toolIterations += 1;
    const fenced = fencedCaptures(answer.text);
    meter.captureFailures += fenced.failures;
    const called = await answerToolCalls(run, { calls: answer.toolCalls, registry, options });
    captures.push(...called.captures, ...fenced.captures);
    const isDone = answer.toolCalls.length === 0 || (called.onlyCaptures && answer.text !== '');
    if (isDone || meter.toolIterations >= turnsMax) {
      meter.toolIterationsMaxed = !isDone;
      return { text: answer.text, model: answer.model, captures: distinctCaptures(captures) };
    }
    const echo = { role: 'assistant', text: answer.text, toolCalls: answer.toolCalls } as const;
    messages = [...messages, echo, { role: 'tool', results: [...called.results] }];
  }
}

async function ask(
  run: LoadedRun,
  request: ModelRequest,
  { signal, onText, onStep }: RunOptions,
): Promise<ModelAnswer> {
  const { meter, identity } = run;
  onStep?.(`asking ${request.model}`);
  const answer = await perform(generate, request, {
    ...(signal === undefined ? {} : { signal }),
    ...(onText === undefined ? {} : { onProgress: (piece) => onText(String(piece)) }),
  });
  const model = askedModel(run, request, answer);
  meter.fallback ||= model !== request.model;
  meter.count(answer, await priceTokens(model, answer.tokens, identity.database));
  return answer;
}
