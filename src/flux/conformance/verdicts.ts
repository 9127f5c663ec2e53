import { z } from 'zod';
import type { CaseResult } from './case-result.ts';
import type { ConformanceReport } from './report.ts';
import type { MalformedVector } from './upstream-file.ts';
import { vectorsError } from './vectors-error.ts';

const entry = z.object({
  name: z.string(),
  category: z.string(),
  /** What machine S shows: with wrapped integers for version 2, with the profile for version 3. */
  int32: z.enum(['pass', 'fail']).exactOptional(),
  profile: z.enum(['pass', 'fail']).exactOptional(),
  class: z.string().exactOptional(),
});
const file = z.object({ v2: z.array(entry), v3: z.array(entry) });

/** Why a vector of an upstream file cannot pass on machine S, by name. */
export interface Verdict {
  readonly passes: boolean;
  readonly class: string;
}

/** Reads `vector-verdicts.json`. */
export function readVerdicts(input: unknown, version: 'v2' | 'v3'): ReadonlyMap<string, Verdict> {
  const parsed = file.safeParse(input);
  if (!parsed.success) {
    throw vectorsError(
      'vector-verdicts.json',
      parsed.error.issues.map(({ message }) => message),
    );
  }
  return new Map(
    parsed.data[version].map((each) => [
      each.name,
      { passes: (each.int32 ?? each.profile) === 'pass', class: each.class ?? 'none' },
    ]),
  );
}

/** A failing vector of an upstream file, and the class that says why it cannot pass. */
export interface Explained {
  readonly name: string;
  readonly mistakes: readonly string[];
  /** Absent when the verdicts do not foresee the failure. */
  readonly class?: string;
}

export interface UpstreamReport {
  readonly file: string;
  readonly total: number;
  readonly passed: number;
  readonly failures: readonly Explained[];
  /** Vectors that pass although the verdicts say they cannot. */
  readonly unforeseen: readonly string[];
  readonly notes: readonly string[];
  /** Every failure is explained and nothing is unforeseen. */
  readonly explained: boolean;
}

/** Lays the verdicts beside what an upstream file came to on machine S. */
export function explainUpstream(
  report: ConformanceReport,
  malformed: readonly MalformedVector[],
  verdicts: ReadonlyMap<string, Verdict>,
): UpstreamReport {
  const explain = (name: string, mistakes: readonly string[]): Explained => {
    const verdict = verdicts.get(name);
    return { name, mistakes, ...(verdict?.passes === false && { class: verdict.class }) };
  };
  const failing = report.results.filter(({ passed }) => !passed);
  const failures = [
    ...failing.map(({ vector, mistakes }) => explain(vector.name, mistakes)),
    ...malformed.map(({ name, problem }) => explain(name, [problem])),
  ];
  const passing = report.results.filter(({ passed }) => passed).map(nameOf);
  const unforeseen = passing.filter((name) => verdicts.get(name)?.passes !== true);
  return {
    file: report.suite,
    total: report.results.length + malformed.length,
    passed: passing.length,
    failures,
    unforeseen,
    notes: report.notes,
    explained: unforeseen.length === 0 && failures.every((each) => each.class !== undefined),
  };
}

function nameOf({ vector }: CaseResult): string {
  return vector.name;
}
