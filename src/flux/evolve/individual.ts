import { evaluate, holdsBelow } from './evaluator.ts';
import type { Genome } from './genome.ts';
import type { TargetCase } from './target.ts';
import type { Operator } from './variation.ts';

/** A program of a lineage that solved more cases than the one it came from. */
export interface Milestone {
  readonly generation: number;
  readonly solved: number;
  /** The changes that made it. */
  readonly operators: readonly Operator[];
  readonly genome: Genome;
  readonly ancestor?: Milestone;
}

/** A program and how far it is from the target. */
export interface Individual {
  readonly genome: Genome;
  /** Distance from each case, 0 where it is right. */
  readonly errors: readonly number[];
  readonly solved: number;
  readonly error: number;
  readonly lineage?: Milestone;
}

const WRONG_ENDING = 64;
const NO_RESULT = 48;
/** The answer is on the stack, but not on top. */
const MISPLACED = 0.75;

/** How far an answer is off: 0 when right, else by the number of bits of the difference. */
export function distance(
  genome: Genome,
  { in: inputs, out }: TargetCase,
  stepsMax: number,
): number {
  const { ended, depth, top } = evaluate(genome, inputs, stepsMax);
  if (ended !== 'done') return WRONG_ENDING;
  if (depth === 0) return NO_RESULT;
  if (top === out) return 0;
  return holdsBelow(out) ? MISPLACED : 1 + Math.log2(1 + Math.abs(top - out));
}

/** Order of fitness: cases solved, then nearness, then fewer instructions. */
export const better = (a: Individual, b: Individual): number =>
  b.solved - a.solved || a.error - b.error || a.genome.codes.length - b.genome.codes.length;
