import { type ModelMessage, roundUsd } from '../../model/index.ts';
import type { Spec } from '../../spec/index.ts';
import { askModel, type ModelWork } from './model-work.ts';
import { readVerdict } from './verdict.ts';

/** What a judge is asked. */
export interface JudgeRequest<T> {
  readonly model: string;
  readonly prompt: string;
  /** What the answer has to be. */
  readonly contract: Spec<unknown, T>;
  /** 2048 when absent. */
  readonly maxOutputTokens?: number;
}

/** What a judge said, and what it took. */
export type Judgement<T> = (
  | { readonly ok: true; readonly verdict: T }
  | { readonly ok: false; readonly problem: string }
) & {
  readonly model: string;
  /** The judge's words, one text for each attempt. */
  readonly raw: readonly string[];
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
};

const TEMPERATURES = [0.2, 0] as const;
const OUTPUT_TOKENS = 2048;

/**
 * Asks a judge for a verdict at temperature 0.2; an answer that breaks its contract is told what was
 * wrong and tried once more at 0 (atomic-runtime §15). Performs `model/generate` within
 * `withModelWork`; throws what that throws, `guard/over-budget` among it.
 */
export async function askJudge<T>(
  work: ModelWork,
  { model, prompt, contract, maxOutputTokens = OUTPUT_TOKENS }: JudgeRequest<T>,
): Promise<Judgement<T>> {
  const { meter } = work;
  const before = {
    input: meter.inputTokens,
    output: meter.outputTokens,
    usd: meter.costUsd,
  };
  const messages: ModelMessage[] = [{ role: 'user', text: prompt }];
  const raw: string[] = [];
  const spent = () => ({
    model,
    raw,
    inputTokens: meter.inputTokens - before.input,
    outputTokens: meter.outputTokens - before.output,
    costUsd: roundUsd(meter.costUsd - before.usd),
  });
  let problem = '';
  for (const temperature of TEMPERATURES) {
    const request = { model, messages: [...messages], maxOutputTokens, temperature };
    const { text } = await askModel(work, request);
    raw.push(text);
    const read = readVerdict(text, contract);
    if (read.ok) return { ok: true, verdict: read.verdict, ...spent() };
    problem = read.problem;
    const again = `${problem}\n\nOutput ONLY valid JSON of the shape asked for, without a code block or any other word.`;
    messages.push({ role: 'assistant', text, toolCalls: [] }, { role: 'user', text: again });
  }
  return { ok: false, problem, ...spent() };
}
