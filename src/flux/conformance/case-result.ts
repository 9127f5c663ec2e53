import type { Micros } from '../../base/index.ts';
import type { Tier } from '../stack/isa.ts';
import type { Observed } from './observed.ts';
import type { Vector } from './vector.ts';

/** A vector with its portability class. */
export interface RatedVector extends Vector {
  readonly tier: Tier;
}

/** One vector on one runtime. */
export interface CaseResult {
  readonly runtime: string;
  readonly vector: RatedVector;
  readonly observed: Observed;
  /** What was wrong; empty when it passed. */
  readonly mistakes: readonly string[];
  readonly passed: boolean;
  readonly micros: Micros;
}
