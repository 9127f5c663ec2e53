import type { Agreement } from './agreement.ts';
import type { CaseResult } from './case-result.ts';
import type { ConformanceReport, RuntimeReport } from './report.ts';
import type { UpstreamReport } from './verdicts.ts';

const RULE = '='.repeat(60);
const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** One case: `[PASS] name`, or `[FAIL] name: what was wrong`. */
export function printCase({ passed, vector, mistakes }: CaseResult): string {
  return passed ? `[PASS] ${vector.name}` : `[FAIL] ${vector.name}: ${mistakes.join('; ')}`;
}

/** A report as text in the form of the upstream runner (FLUX §7.4), with classes and categories. */
export function printConformance(report: ConformanceReport): string {
  const lines = report.runtimes.flatMap((runtime) => printRuntime(report, runtime));
  if (report.agreements.length > 0) lines.push(...printAgreements(report.agreements, report));
  lines.push(...report.notes.map((note) => `note: ${note}`));
  return lines.join('\n');
}

function printRuntime({ results, suite }: ConformanceReport, runtime: RuntimeReport): string[] {
  const { name, passed, total, failed, categories, tiers } = runtime;
  const cases = results.filter((each) => each.runtime === name).map(printCase);
  const byCategory = Object.entries(categories).map(
    ([category, tally]) => `${category} ${tally.passed}/${tally.total}`,
  );
  const byTier = Object.entries(tiers).map(
    ([tier, { passed: reached, total: all, gate, reached: ok }]) =>
      `${tier} ${reached}/${all}${gate === 0 ? '' : ` (gate ${percent(gate)}${ok ? '' : ', missed'})`}`,
  );
  return [
    `FLUX Conformance Test Results: ${passed}/${total} passed (${suite} on ${name})`,
    ...[RULE, ...cases, RULE],
    `Total: ${total}  Passed: ${passed}  Failed: ${failed}`,
    `Categories: ${byCategory.join(', ')}`,
    `Classes: ${byTier.join(', ')}`,
  ];
}

function printAgreements(agreements: readonly Agreement[], report: ConformanceReport): string[] {
  const lines = agreements.map(({ vector, shown, agree }) => {
    const parts = Object.entries(shown).map(([runtime, text]) => `${runtime}=${text}`);
    return `${vector}: ${parts.join(' ')} ${agree ? '✓ AGREE' : '✗ DISAGREE'}`;
  });
  const agreed = agreements.filter(({ agree }) => agree).length;
  const runtimes = report.runtimes.length;
  return [...lines, `${agreed}/${agreements.length} agree across ${runtimes} runtimes`];
}

/** An upstream report as text: every failing vector with the class that explains it. */
export function printUpstream(report: UpstreamReport): string {
  const failures = report.failures.map(
    (each) => `[${each.class ?? 'UNEXPLAINED'}] ${each.name}: ${each.mistakes.join('; ')}`,
  );
  const unforeseen = report.unforeseen.map((name) => `[UNFORESEEN PASS] ${name}`);
  const { passed, total } = report;
  return [
    `${report.file}: ${passed}/${total} passed, the other ${total - passed} contradict them`,
    ...failures,
    ...unforeseen,
    ...report.notes.map((note) => `note: ${note}`),
  ].join('\n');
}
