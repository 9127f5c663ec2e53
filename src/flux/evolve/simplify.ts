import type { Genome } from './genome.ts';
import { distance } from './individual.ts';
import type { TargetCase } from './target.ts';
import { without } from './variation.ts';

/** What a simpler program must still do. */
export interface Demands {
  readonly cases: readonly TargetCase[];
  readonly steps: number;
}

/**
 * A program without the instructions it does not need: one, then two at a time are left out as long
 * as every case still comes out right.
 */
export function simplify(genome: Genome, demands: Demands): Genome {
  let simplest = genome;
  for (let next: Genome | undefined = genome; next !== undefined; ) {
    simplest = next;
    next = withOneLess(simplest, demands) ?? withTwoLess(simplest, demands);
  }
  return simplest;
}

const satisfies = (genome: Genome, { cases, steps }: Demands): boolean =>
  cases.every((each) => distance(genome, each, steps) === 0);

function withOneLess(genome: Genome, demands: Demands): Genome | undefined {
  for (let at = genome.codes.length - 1; at >= 0; at -= 1) {
    const shorter = without(genome, at);
    if (satisfies(shorter, demands)) return shorter;
  }
  return undefined;
}

/** Pairs such as two NEG, or a value and the POP that drops it. */
function withTwoLess(genome: Genome, demands: Demands): Genome | undefined {
  for (let second = genome.codes.length - 1; second > 0; second -= 1) {
    const shorter = without(genome, second);
    for (let first = second - 1; first >= 0; first -= 1) {
      const shortest = without(shorter, first);
      if (satisfies(shortest, demands)) return shortest;
    }
  }
  return undefined;
}
