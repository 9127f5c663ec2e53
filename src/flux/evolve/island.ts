import { type Generator, generatorOf } from './generator.ts';
import type { Genome } from './genome.ts';
import { better, distance, type Individual, type Milestone } from './individual.ts';
import type { Target, TargetCase } from './target.ts';
import { type Alphabet, alphabetOf, cross, mutate, randomGenome } from './variation.ts';

export interface IslandOptions {
  readonly target: Target;
  readonly seed: number;
  /** Number of the island, from 0; with the seed it decides everything random. */
  readonly island: number;
  readonly population: number;
}

/** What one generation of an island came to. */
export interface GenerationReport {
  readonly generation: number;
  /** Cases the best program solves. */
  readonly solved: number;
  readonly error: number;
  /** Instructions of the best program. */
  readonly length: number;
  readonly evaluations: number;
}

/** Programs among which one parent is chosen. */
const SAMPLE = 24;
/** Share of children that have two parents. */
const CROSSING = 0.35;
/** Generations without progress after which an island begins anew. */
const STUCK = 60;
/** Most instructions of a program of the first generation. */
const FIRST_LENGTH = 10;

/** A population that breeds by itself; equal options and cases give equal generations. */
export class Island {
  readonly #target: Target;
  readonly #population: number;
  readonly #random: Generator;
  readonly #alphabet: Alphabet;
  #cases: readonly TargetCase[];
  #living: Individual[];
  #generation = 0;
  #evaluations = 0;
  #record = Number.POSITIVE_INFINITY;
  #recordAt = 0;
  #order: number[];
  readonly #pool: Individual[] = [];

  constructor({ target, seed, island, population }: IslandOptions) {
    this.#target = target;
    this.#population = population;
    this.#random = generatorOf(seed, island);
    this.#alphabet = alphabetOf(target.opcodes, target.length);
    this.#cases = target.cases;
    this.#order = target.cases.map((_, index) => index);
    this.#living = this.#settlers();
  }

  /** Breeds one generation. */
  step(): GenerationReport {
    this.#generation += 1;
    if (this.#generation - this.#recordAt > STUCK) this.#beginAnew();
    const next = this.#elite();
    while (next.length < this.#population) next.push(this.#child());
    this.#living = next;
    const { solved, error, genome } = this.best();
    if (error < this.#record) {
      this.#record = error;
      this.#recordAt = this.#generation;
    }
    const evaluations = this.#evaluations;
    this.#evaluations = 0;
    const { length } = genome.codes;
    return { generation: this.#generation, solved, error, length, evaluations };
  }

  best(): Individual {
    return bestOf(this.#living);
  }

  get isSolved(): boolean {
    return this.best().solved === this.#cases.length;
  }

  /** Takes a further case into account from now on. */
  demand(further: TargetCase): void {
    this.#cases = [...this.#cases, further];
    this.#order = this.#cases.map((_, index) => index);
    this.#living = this.#living.map(({ genome, lineage }) => this.#individual(genome, lineage));
    this.#record = Number.POSITIVE_INFINITY;
  }

  #settlers(): Individual[] {
    const lengthMax = Math.min(this.#target.length, FIRST_LENGTH);
    return Array.from({ length: this.#population }, () => {
      const length = 1 + this.#random.below(lengthMax);
      return this.#individual(randomGenome(this.#random, this.#alphabet, length));
    });
  }

  #beginAnew(): void {
    this.#living = this.#settlers();
    this.#record = Number.POSITIVE_INFINITY;
    this.#recordAt = this.#generation;
  }

  /** The best program, and the best of the others. */
  #elite(): Individual[] {
    const first = this.best();
    const others = this.#living.filter((each) => each !== first);
    return others.length === 0 ? [first] : [first, bestOf(others)];
  }

  #child(): Individual {
    const first = this.#select();
    const isCrossed = this.#random.chance(CROSSING);
    const crossed = isCrossed
      ? cross(this.#random, [first.genome, this.#select().genome], this.#alphabet)
      : { genome: first.genome, operators: [] };
    const isMutated = !isCrossed || this.#random.chance(0.5);
    const mutated = isMutated
      ? mutate(this.#random, crossed.genome, this.#alphabet)
      : { genome: crossed.genome, operators: [] };
    const child = this.#individual(mutated.genome, first.lineage);
    if (child.solved <= first.solved) return child;
    const lineage: Milestone = {
      generation: this.#generation,
      solved: child.solved,
      operators: [...crossed.operators, ...mutated.operators],
      genome: child.genome,
      ...(first.lineage && { ancestor: first.lineage }),
    };
    return { ...child, lineage };
  }

  /**
   * Lexicase selection (Spector 2012) over a sample: of those best at one case, those best at the
   * next, the cases in random order. It keeps programs that are alone in solving something.
   */
  #select(): Individual {
    const random = this.#random;
    const pool = this.#pool;
    let size = SAMPLE;
    for (let at = 0; at < size; at += 1)
      pool[at] = this.#living[random.below(this.#living.length)]!;
    const order = this.#order;
    for (let left = order.length; left > 0 && size > 1; left -= 1) {
      const at = random.below(left);
      const index = order[at]!;
      order[at] = order[left - 1]!;
      order[left - 1] = index;
      size = keepBest(pool, size, index);
    }
    return pool[random.below(size)]!;
  }

  #individual(genome: Genome, lineage?: Milestone): Individual {
    this.#evaluations += 1;
    const errors: number[] = [];
    let solved = 0;
    let error = 0;
    for (const each of this.#cases) {
      const off = distance(genome, each, this.#target.steps);
      errors.push(off);
      error += off;
      if (off === 0) solved += 1;
    }
    return { genome, errors, solved, error, ...(lineage && { lineage }) };
  }
}

const bestOf = (individuals: readonly Individual[]): Individual =>
  individuals.reduce((best, each) => (better(each, best) < 0 ? each : best));

/** Moves those with the least error at a case to the front; answers how many they are. */
function keepBest(pool: Individual[], size: number, index: number): number {
  let least = Number.POSITIVE_INFINITY;
  let kept = 0;
  for (let at = 0; at < size; at += 1) {
    const each = pool[at]!;
    const error = each.errors[index]!;
    if (error > least) continue;
    if (error < least) kept = 0;
    least = error;
    pool[kept] = each;
    kept += 1;
  }
  return kept;
}
