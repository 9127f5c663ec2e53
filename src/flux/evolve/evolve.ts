import { disassemble } from '../assembly/disassemble.ts';
import { FluxError } from '../error.ts';
import { runStack } from '../stack/run.ts';
import { verify } from '../verify/verify.ts';
import { type Archipelago, archipelago, type Epoch } from './archipelago.ts';
import { encodeGenome, type Genome } from './genome.ts';
import { better, distance, type Milestone } from './individual.ts';
import type { GenerationReport, IslandOptions } from './island.ts';
import { simplify } from './simplify.ts';
import type { Target, TargetCase } from './target.ts';

export interface EvolveOptions {
  readonly target: Target;
  readonly generations: number;
  /** A whole number; the same seed gives the same search, whatever the number of threads. */
  readonly seed: number;
  /** Threads that breed; 1, which is this one, when absent. */
  readonly threads?: number;
  readonly islands?: number;
  /** Programs of one island. */
  readonly population?: number;
  readonly onGeneration?: (progress: Progress) => void;
  /** Ends the search after the epoch under way. */
  readonly signal?: AbortSignal;
}

/** The state of a search after one generation of all islands. */
export interface Progress {
  readonly generation: number;
  /** Cases the best program solves, and how many there are. */
  readonly solved: number;
  readonly cases: number;
  /** Share of the cases solved, 0 to 1. */
  readonly fitness: number;
  /** Distance of the best program from all cases. */
  readonly error: number;
  readonly length: number;
  /** Programs evaluated since the start. */
  readonly evaluations: number;
}

/** A program that solves the target. */
export interface Winner {
  readonly bytecode: Uint8Array;
  /** Source of the same bytes. */
  readonly assembly: string;
  readonly instructions: number;
  /** Instructions before it was simplified. */
  readonly instructionsFound: number;
  /** Whether the verifier proves that it cannot underflow or jump wild. */
  readonly isProven: boolean;
  readonly heldOutPassed: number;
  readonly heldOut: number;
  /** Generation and island that found it. */
  readonly generation: number;
  readonly island: number;
  /** The programs it came from that each solved more cases than the one before, oldest first. */
  readonly lineage: readonly Milestone[];
}

/** How a search ended. */
export interface Evolution {
  readonly target: string;
  readonly seed: number;
  readonly generations: number;
  readonly evaluations: number;
  /** Held-out cases that refuted a program and were then shown to the search. */
  readonly shown: readonly TargetCase[];
  /** Absent when no program solves every case. */
  readonly winner?: Winner;
  /** Most cases any program solved, of how many. */
  readonly solved: number;
  readonly cases: number;
}

export const evolveDefaults = Object.freeze({ generations: 500, islands: 8, population: 512 });

const nothingYet = Object.freeze({ solved: 0, error: Number.POSITIVE_INFINITY, length: 0 });

/** Generations between two looks at all islands. */
const EPOCH = 5;

/**
 * Searches for a program of machine S by breeding: mutation, crossover and lexicase selection on
 * islands that begin anew when they are stuck. A program right in every case is checked with the
 * held-out ones; one that they refute is rejected, and the case that did it joins the others.
 */
export async function evolve(options: EvolveOptions): Promise<Evolution> {
  const search = new Search(options);
  try {
    return await search.run();
  } finally {
    await search.close();
  }
}

class Search {
  readonly #options: EvolveOptions;
  readonly #islands: Archipelago;
  readonly #shown: TargetCase[] = [];
  #generation = 0;
  #evaluations = 0;
  /** The best program since the last case was shown. */
  #best: Pick<GenerationReport, 'solved' | 'error' | 'length'> = nothingYet;

  constructor(options: EvolveOptions) {
    const { target, seed, islands = evolveDefaults.islands } = options;
    const { population = evolveDefaults.population, threads = 1 } = options;
    for (const [name, value] of Object.entries({
      generations: options.generations,
      islands,
      population,
      threads,
    })) {
      if (!Number.isSafeInteger(value) || value < 1) throw wrongCount(name, value);
    }
    this.#options = options;
    const each = Array.from(
      { length: islands },
      (_, island): IslandOptions => ({
        target,
        seed,
        island,
        population,
      }),
    );
    this.#islands = archipelago(each, threads);
  }

