import { compileModule, instantiate, type WasmCode } from '../../wasm/engine.ts';
import type { Arena } from './arena.ts';
import { type CompiledModule, compileStack, type StackEntry } from './compile.ts';
import type { Kinds } from './kinds.ts';

/** Runs from an entry for at most `cycles`; answers the address it stopped at. */
type Run = (dispatch: number, cycles: number, goal: number) => number;

/** A compiled program of machine S, with one instance for each arena it has run in. */
export class CompiledProgram {
  readonly entries: ReadonlyMap<number, StackEntry>;
  readonly values: CompiledModule['values'];
  readonly shapes: readonly Kinds[];
  readonly slots: number;
  readonly #code: WasmCode;
  readonly #instances = new WeakMap<Arena, Run>();

  private constructor({ bytes, entries, values, shapes, slots }: CompiledModule) {
    this.#code = compileModule(bytes);
    this.entries = entries;
    this.values = values;
    this.shapes = shapes;
    this.slots = slots;
  }

  /** Undefined where a program cannot be compiled for a stack that starts so. */
  static compile(code: Uint8Array, initial: Kinds): CompiledProgram | undefined {
    const compiled = compileStack(code, initial);
    return compiled && new CompiledProgram(compiled);
  }

  in(arena: Arena): Run {
    const known = this.#instances.get(arena);
    if (known) return known;
    const { run } = instantiate(this.#code, { machine: { memory: arena.wasm } });
    this.#instances.set(arena, run as Run);
    return run as Run;
  }
}
