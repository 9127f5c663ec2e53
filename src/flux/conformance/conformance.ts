import type { Clock } from '../../base/index.ts';
import { FluxError } from '../error.ts';
import type { MachineName } from '../machine.ts';
import type { Tier } from '../stack/isa.ts';
import type { CaseResult, RatedVector } from './case-result.ts';
import { judge } from './judge.ts';
import type { Observed } from './observed.ts';
import { type ConformanceReport, report } from './report.ts';
import type { Runtime } from './runtime.ts';
import { tierOf } from './tier.ts';
import type { Suite, Vector } from './vector.ts';

export interface ConformanceOptions {
  readonly suite: Suite;
  readonly runtimes: readonly Runtime[];
  /** Only vectors whose category begins so, or is short for it: `arithmetic` is `arith`. */
  readonly category?: string;
  readonly tier?: Tier;
  readonly machine?: MachineName;
  /** Times the cases; their results do not depend on it. */
  readonly clock: Clock;
  /** Told about every case as it ends. */
  readonly onCase?: (result: CaseResult) => void;
}

/**
 * Runs a suite on one or more runtimes, vector by vector, and reports what each passed and whether
 * they agree. Throws `flux/no-vectors` when nothing is selected: an empty suite proves nothing.
 */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const { suite, runtimes, clock } = options;
  const started = clock.now();
  const vectors = selectVectors(options);
  const results: CaseResult[] = [];
  for (const vector of vectors) {
    for (const runtime of runtimes) {
      if (!runtime.machines.includes(vector.machine)) continue;
      const result = await runCase(vector, runtime, clock);
      results.push(result);
      options.onCase?.(result);
    }
  }
  return report({ suite, vectors, runtimes, results, started });
}

function selectVectors(options: ConformanceOptions): readonly RatedVector[] {
  const { suite, runtimes, category = '', tier, machine } = options;
  const rated = suite.vectors.map((vector) => ({
    ...vector,
    tier: tierOf(vector.machine, vector.code),
  }));
  const selected = rated.filter(
    (each) =>
      (each.category.startsWith(category) || category.startsWith(each.category)) &&
      (tier === undefined || each.tier === tier) &&
      (machine === undefined || each.machine === machine) &&
      runtimes.some(({ machines }) => machines.includes(each.machine)),
  );
  if (selected.length > 0) return selected;
  const categories = [...new Set(suite.vectors.map((each) => each.category))];
  throw new FluxError({
    code: 'flux/no-vectors',
    message: `no vector of ${suite.name} is selected, so nothing was tested`,
    hint: `its categories are ${categories.join(', ')}; classes are P0 to P3`,
    data: { categories },
  });
}

async function runCase(vector: RatedVector, runtime: Runtime, clock: Clock): Promise<CaseResult> {
  const started = clock.now();
  const observed = await observe(vector, runtime);
  const mistakes = judge(vector.expect, observed);
  return {
    runtime: runtime.name,
    vector,
    observed,
    mistakes,
    passed: mistakes.length === 0,
    micros: clock.now() - started,
  };
}

/** A runtime that breaks down has failed the case, not the suite. */
async function observe(vector: Vector, runtime: Runtime): Promise<Observed> {
  try {
    return await runtime.run(vector);
  } catch (error) {
    return { passed: false, error: error instanceof Error ? error.message : String(error) };
  }
}
