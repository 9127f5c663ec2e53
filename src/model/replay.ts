import type { Json } from '../base/index.ts';
import { argsOf, type RecordedStep, resultOf, stepsOf } from '../effect/index.ts';
import type { Log } from '../fact/index.ts';
import { ModelError } from './error.ts';
import {
  generate,
  type ModelAnswer,
  type ModelRequest,
  modelAnswer,
  modelRequest,
} from './generate.ts';

const PREFIX = 'replay/';

/** True for `replay/<run>`, the model that gives a former run's answers again. */
export const isReplay = (model: string): boolean => model.startsWith(PREFIX);

/**
 * The answer that the named run got: to the same request if it made it, else at the same turn of
 * the conversation, counted from the newest message of the user. Depends on nothing but the log and
 * the request, so a resumed run is served alike. Throws `model/not-recorded`.
 */
export async function answerRecorded(request: ModelRequest, log: Log): Promise<ModelAnswer> {
  const run = request.model.slice(PREFIX.length);
  let atSameTurn: RecordedStep | undefined;
  for await (const step of stepsOf(await log.at(), run)) {
    if (step.call?.operation !== generate.name || step.outcome?.ok !== true) continue;
    const asked = modelRequest.safeParse(await argsOf(step, log)).data;
    if (asked === undefined) continue;
    if (sameQuestion(asked, request)) return recordedAnswer(step, request, log);
    if (turnOf(asked) === turnOf(request)) atSameTurn ??= step;
  }
  if (atSameTurn !== undefined) return recordedAnswer(atSameTurn, request, log);
  throw new ModelError({
    code: 'model/not-recorded',
    message: `run ${run} has no recorded answer for turn ${turnOf(request) + 1}`,
    hint: 'name a run of this home that got as far; datum runs lists them',
    data: { run },
  });
}

const sameQuestion = (left: ModelRequest, right: ModelRequest): boolean =>
  JSON.stringify(comparable(left)) === JSON.stringify(comparable(right));

const comparable = ({ system, messages, tools }: ModelRequest): Json => [
  system,
  messages as Json,
  tools,
];

/** How often the model has spoken since the user last did. */
function turnOf({ messages }: ModelRequest): number {
  const newest = messages.findLastIndex(({ role }) => role === 'user');
  return messages.slice(newest + 1).filter(({ role }) => role === 'assistant').length;
}

/** It is not paid again, so it goes by the name of the replay, and took no time. */
async function recordedAnswer(
  step: RecordedStep,
  { model }: ModelRequest,
  log: Log,
): Promise<ModelAnswer> {
  const recorded = modelAnswer.parse(await resultOf(step, log));
  return { ...recorded, model, latencyMillis: 0 };
}
