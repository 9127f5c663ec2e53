import type { Problem, WriteOptions } from '../../folder/index.ts';
import { roundUsd } from '../../model/index.ts';
import { chooseJudge } from '../judge/choose-judge.ts';
import { readModelOf } from '../prompt/prompt-source.ts';
import { openSnapshot } from '../prompt/snapshot.ts';
import type { AgentWorld, RunOptions } from '../run-options.ts';
import type { CaseResult } from './case-result.ts';
import { recordCase } from './eval-record.ts';
import { evaluateCase } from './evaluate-case.ts';
import { roundHalfEven } from './round.ts';
import { type CaseFilter, openSuite } from './suite.ts';

export interface EvaluationRequest extends CaseFilter {
  readonly agent: string;
  /** Instead of the default model of model.md. */
  readonly model?: string;
  /** Instead of the judges that judge.md names. */
  readonly judge?: string;
  /** Absent: results are answered and not written. */
  readonly write?: WriteOptions;
}

/** What became of a suite. */
export interface Evaluation {
  readonly agent: string;
  readonly judgeModel: string;
  readonly results: readonly CaseResult[];
  /** Files that could not be run. */
  readonly broken: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** True when there was at least one case and everything passed. */
  readonly passed: boolean;
  /** Mean weighted score of the cases that were scored; absent when none was. */
  readonly meanScore?: number;
  readonly costUsd: number;
}

/**
 * Runs the golden cases and regressions of an agent, one after another. A suite without cases does
 * not pass. The judge is chosen before anything is spent: throws `agent/no-judge`, `agent/no-rubric`,
 * `agent/unknown-case`.
 */
export async function evaluateAgent(
  world: AgentWorld,
  request: EvaluationRequest,
  options: RunOptions = {},
): Promise<Evaluation> {
  const { agent, model, write } = request;
  const snapshot = await openSnapshot(world.log, { agent, database: await world.log.at() });
  const suite = await openSuite(snapshot, request);
  const agentModel = model ?? (await readModelOf(snapshot)).defaultModel;
  const judgeModel =
    request.judge ??
    (await chooseJudge({
      agentModel,
      ...(suite.judge === undefined ? {} : { candidates: suite.judge }),
      ...(world.reachable === undefined ? {} : { reachable: world.reachable }),
    }));
  const setting = {
    ...{ agent, suite, agentModel, judgeModel, options },
    ...(model === undefined ? {} : { model }),
  };
  const results: CaseResult[] = [];
  for (const filed of suite.cases) {
    options.onStep?.(`${results.length + 1} of ${suite.cases.length}: ${filed.golden.id}`);
    const result = await evaluateCase(world, filed, setting);
    if (write !== undefined) await recordCase(world, result, { snapshot, write });
    results.push(result);
  }
  const { broken, warnings } = suite;
  return {
    ...{ agent, judgeModel, results, broken, warnings },
    passed: isPassed(results, request.test === undefined ? broken : []),
    ...meanOf(results),
    costUsd: roundUsd(
      results.reduce((sum, { agent: a, judge: j }) => sum + a.costUsd + j.costUsd, 0),
    ),
  };
}

const isPassed = (results: readonly CaseResult[], broken: readonly Problem[]): boolean =>
  results.length > 0 && broken.length === 0 && results.every(({ verdict }) => verdict === 'pass');

function meanOf(results: readonly CaseResult[]): { readonly meanScore?: number } {
  const scored = results.filter(({ scores }) => Object.keys(scores).length > 0);
  if (scored.length === 0) return {};
  const sum = scored.reduce((total, { weightedScore }) => total + weightedScore, 0);
  return { meanScore: roundHalfEven(sum / scored.length, 2) };
}
