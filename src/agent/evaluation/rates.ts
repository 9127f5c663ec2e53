import { CASE_CATEGORIES, type EvalLine } from '../../folder/index.ts';
import { roundHalfEven } from './round.ts';

/** What recorded results can be told apart by. */
export const RATE_KEYS = ['suite', 'test', 'model', 'day'] as const;
export type RateKey = (typeof RATE_KEYS)[number];

/** Cases that are run together: a category of the golden ones, or the regressions. */
export const SUITES = [...CASE_CATEGORIES, 'regressions'] as const;

/** How recorded results came out. Shares are of the scored ones, absent where none was. */
export interface EvalRate {
  readonly results: number;
  /** Results with a verdict: neither a judge's nor a cap's trouble is one. */
  readonly scored: number;
  readonly passed: number;
  readonly passRate?: number;
  /** Scored results with a hard fail. */
  readonly hardFailed: number;
  readonly hardFailRate?: number;
  /** How often each hard fail fired. */
  readonly hardFails: Readonly<Record<string, number>>;
  /** Mean weighted score, two decimals half to even. */
  readonly meanScore?: number;
}

export interface EvalRates {
  readonly rows: readonly (EvalRate & { readonly key: string })[];
  readonly total: EvalRate;
}

/** The suite a result belongs to. */
export const suiteOf = ({ category, value }: EvalLine): string =>
  value['regression'] === true ? 'regressions' : category;

/**
 * Pass rates and hard-fail rates of recorded results: passed, or failed hard, over those with a
 * verdict (atomic-runtime §15; atomic-operations, quality).
 */
export function evalRates(lines: readonly EvalLine[], by: RateKey): EvalRates {
  const groups = Map.groupBy(lines, (line) => keyOf[by](line));
  const keys = [...groups.keys()].toSorted((a, b) => (a < b ? -1 : 1));
  const order = by === 'suite' ? SUITES.filter((each) => groups.has(each)) : [];
  return {
    rows: [...new Set<string>([...order, ...keys])].map((key) => ({
      key,
      ...rateOf(groups.get(key) ?? []),
    })),
    total: rateOf(lines),
  };
}

const keyOf: Readonly<Record<RateKey, (line: EvalLine) => string>> = {
  suite: suiteOf,
  test: ({ testId }) => testId,
  model: ({ agentModel }) => agentModel,
  day: ({ ts }) => ts.slice(0, 10),
};

function rateOf(lines: readonly EvalLine[]): EvalRate {
  const scored = lines.filter(({ verdict }) => verdict !== 'judge_error');
  const passed = scored.filter(({ verdict }) => verdict === 'pass').length;
  const hard = scored.filter(({ hardFails }) => hardFails.length > 0);
  const hardFails: Record<string, number> = {};
  for (const code of hard.flatMap((line) => line.hardFails)) {
    hardFails[code] = (hardFails[code] ?? 0) + 1;
  }
  // An agent that failed was not scored by the judge; 0 there is no score.
  const scores = scored.filter(({ scores: given }) => Object.keys(given).length > 0);
  const sum = scores.reduce((total, { weightedScore }) => total + weightedScore, 0);
  return {
    results: lines.length,
    scored: scored.length,
    passed,
    hardFailed: hard.length,
    hardFails,
    ...(scored.length === 0
      ? {}
      : { passRate: passed / scored.length, hardFailRate: hard.length / scored.length }),
    ...(scores.length === 0 ? {} : { meanScore: roundHalfEven(sum / scores.length, 2) }),
  };
}
