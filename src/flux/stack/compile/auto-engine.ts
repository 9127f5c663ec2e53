import { type CachedProgram, LOOKUP_STEPS } from '../../program-cache.ts';
import type { Context } from '../context.ts';
import { interpret, interpreterEngine } from '../interpreter.ts';
import type { Engine, Exit, MachineState } from '../state.ts';
import { cached, compiledNow } from './cache.ts';
import type { CompiledProgram } from './compiled-program.ts';
import { CompiledEngine } from './engine.ts';

/** Runs compiled from the first instruction, where the program can be compiled. */
export function compiledEngine(state: MachineState): Engine {
  const { kinds, base } = state.initial;
  const compiled = compiledNow(state.program, kinds);
  return compiled === undefined ? interpreterEngine : new CompiledEngine(compiled, base);
}

/** Interprets a program until it has run, in all its runs together, long enough to be compiled. */
export class AutoEngine implements Engine {
  #program: CachedProgram<CompiledProgram> | undefined;
  /** What does the rest of the run, once that is settled. */
  #settled: Engine | undefined;

  run(state: MachineState, context: Context, budget: number): Exit {
    if (this.#settled !== undefined) return this.#settled.run(state, context, budget);
    if (state.steps < LOOKUP_STEPS) {
      return interpret(state, context, Math.min(budget, LOOKUP_STEPS - state.steps));
    }
    this.#program ??= cached(state.program, state.initial.kinds);
    const wanted = this.#program.stepsToHot;
    if (wanted === undefined || wanted === 0) {
      this.#settled = compiledEngine(state);
      return this.#settled.run(state, context, budget);
    }
    const before = state.steps;
    const exit = interpreterEngine.run(state, context, Math.min(budget, wanted));
    this.#program.countInterpreted(state.steps - before);
    return exit;
  }

  release(state: MachineState): void {
    this.#settled?.release?.(state);
  }
}