  async run(): Promise<Evolution> {
    const { generations, signal } = this.#options;
    let winner: Winner | undefined;
    while (winner === undefined && this.#generation < generations && signal?.aborted !== true) {
      const count = Math.min(EPOCH, generations - this.#generation);
      const epochs = await this.#islands.breed(count);
      this.#report(epochs, count);
      winner = await this.#judge(epochs);
    }
    const { target, seed } = this.#options;
    return {
      target: target.name,
      seed,
      generations: this.#generation,
      evaluations: this.#evaluations,
      shown: this.#shown,
      ...(winner && { winner }),
      solved: this.#best.solved,
      cases: this.#cases().length,
    };
  }

  async close(): Promise<void> {
    await this.#islands.close();
  }

  #cases(): readonly TargetCase[] {
    return [...this.#options.target.cases, ...this.#shown];
  }

  /** One progress for each generation, over all islands. */
  #report(epochs: readonly Epoch[], count: number): void {
    const cases = this.#cases().length;
    for (let at = 0; at < count; at += 1) {
      const reports = epochs.flatMap(({ reports }) => reports[at] ?? []);
      if (reports.length === 0) break;
      this.#generation += 1;
      this.#evaluations += reports.reduce((sum, { evaluations }) => sum + evaluations, 0);
      for (const report of reports) {
        const isBetter = report.solved - this.#best.solved || this.#best.error - report.error;
        if (isBetter > 0) this.#best = report;
      }
      const { solved, error, length } = this.#best;
      const { onGeneration } = this.#options;
      const evaluations = this.#evaluations;
      const generation = this.#generation;
      onGeneration?.({
        generation,
        solved,
        cases,
        fitness: solved / cases,
        error,
        length,
        evaluations,
      });
    }
  }

  /** The first program that held-out cases do not refute; the first case that refutes one is shown. */
  async #judge(epochs: readonly Epoch[]): Promise<Winner | undefined> {
    const solvers = epochs
      .filter(({ isSolved }) => isSolved)
      .toSorted((a, b) => a.reports.length - b.reports.length || better(a.best, b.best));
    let counterexample: TargetCase | undefined;
    for (const epoch of solvers) {
      const refuting = this.#refuting(epoch.best.genome);
      if (refuting === undefined) return this.#winner(epoch);
      counterexample ??= refuting;
    }
    if (counterexample !== undefined) {
      this.#shown.push(counterexample);
      this.#best = nothingYet;
      await this.#islands.demand(counterexample);
    }
    return undefined;
  }

  #refuting(genome: Genome): TargetCase | undefined {
    const { heldOut } = this.#options.target;
    return heldOut.find((each) => distance(genome, each, heldOutSteps(this.#options.target)) !== 0);
  }

  #winner({ best, island, reports }: Epoch): Winner {
    const { target } = this.#options;
    const steps = heldOutSteps(target);
    const heldOut = target.heldOut.filter((each) => !this.#shown.includes(each));
    const demands = { cases: [...this.#cases(), ...heldOut], steps };
    const genome = simplify(best.genome, demands);
    const bytecode = encodeGenome(genome);
    const initialDepth = target.cases[0]?.in.length ?? 0;
    const { findings } = verify(bytecode, { machine: 'stack', initialDepth });
    return {
      bytecode,
      assembly: disassemble(bytecode, { machine: 'stack' }),
      instructions: genome.codes.length,
      instructionsFound: best.genome.codes.length,
      isProven: findings.every(({ severity }) => severity !== 'error' && severity !== 'unproven'),
      heldOutPassed: heldOut.filter((each) => isRight(bytecode, each, steps)).length,
      heldOut: heldOut.length,
      generation: reports.at(-1)?.generation ?? this.#generation,
      island,
      lineage: lineageOf(best.lineage),
    };
  }
}

/** Held-out cases may be larger than those seen, so they get more steps. */
const heldOutSteps = ({ steps }: Target): number => Math.min(4000, 10 * steps);

/** The final word has machine S itself, not the evaluator of the search. */
function isRight(bytecode: Uint8Array, { in: stack, out }: TargetCase, steps: number): boolean {
  const result = runStack(bytecode, { stack, limits: { steps } });
  return result.halted && result.stack.at(-1) === out;
}

function lineageOf(last: Milestone | undefined): readonly Milestone[] {
  const lineage: Milestone[] = [];
  for (let each = last; each !== undefined; each = each.ancestor) lineage.unshift(each);
  return lineage;
}

const wrongCount = (name: string, value: number): FluxError =>
  new FluxError({
    code: 'flux/evolve-option',
    kind: 'usage',
    message: `${name} is ${value}`,
    hint: `${name} is a whole number from 1 on`,
  });
