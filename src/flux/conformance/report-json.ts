import { formatInstant, type JsonObject } from '../../base/index.ts';
import { formatValue } from '../stack/value.ts';
import type { CaseResult } from './case-result.ts';
import type { ConformanceReport } from './report.ts';

const MILLIS = 1000;

function caseJson({ runtime, vector, passed, mistakes, observed, micros }: CaseResult): JsonObject {
  return {
    runtime_name: runtime,
    test_name: vector.name,
    category: vector.category,
    tier: vector.tier,
    passed,
    error: mistakes.join('; '),
    actual_stack: (observed.stack ?? []).map(({ kind, value }) =>
      Number.isFinite(value) ? value : formatValue({ kind, value }),
    ),
    actual_flags: observed.flags ?? null,
    duration_ms: micros / MILLIS,
  };
}

/** A report as JSON in the shape of the upstream runner (FLUX §7.4), with classes and agreement. */
export function conformanceJson(report: ConformanceReport): JsonObject {
  const results = Object.groupBy(report.results, ({ runtime }) => runtime);
  return {
    timestamp: formatInstant(report.started),
    suite: report.suite,
    test_vector_count: report.vectors,
    passed: report.passed,
    runtimes: report.runtimes.map(({ name, total, passed, failed, micros, categories, tiers }) => ({
      runtime_name: name,
      total,
      passed,
      failed,
      errors: (results[name] ?? []).filter(({ observed }) => observed.passed === false).length,
      total_duration_ms: micros / MILLIS,
      failed_tests: (results[name] ?? [])
        .filter((each) => !each.passed)
        .map(({ vector }) => vector.name),
      pass_rate: total === 0 ? 0 : passed / total,
      categories: Object.fromEntries(
        Object.entries(categories).map(([key, tally]) => [key, { ...tally }]),
      ),
      tiers: Object.fromEntries(Object.entries(tiers).map(([key, tally]) => [key, { ...tally }])),
    })),
    results: Object.fromEntries(
      Object.entries(results).map(([name, cases]) => [name, (cases ?? []).map(caseJson)]),
    ),
    agreements: report.agreements.map(({ vector, shown, agree }) => ({
      vector,
      shown: { ...shown },
      agree,
    })),
    notes: [...report.notes],
  };
}
