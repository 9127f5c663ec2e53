import { AutoEngine, compiledEngine } from './compile/auto-engine.ts';
import { interpreterEngine } from './interpreter.ts';
import { type StackMachine, type StackStart, stackMachine } from './machine.ts';
import type { StackProgram } from './program.ts';
import type { StackResult } from './result.ts';
import type { Engine, MachineState } from './state.ts';

/** Which of the two equal ways a program runs; `auto` compiles what runs long. */
export type StackPath = 'auto' | 'interpreter' | 'compiled';

const engines: Readonly<Record<StackPath, (state: MachineState) => Engine>> = {
  auto: (state) => new AutoEngine(state),
  interpreter: () => interpreterEngine,
  compiled: compiledEngine,
};

/** A machine at the start of a program; unlike `stackMachine` it compiles what runs long. */
export function fastStackMachine(
  program: StackProgram | Uint8Array,
  start: StackStart & { readonly path?: StackPath } = {},
): StackMachine {
  return stackMachine(program, start, engines[start.path ?? 'auto']);
}

/**
 * Runs a program of machine S to its end or limit. A trap is part of the result, never thrown.
 *
 * @example
 * const code = Uint8Array.fromHex('550500000055070000001000'); // PUSH 5; PUSH 7; ADD; HALT
 * const { stack, steps } = runStack(code);
 * [stack, steps]; // => [[12], 4]
 */
export function runStack(
  program: StackProgram | Uint8Array,
  start: StackStart & { readonly path?: StackPath } = {},
): StackResult {
  return fastStackMachine(program, start).run();
}
