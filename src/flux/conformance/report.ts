import type { Micros } from '../../base/index.ts';
import type { Tier } from '../stack/isa.ts';
import { type Agreement, agreements } from './agreement.ts';
import type { CaseResult, RatedVector } from './case-result.ts';
import type { Runtime } from './runtime.ts';
import { tierGates, tiers } from './tier.ts';
import type { Suite } from './vector.ts';

export interface Tally {
  readonly total: number;
  readonly passed: number;
}

export interface TierTally extends Tally {
  /** The share that should pass, 0 to 1, and whether it does. */
  readonly gate: number;
  readonly reached: boolean;
}

export interface RuntimeReport extends Tally {
  readonly name: string;
  readonly failed: number;
  readonly micros: Micros;
  readonly categories: Readonly<Record<string, Tally>>;
  readonly tiers: Readonly<Partial<Record<Tier, TierTally>>>;
}

export interface ConformanceReport {
  readonly suite: string;
  readonly notes: readonly string[];
  readonly started: Micros;
  readonly vectors: number;
  readonly runtimes: readonly RuntimeReport[];
  readonly results: readonly CaseResult[];
  /** What the runtimes came to, vector by vector; empty for a single runtime. */
  readonly agreements: readonly Agreement[];
  /** Every case passed and all runtimes agree. */
  readonly passed: boolean;
}

export interface Conducted {
  readonly suite: Suite;
  readonly vectors: readonly RatedVector[];
  readonly runtimes: readonly Runtime[];
  readonly results: readonly CaseResult[];
  readonly started: Micros;
}

export function report(conducted: Conducted): ConformanceReport {
  const { suite, vectors, runtimes, results, started } = conducted;
  const compared = runtimes.length > 1 ? agreements(vectors, results) : [];
  return {
    suite: suite.name,
    notes: suite.notes,
    started,
    vectors: vectors.length,
    runtimes: runtimes.map(({ name }) =>
      summary(
        name,
        results.filter(({ runtime }) => runtime === name),
      ),
    ),
    results,
    agreements: compared,
    passed: results.every(({ passed }) => passed) && compared.every(({ agree }) => agree),
  };
}

function tally(results: readonly CaseResult[]): Tally {
  return { total: results.length, passed: results.filter(({ passed }) => passed).length };
}

function summary(name: string, results: readonly CaseResult[]): RuntimeReport {
  const { total, passed } = tally(results);
  const categories = Object.groupBy(results, ({ vector }) => vector.category);
  const byTier = tiers.flatMap((tier) => {
    const cases = results.filter(({ vector }) => vector.tier === tier);
    if (cases.length === 0) return [];
    const counted = tally(cases);
    const gate = tierGates[tier];
    const rated = { ...counted, gate, reached: counted.passed >= gate * counted.total };
    return [[tier, rated] as const];
  });
  return {
    name,
    total,
    passed,
    failed: total - passed,
    micros: results.reduce((sum, { micros }) => sum + micros, 0),
    categories: Object.fromEntries(
      Object.entries(categories).map(([category, cases]) => [category, tally(cases ?? [])]),
    ),
    tiers: Object.fromEntries(byTier),
  };
}
