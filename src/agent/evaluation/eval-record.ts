import type { JsonObject } from '../../base/index.ts';
import { evalRunPath, printEvalLine, type WriteOptions } from '../../folder/index.ts';
import { localTime } from '../local-time.ts';
import type { AgentSnapshot } from '../prompt/snapshot.ts';
import type { AgentWorld } from '../run-options.ts';
import type { CaseResult } from './case-result.ts';

/**
 * Writes a result: the answer as a file, a line in the day's results, and facts on
 * `eval:<agent>/<test_id>`, so that `datum history` tells how a case came out over time.
 */
export async function recordCase(
  { folder, log, clock, zone, redact = (value) => value }: AgentWorld,
  result: CaseResult,
  { snapshot, write }: { readonly snapshot: AgentSnapshot; readonly write: WriteOptions },
): Promise<void> {
  const { day, iso } = localTime(clock.now(), zone);
  const { agent, inHome } = snapshot;
  const { testId, verdict, weightedScore, hardFails, run } = result;
  const why = { ...write.why, ...(run === undefined ? {} : { run }) };
  const responsePath = `runs/responses/${day}_${testId}.txt`;
  const response = String(redact(result.response));
  await folder.writeDocument(inHome(`evals/${responsePath}`), `${response}\n`, {
    ...write,
    why,
  });
  const line = redact(lineOf(result, { ts: iso, agent, responsePath })) as JsonObject;
  await folder.appendEntry(inHome(evalRunPath(day)), printEvalLine(line), { ...write, why });
  const e = `eval:${agent}/${testId}`;
  await log.transact(
    [
      { e, a: 'eval/verdict', v: verdict },
      { e, a: 'eval/score', v: weightedScore },
      { e, a: 'eval/hard-fails', v: hardFails },
      { e, a: 'eval/run', v: run ?? null },
    ],
    { ...write, why },
  );
}

function lineOf(
  result: CaseResult,
  place: { readonly ts: string; readonly agent: string; readonly responsePath: string },
): JsonObject {
  const { agent, judge, checks, unmet, clamped, notApplicable, missing } = result;
  return {
    ts: place.ts,
    agent: place.agent,
    test_id: result.testId,
    category: result.category,
    agent_model: agent.model,
    judge_model: judge.model,
    scores: result.scores,
    score_justifications: result.justifications,
    weighted_score: result.weightedScore,
    hard_fails: result.hardFails,
    verdict: result.verdict,
    overall_justification: result.overall,
    factual_checks: checks.map(({ claim, stated, correct, cited }) => ({
      claim,
      stated_in_response: stated,
      value_correct: correct,
      cited,
    })),
    setup_applied: result.setupApplied,
    agent_response_path: place.responsePath,
    agent_input_tokens: agent.inputTokens,
    agent_output_tokens: agent.outputTokens,
    agent_cost_usd: agent.costUsd,
    judge_input_tokens: judge.inputTokens,
    judge_output_tokens: judge.outputTokens,
    judge_cost_usd: judge.costUsd,
    ...(Object.keys(clamped).length === 0 ? {} : { clamped_scores: clamped }),
    ...(notApplicable.length === 0 ? {} : { not_applicable: notApplicable }),
    ...(missing.length === 0 ? {} : { missing_dimensions: missing }),
    ...(unmet.length === 0 ? {} : { unmet_criteria: unmet.map((each) => ({ ...each })) }),
    ...(result.isRegression ? { regression: true } : {}),
    ...(result.isAuditSample ? { audit_sample: true } : {}),
    ...(result.run === undefined ? {} : { run_id: result.run }),
    ...(result.error === undefined ? {} : { error: result.error }),
  };
}
