import { defineSpec, z } from '../../spec/index.ts';

/** What a judge says of a draft. */
export const outcomeVerdict = defineSpec(
  'agent/outcome-verdict',
  z.object({
    satisfied: z.boolean(),
    criterion_results: z
      .array(z.object({ criterion: z.string(), met: z.boolean(), gap: z.string().default('') }))
      .default([]),
    explanation: z.string().default(''),
    rubric_contradicts_description: z.boolean().default(false),
  }),
);

export interface OutcomeVerdict {
  readonly satisfied: boolean;
  readonly criterion_results: readonly {
    readonly criterion: string;
    readonly met: boolean;
    readonly gap: string;
  }[];
  readonly explanation: string;
  readonly rubric_contradicts_description: boolean;
}

/** True when the judge is content and not one criterion says otherwise. */
export const isSatisfied = ({ satisfied, criterion_results: criteria }: OutcomeVerdict): boolean =>
  satisfied && criteria.every(({ met }) => met);

/** The judge's prompt; the data follows under headings of its own. */
export const OUTCOME_JUDGE_TEMPLATE = `You judge whether a draft does what was asked for. Judge by the rubric alone, criterion by criterion; be strict, and say for each criterion that is not met what is missing.

If the rubric asks for what the description forbids, say so with rubric_contradicts_description.

Answer with one JSON object and nothing else:
{ "satisfied": true, "criterion_results": [{ "criterion": "…", "met": true, "gap": "" }], "explanation": "…", "rubric_contradicts_description": false }`;
