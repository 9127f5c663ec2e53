import { AutoEngine, compiledEngine } from './compile/auto-engine.ts';
import { interpreterEngine } from './interpreter.ts';
import { type EngineFor, type StackMachine, type StackStart, stackMachine } from './machine.ts';
import type { StackProgram } from './program.ts';
import type { StackResult } from './result.ts';
import { resumeMachine, type StackResume } from './resume.ts';

/** Which of the two equal ways a program runs; `auto` compiles what runs long. */
export type StackPath = 'auto' | 'interpreter' | 'compiled';

const engines: Readonly<Record<StackPath, EngineFor>> = {
  auto: () => new AutoEngine(),
  interpreter: () => interpreterEngine,
  compiled: compiledEngine,
};

/** A machine at the start of a program; unlike `stackMachine` it compiles what runs long. */
function fastStackMachine(
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

/**
 * A machine that goes on where {@link StackMachine.save} left off, in whatever process. `saved` may
 * be any JSON: what is no continuation of this program throws `flux/continuation`.
 */
export function resumeStack(
  program: StackProgram | Uint8Array,
  saved: unknown,
  { path = 'auto', ...resume }: StackResume & { readonly path?: StackPath } = {},
): StackMachine {
  return resumeMachine(program, saved, resume, engines[path]);
}
