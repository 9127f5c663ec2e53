import type { Criterion, EvalVerdict } from '../../folder/index.ts';
import type { FactualCheck } from './score.ts';

/** How one case came out. */
export interface CaseResult {
  readonly testId: string;
  readonly category: string;
  readonly isRegression: boolean;
  readonly verdict: EvalVerdict;
  /** Two decimals; 0 where nothing was judged. */
  readonly weightedScore: number;
  readonly scores: Readonly<Record<string, number>>;
  readonly justifications: Readonly<Record<string, string>>;
  readonly overall: string;
  readonly hardFails: readonly string[];
  /** Pass criteria of the case that were not met. */
  readonly unmet: readonly Criterion[];
  readonly checks: readonly FactualCheck[];
  readonly clamped: Readonly<Record<string, number>>;
  readonly notApplicable: readonly string[];
  /** Dimensions without a score, which the weighted score leaves out. */
  readonly missing: readonly string[];
  readonly setupApplied: boolean;
  /** A person should read this verdict again (`audit_sample_pct`). */
  readonly isAuditSample: boolean;
  readonly response: string;
  readonly agent: CaseSpend;
  readonly judge: CaseSpend;
  /** Absent when no run was begun. */
  readonly run?: string;
  readonly error?: string;
}

/** What one side of a case used. */
export interface CaseSpend {
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
}

/** Nothing used. */
export const noSpend = (model: string): CaseSpend => ({
  model,
  inputTokens: 0,
  outputTokens: 0,
  costUsd: 0,
});

/** What a run or a judge used; under the model that was asked where none answered. */
export const spendOf = (
  { model, inputTokens, outputTokens, costUsd }: CaseSpend,
  asked: string,
): CaseSpend => ({ model: model || asked, inputTokens, outputTokens, costUsd });
