import type { EntryPoint } from '../../flow/flow-graph.ts';
import { compileModule, hasWebAssembly, instantiate, type WasmCode } from '../../wasm/engine.ts';
import { elementary } from '../elementary/services.ts';
import type { Arena } from './arena.ts';
import { compileRegister } from './compile.ts';

/** Runs from an entry for at most `cycles`; answers the address it stopped at. */
type Run = (dispatch: number, cycles: number, goal: number) => number;

/** The functions of `importedFunctions`: the interpreter computes with the same ones. */
const math = { ...elementary, toInt32: (value: number) => value | 0 };

/** A compiled program of machine R, with one instance for each arena it has run in. */
export class RegisterProgram {
  readonly entries: ReadonlyMap<number, EntryPoint>;
  readonly #code: WasmCode;
  readonly #instances = new WeakMap<Arena, Run>();

  private constructor(code: WasmCode, entries: ReadonlyMap<number, EntryPoint>) {
    this.#code = code;
    this.entries = entries;
  }

  /** Undefined where a program is empty or too large, and in an engine without WebAssembly. */
  static compile(code: Uint8Array): RegisterProgram | undefined {
    if (!hasWebAssembly) return undefined;
    const compiled = compileRegister(code);
    return compiled && new RegisterProgram(compileModule(compiled.bytes), compiled.entries);
  }

  in(arena: Arena): Run {
    const known = this.#instances.get(arena);
    if (known) return known;
    const { run } = instantiate(this.#code, { machine: { memory: arena.memory }, math });
    this.#instances.set(arena, run as Run);
    return run as Run;
  }
}
