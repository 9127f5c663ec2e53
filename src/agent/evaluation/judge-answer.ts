import type { EvalVerdict, GoldenCase } from '../../folder/index.ts';
import { explainRun } from '../explain.ts';
import { askJudge } from '../judge/ask-judge.ts';
import { withModelWork } from '../judge/model-work.ts';
import type { AgentWorld, RunResult } from '../run-options.ts';
import { casePrompt, DEFAULT_JUDGE_TEMPLATE } from './case-prompt.ts';
import { type CaseResult, spendOf } from './case-result.ts';
import type { CaseSetting } from './case-setting.ts';
import { type Score, scoreAnswer, unmetCriteria } from './score.ts';
import type { Suite } from './suite.ts';
import { type CaseVerdict, verdictContract } from './verdict-contract.ts';

interface Judging {
  readonly setting: CaseSetting;
  readonly run: RunResult;
}

/** Has an answer judged: what becomes of its case by the verdict. */
export async function judgeAnswer(
  world: AgentWorld,
  golden: GoldenCase,
  { setting, run }: Judging,
): Promise<Partial<CaseResult>> {
  const { agent, suite, judgeModel, options } = setting;
  const { rubric, judge } = suite;
  const prompt = casePrompt(judge?.template || DEFAULT_JUDGE_TEMPLATE, {
    rubric,
    golden,
    response: run.text,
    trajectory: await trajectoryOf(world, run.run),
  });
  const mode = (judge?.strictMode ?? true) ? 'strict' : 'loose';
  const contract = verdictContract(rubric, golden, mode);
  const judged = await withModelWork(
    world,
    {
      agent,
      primitive: 'judgment',
      trigger: 'judgment',
      source: 'judge',
      summary: `eval ${golden.id}`.slice(0, 80),
      parentRun: run.run,
      tree: run.run,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    },
    (work) => askJudge(work, { model: judgeModel, prompt, contract }),
  );
  const spend = spendOf(judged, judgeModel);
  if (!judged.ok) {
    const error = `the judge broke its contract twice: ${judged.problem}`;
    return { judge: spend, error };
  }
  return { judge: spend, ...judgedFields(golden, suite, judged.verdict) };
}

function judgedFields(
  golden: GoldenCase,
  { rubric }: Suite,
  verdict: CaseVerdict,
): Partial<CaseResult> {
  const { scores: given, checks, hardFails, justifications, overall } = verdict;
  const score = scoreAnswer({ weights: rubric.weights, given, checks });
  const bounds = golden.criteria.filter(({ dimension }) => dimension in rubric.weights);
  const unmet = unmetCriteria(bounds, score);
  const { scores, clamped, notApplicable, missing, weighted } = score;
  return {
    ...{
      scores,
      clamped,
      notApplicable,
      missing,
      justifications,
      overall,
      hardFails,
      checks,
      unmet,
    },
    weightedScore: weighted,
    verdict: verdictOf(score, {
      isFailed: hardFails.length > 0 || unmet.length > 0,
      threshold: rubric.thresholdPass,
    }),
  };
}

function verdictOf(
  { scores, weighted }: Score,
  { isFailed, threshold }: { readonly isFailed: boolean; readonly threshold: number },
): EvalVerdict {
  if (isFailed) return 'fail';
  if (Object.keys(scores).length === 0) return 'judge_error';
  return weighted >= threshold ? 'pass' : 'fail';
}

/** What the run did on the way to its answer: its tool calls, one a line. */
async function trajectoryOf({ log }: AgentWorld, run: string): Promise<string> {
  const { steps } = await explainRun(log, run);
  return steps
    .filter(({ operation }) => operation.startsWith('tool/'))
    .map(({ what, outcome, result }, index) => `${index + 1}. ${what} -> ${outcome}: ${result}`)
    .join('\n');
}
