import type { Context } from '../context.ts';
import { interpret, interpreterEngine } from '../interpreter.ts';
import type { Engine, Exit, InitialStack, MachineState } from '../state.ts';
import { cached, compiledNow } from './cache.ts';
import { CompiledEngine } from './engine.ts';

/** Interpreted steps after which a program is worth looking up among the compiled ones. */
const LOOKUP_STEPS = 2000;

/** Runs compiled from the first instruction, where the program can be compiled. */
export function compiledEngine(state: MachineState): Engine {
  const { kinds, base } = state.initial;
  const compiled = compiledNow(state.program, kinds);
  return compiled === undefined ? interpreterEngine : new CompiledEngine(compiled, base);
}

/** Interprets a program until it has run, in all its runs together, as long as compiling takes. */
export class AutoEngine implements Engine {
  readonly #initial: InitialStack;
  #compiled: Engine | undefined;
  #isCold = false;

  constructor(state: MachineState) {
    this.#initial = state.initial;
  }

  run(state: MachineState, context: Context, budget: number): Exit {
    if (this.#compiled !== undefined) return this.#compiled.run(state, context, budget);
    if (this.#isCold) return interpreterEngine.run(state, context, budget);
    if (state.steps < LOOKUP_STEPS) {
      return interpret(state, context, Math.min(budget, LOOKUP_STEPS - state.steps));
    }
    return this.#warm(state, context, budget);
  }

  release(state: MachineState): void {
    this.#compiled?.release?.(state);
  }

  #warm(state: MachineState, context: Context, budget: number): Exit {
    const { kinds, base } = this.#initial;
    const wanted = cached(state.program, kinds).stepsToHot;
    if (wanted === 0) {
      const compiled = compiledNow(state.program, kinds);
      if (compiled !== undefined) this.#compiled = new CompiledEngine(compiled, base);
    }
    if (wanted === undefined || (wanted === 0 && this.#compiled === undefined)) this.#isCold = true;
    if (this.#compiled !== undefined || this.#isCold) return this.run(state, context, budget);
    const before = state.steps;
    const exit = interpret(state, context, Math.min(budget, wanted!));
    cached(state.program, kinds).countInterpreted(state.steps - before);
    return exit;
  }
}
