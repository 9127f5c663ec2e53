import { DatumError, sha256 } from '../../base/index.ts';
import type { GoldenCase } from '../../folder/index.ts';
import { localTime } from '../local-time.ts';
import { runAgent } from '../run.ts';
import type { AgentWorld, RunOptions, RunResult } from '../run-options.ts';
import { type CaseResult, noSpend, spendOf } from './case-result.ts';
import type { CaseSetting } from './case-setting.ts';
import { judgeAnswer } from './judge-answer.ts';
import type { FiledCase } from './suite.ts';

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

/** Not for a result: another process is at work, or somebody stopped it. */
const isForCaller = (error: unknown, { signal }: RunOptions): boolean =>
  signal?.aborted === true || (error instanceof DatumError && error.code === 'agent/lock-busy');

const messageOf = (error: unknown): string =>
  error instanceof DatumError ? `${error.code}: ${error.message}` : String(error);
