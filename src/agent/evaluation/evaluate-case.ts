import { DatumError, sha256 } from '../../base/index.ts';
import type { EvalVerdict, GoldenCase } from '../../folder/index.ts';
import { explainRun } from '../explain.ts';
import { askJudge } from '../judge/ask-judge.ts';
import { withModelWork } from '../judge/model-work.ts';
import { localTime } from '../local-time.ts';
import { runAgent } from '../run.ts';
import type { AgentWorld, RunOptions, RunResult } from '../run-options.ts';
import { casePrompt, DEFAULT_JUDGE_TEMPLATE } from './case-prompt.ts';
import { type CaseResult, type CaseSpend, noSpend } from './case-result.ts';
import { type Score, scoreAnswer, unmetCriteria } from './score.ts';
import type { FiledCase, Suite } from './suite.ts';
import { type CaseVerdict, verdictContract } from './verdict-contract.ts';

/** What a case is run with. */
export interface CaseSetting {
  readonly agent: string;
  readonly suite: Suite;
  readonly agentModel: string;
  readonly judgeModel: string;
  /** The caller named the model: the run is asked for it. */
  readonly model?: string;
  readonly options: RunOptions;
}

/**
 * Runs the agent on a case, without captures, and has the answer judged. An agent that fails has
 * failed the case; a run that a cap refused and a judge that could not judge say `judge_error`
 * (atomic-runtime §15). Throws `agent/lock-busy`, and what interrupts.
 */
export async function evaluateCase(
  world: AgentWorld,
  filed: FiledCase,
  setting: CaseSetting,
): Promise<CaseResult> {
  const { agent, agentModel, judgeModel, model, options } = setting;
  const blank = blankResult(world, filed, setting);
  let run: RunResult;
  try {
    run = await runAgent(
      world,
      {
        agent,
        workItem: workItemOf(filed.golden),
        trigger: 'eval',
        writeCaptures: false,
        ...(model === undefined ? {} : { model }),
      },
      options,
    );
  } catch (error) {
    if (isForCaller(error, options)) throw error;
    return { ...blank, verdict: 'fail', hardFails: ['agent_error'], error: messageOf(error) };
  }
  const asked = {
    ...blank,
    run: run.run,
    response: run.text,
    agent: spendOf(run, agentModel),
  };
  if (run.status !== 'ok') return { ...asked, error: run.reason ?? `the run was ${run.status}` };
  try {
    return { ...asked, ...(await judgeAnswer(world, filed.golden, { setting, run })) };
  } catch (error) {
    if (isForCaller(error, options)) throw error;
    return { ...asked, judge: noSpend(judgeModel), error: messageOf(error) };
  }
}

const spendOf = (
  { model, inputTokens, outputTokens, costUsd }: CaseSpend,
  asked: string,
): CaseSpend => ({ model: model || asked, inputTokens, outputTokens, costUsd });

const SETUP = '[EVAL SETUP CONTEXT — vault state assumed for this test]';

/** The question, after what is taken for given. */
export const workItemOf = ({ setup, input }: Pick<GoldenCase, 'setup' | 'input'>): string =>
  setup === undefined ? input : `${SETUP}\n\n${setup}\n\n---\n\n${input}`;

function blankResult(
  { clock, zone }: AgentWorld,
  { golden, isRegression }: FiledCase,
  { suite, agentModel, judgeModel }: CaseSetting,
): CaseResult {
  const { day } = localTime(clock.now(), zone);
  return {
    testId: golden.id,
    category: golden.category,
    isRegression,
    verdict: 'judge_error',
    weightedScore: 0,
    scores: {},
    justifications: {},
    overall: '',
    hardFails: [],
    unmet: [],
    checks: [],
    clamped: {},
    notApplicable: [],
    missing: [],
    setupApplied: golden.setup !== undefined,
    isAuditSample: isSample(`${golden.id} ${day}`, suite.judge?.auditSample ?? 0),
    response: '',
    agent: noSpend(agentModel),
    judge: noSpend(judgeModel),
  };
}

/** The same cases of a day for everybody. */
const isSample = (name: string, share: number): boolean =>
  Number.parseInt(sha256(name).slice(0, 8), 16) / 2 ** 32 < share;

interface Judging {
  readonly setting: CaseSetting;
  readonly run: RunResult;
}

async function judgeAnswer(
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

/** Not for a result: another process is at work, or somebody stopped it. */
const isForCaller = (error: unknown, { signal }: RunOptions): boolean =>
  signal?.aborted === true || (error instanceof DatumError && error.code === 'agent/lock-busy');

const messageOf = (error: unknown): string =>
  error instanceof DatumError ? `${error.code}: ${error.message}` : String(error);
