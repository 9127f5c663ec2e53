import type { Json, JsonObject } from '../../base/index.ts';
import { printIssue, type Spec, specOfSchema } from '../../spec/index.ts';
import { AgentError } from '../error.ts';

/** The contract of an answer that was asked for by a JSON Schema. Throws `spec/bad-schema`. */
export const answerSpec = (schema: JsonObject): Spec => specOfSchema('agent/answer', schema);

/** An answer as the value that was asked for, or what a model is told is wrong with it. */
export type AnswerValue =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly problem: string };

/** Models like to put JSON into a fence, although they were asked not to. */
const FENCED = /^\s*```(?:json)?\s*\n(.*?)\n\s*```\s*$/s;

/** Reads the text of an answer by its contract. */
export function readAnswer(text: string, spec: Spec): AnswerValue {
  const json = FENCED.exec(text)?.[1] ?? text;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ok: false, problem: 'it is not JSON' };
  }
  const checked = spec.check(value);
  if (checked.ok) return { ok: true, value: checked.value as Json };
  return { ok: false, problem: checked.issues.map(printIssue).join('\n') };
}

/** What a model is told about an answer that is not what was asked for. */
export const askAgain = (problem: string): string =>
  `Your answer does not hold to the schema that was asked for:\n${problem}\nAnswer again, with that JSON and nothing else.`;

/** The end of a run whose model did not come to the answer that was asked for. */
export const wrongAnswer = (problem: string): AgentError =>
  new AgentError({
    code: 'agent/wrong-answer',
    message: `the answer does not hold to the schema: ${problem.split('\n')[0]}`,
    hint: 'ask a model that holds to schemas, or allow more turns',
    data: { problem },
  });
