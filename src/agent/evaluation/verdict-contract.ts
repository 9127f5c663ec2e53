import type { GoldenCase, Rubric } from '../../folder/index.ts';
import { defineSpec, type Spec, z } from '../../spec/index.ts';
import type { FactualCheck } from './score.ts';

/** What a judge said of an answer. */
export interface CaseVerdict {
  /** `null`: does not apply. Dimensions without a usable score are absent. */
  readonly scores: Readonly<Record<string, number | null>>;
  readonly justifications: Readonly<Record<string, string>>;
  readonly hardFails: readonly string[];
  readonly overall: string;
  readonly checks: readonly FactualCheck[];
}

const flag = z.boolean().nullable();
const check = z.object({
  claim: z.string(),
  stated_in_response: flag,
  value_correct: flag.default(null),
  cited: flag.default(null),
});

const notApplicable = z.union([z.null(), z.literal('N/A'), z.literal('n/a')]);
const justification = z.string().default('');
const strictDimension = z.object({ score: z.union([z.number(), notApplicable]), justification });
const looseDimension = z.object({ score: z.json().default(null), justification });

/**
 * What the judge of a case must answer. Strict: every dimension has a score or `null`, and every
 * hard fail is one of the rubric's. Else what is missing or no number is left out, and reported.
 */
export function verdictContract(
  rubric: Rubric,
  { expectedFacts }: Pick<GoldenCase, 'expectedFacts'>,
  mode: 'strict' | 'loose',
): Spec<unknown, CaseVerdict> {
  const isStrict = mode === 'strict';
  const names = Object.keys(rubric.weights);
  const dimensions = names.map((name) => {
    const fromChecks = name === 'factual_accuracy' && expectedFacts.length > 0;
    const dimension = isStrict ? strictDimension : looseDimension;
    return [name, isStrict && !fromChecks ? dimension : dimension.optional()] as const;
  });
  const codes = rubric.hardFails.map(({ code }) => code);
  const code = isStrict && codes.length > 0 ? z.enum(codes as [string, ...string[]]) : z.string();
  const checks = z.array(check);
  const schema = z.object({
    ...Object.fromEntries(dimensions),
    hard_fails: isStrict ? z.array(code) : z.array(code).default([]),
    overall: z.object({ justification }).default({ justification: '' }),
    factual_checks: isStrict && expectedFacts.length > 0 ? checks : checks.default([]),
  });
  const contract = schema.transform((value) => readVerdict(names, value));
  return defineSpec('agent/verdict', contract as z.ZodType<CaseVerdict, unknown>);
}

interface RawDimension {
  readonly score: unknown;
  readonly justification: string;
}

function readVerdict(names: readonly string[], value: Record<string, unknown>): CaseVerdict {
  const scores: Record<string, number | null> = {};
  const justifications: Record<string, string> = {};
  for (const name of names) {
    const given = value[name] as RawDimension | undefined;
    if (given === undefined) continue;
    justifications[name] = given.justification;
    if (typeof given.score === 'number') scores[name] = given.score;
    else if (notApplicable.safeParse(given.score).success) scores[name] = null;
  }
  const checks = value['factual_checks'] as readonly z.output<typeof check>[];
  return {
    scores,
    justifications,
    hardFails: [...new Set(value['hard_fails'] as readonly string[])],
    overall: (value['overall'] as { justification: string }).justification,
    checks: checks.map(({ claim, stated_in_response, value_correct, cited }) => ({
      claim,
      stated: stated_in_response === true,
      correct: value_correct === true,
      cited: cited === true,
    })),
  };
}
