import type { JsonObject } from '../../base/index.ts';
import type { Problem } from '../error.ts';
import { parseJsonLines } from './json-lines.ts';

/** How a case came out. */
export const EVAL_VERDICTS = ['pass', 'fail', 'judge_error'] as const;
export type EvalVerdict = (typeof EVAL_VERDICTS)[number];

/** One line of `evals/runs/YYYY-MM-DD.jsonl` (atomic-runtime §15), as far as others read it. */
export interface EvalLine {
  /** ISO 8601, local with offset. */
  readonly ts: string;
  readonly testId: string;
  readonly category: string;
  readonly agentModel: string;
  readonly judgeModel: string;
  readonly scores: Readonly<Record<string, number>>;
  readonly justifications: Readonly<Record<string, string>>;
  readonly weightedScore: number;
  readonly hardFails: readonly string[];
  readonly verdict: EvalVerdict;
  /** The whole line. */
  readonly value: JsonObject;
}

/** Path of a day's results inside the agent folder. */
export const evalRunPath = (day: string): string => `evals/runs/${day}.jsonl`;

/** The day a file of results is for, from its name. */
export const dayOfEvalRun = (path: string): string | undefined =>
  /(?:^|\/)evals\/runs\/(\d{4}-\d{2}-\d{2})\.jsonl$/.exec(path)?.[1];

/** Reads a day's results; a damaged line is reported and left out. */
export function parseEvalRun(
  content: Uint8Array | string,
  file: string,
): { readonly lines: readonly EvalLine[]; readonly damaged: readonly Problem[] } {
  const read = parseJsonLines(content, file);
  return { lines: read.lines.map(({ value }) => readLine(value)), damaged: read.damaged };
}

/** A line of results, without line end. */
export const printEvalLine = (value: JsonObject): string => JSON.stringify(value);

function readLine(value: JsonObject): EvalLine {
  const text = (key: string): string => (typeof value[key] === 'string' ? value[key] : '');
  const verdict = EVAL_VERDICTS.find((each) => each === value['verdict']) ?? 'judge_error';
  const hardFails = Array.isArray(value['hard_fails']) ? value['hard_fails'] : [];
  const score = value['weighted_score'];
  return {
    ts: text('ts'),
    testId: text('test_id'),
    category: text('category'),
    agentModel: text('agent_model'),
    judgeModel: text('judge_model'),
    scores: fieldsOf(value['scores'], 'number'),
    justifications: fieldsOf(value['score_justifications'], 'string'),
    weightedScore: typeof score === 'number' ? score : 0,
    hardFails: hardFails.filter((code) => typeof code === 'string'),
    verdict,
    value,
  };
}

/** The entries of an object whose values are of a kind. */
function fieldsOf<Kind extends 'number' | 'string'>(
  value: unknown,
  kind: Kind,
): Readonly<Record<string, Kind extends 'number' ? number : string>> {
  const entries = Object.entries((value ?? {}) as Readonly<Record<string, unknown>>);
  return Object.fromEntries(entries.filter(([, each]) => typeof each === kind)) as Record<
    string,
    Kind extends 'number' ? number : string
  >;
}
