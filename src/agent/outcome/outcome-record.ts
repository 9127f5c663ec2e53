import type { JsonObject } from '../../base/index.ts';
import { roundUsd } from '../../model/index.ts';
import type { OutcomeStatus } from '../../work/index.ts';
import type { Judgement } from '../judge/ask-judge.ts';
import type { RunResult } from '../run-options.ts';
import type { OutcomeVerdict } from './outcome-verdict.ts';

/** One draft, with what its judge said when it was judged. */
export interface Draft {
  /** Counted from 1. */
  readonly iteration: number;
  readonly run: RunResult;
  readonly judgement?: Judgement<OutcomeVerdict>;
  readonly judgeError?: string;
  /** In the home. */
  readonly artifact?: string;
  readonly timestamp: string;
}

/** What came of working on an outcome (atomic-backends §20). */
export interface OutcomeResult {
  readonly run: string;
  readonly agent: string;
  readonly description: string;
  readonly rubric: string;
  readonly iterationsMax: number;
  readonly status: OutcomeStatus;
  readonly explanation: string;
  readonly drafts: readonly Draft[];
  /** The text of the last draft, or of the file it wrote. */
  readonly text: string;
  readonly outputFiles: readonly string[];
  /** Of all drafts and judgements, interrupted ones included. */
  readonly costUsd: number;
  readonly started: string;
  readonly ended: string;
}

const verdictOf = (judgement: Draft['judgement']): string | null => {
  if (judgement === undefined) return null;
  if (!judgement.ok) return 'malformed';
  return judgement.verdict.satisfied ? 'satisfied' : 'needs_revision';
};

/** A draft as result.json has it. */
export const iterationOf = ({
  iteration,
  run,
  judgement,
  artifact,
  timestamp,
}: Draft): JsonObject => ({
  iteration,
  agent_run_id: run.run,
  agent_response: run.text,
  agent_input_tokens: run.inputTokens,
  agent_output_tokens: run.outputTokens,
  agent_cost_usd: roundUsd(run.costUsd + run.helperUsd + run.delegatedUsd),
  agent_latency_ms: run.latencyMillis,
  judge_response_raw: judgement?.raw.at(-1) ?? null,
  judge_verdict: verdictOf(judgement),
  judge_cost_usd: judgement?.costUsd ?? 0,
  judge_input_tokens: judgement?.inputTokens ?? 0,
  judge_output_tokens: judgement?.outputTokens ?? 0,
  artifact_path: artifact ?? null,
  timestamp,
});

/** The text of `outcomes/runs/<run>/result.json`. */
export function printOutcome(result: OutcomeResult): string {
  const iterations = result.drafts.map(iterationOf);
  const sum = (key: string): number =>
    iterations.reduce((total, each) => total + Number(each[key] ?? 0), 0);
  const file: JsonObject = {
    run_id: result.run,
    description: result.description,
    rubric_source: result.rubric,
    max_iterations: result.iterationsMax,
    status: result.status,
    explanation: result.explanation,
    iterations,
    final_iteration_idx: iterations.length - 1,
    total_cost_usd: result.costUsd,
    total_input_tokens: sum('agent_input_tokens') + sum('judge_input_tokens'),
    total_output_tokens: sum('agent_output_tokens') + sum('judge_output_tokens'),
    started_at: result.started,
    ended_at: result.ended,
    output_files: [...result.outputFiles],
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}
