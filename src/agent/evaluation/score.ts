import type { Criterion } from '../../folder/index.ts';
import { roundHalfEven } from './round.ts';

/** What a judge says of one expected fact. */
export interface FactualCheck {
  readonly claim: string;
  readonly stated: boolean;
  readonly correct: boolean;
  readonly cited: boolean;
}

export interface ScoreQuestion {
  /** Dimensions with their weights. */
  readonly weights: Readonly<Record<string, number>>;
  /** Scores as the judge gave them; `null` where the dimension does not apply. */
  readonly given: Readonly<Record<string, number | null>>;
  readonly checks: readonly FactualCheck[];
}

export interface Score {
  /** 1 to 5 for each dimension that counts. */
  readonly scores: Readonly<Record<string, number>>;
  /** Given scores that lay outside 1 to 5, as they were given. */
  readonly clamped: Readonly<Record<string, number>>;
  /** Dimensions the judge said do not apply. */
  readonly notApplicable: readonly string[];
  /** Dimensions nobody scored. */
  readonly missing: readonly string[];
  /** Two decimals; 0 when nothing was scored. */
  readonly weighted: number;
}

const FACTS = 'factual_accuracy';
const clamp = (score: number): number => Math.min(5, Math.max(1, score));

/**
 * The weighted score of an answer: over the dimensions that were scored, each held within 1 and 5.
 * Factual accuracy that the judge did not score follows from its checks (atomic-runtime §15).
 *
 * @example
 * const weights = { a: 15, b: 15, c: 25, d: 25, e: 10, f: 10 };
 * scoreAnswer({ weights, given: { a: 4, b: 3, c: 3, d: 2, e: 4, f: 4 }, checks: [] }).weighted; // => 3.1
 */
export function scoreAnswer({ weights, given, checks }: ScoreQuestion): Score {
  const scores: Record<string, number> = {};
  const clamped: Record<string, number> = {};
  const notApplicable: string[] = [];
  const missing: string[] = [];
  for (const name of Object.keys(weights)) {
    const score = Object.hasOwn(given, name) ? given[name] : factsScore(name, checks);
    if (score === null) notApplicable.push(name);
    else if (score === undefined || !Number.isFinite(score)) missing.push(name);
    else {
      scores[name] = clamp(score);
      if (scores[name] !== score) clamped[name] = score;
    }
  }
  return { scores, clamped, notApplicable, missing, weighted: weightedScore(weights, scores) };
}

/** `clamp(5·v/n)`: a checked fact counts 1, one without its citation half. */
function factsScore(name: string, checks: readonly FactualCheck[]): number | undefined {
  if (name !== FACTS || checks.length === 0) return undefined;
  const good = checks.filter(({ stated, correct }) => stated && correct);
  const value = good.reduce((sum, { cited }) => sum + (cited ? 1 : 0.5), 0);
  return clamp(roundHalfEven((5 * value) / checks.length, 0));
}

function weightedScore(
  weights: Readonly<Record<string, number>>,
  scores: Readonly<Record<string, number>>,
): number {
  const names = Object.keys(scores);
  const total = names.reduce((sum, name) => sum + (weights[name] ?? 0), 0);
  if (total === 0) return 0;
  const sum = names.reduce((all, name) => all + (scores[name] ?? 0) * (weights[name] ?? 0), 0);
  return roundHalfEven(sum / total, 2);
}

/** The bounds of a case that its scores do not meet; one on an unscored dimension is not met. */
export const unmetCriteria = (
  criteria: readonly Criterion[],
  { scores, notApplicable }: Pick<Score, 'scores' | 'notApplicable'>,
): readonly Criterion[] =>
  criteria.filter(({ dimension, operator, value }) => {
    const score = scores[dimension];
    if (score === undefined) return !notApplicable.includes(dimension);
    return !HOLDS[operator](score, value);
  });

const HOLDS: Readonly<Record<Criterion['operator'], (score: number, value: number) => boolean>> = {
  '>=': (score, value) => score >= value,
  '>': (score, value) => score > value,
  '<=': (score, value) => score <= value,
  '<': (score, value) => score < value,
  '=': (score, value) => score === value,
};
