import type { Sha256 } from '../../../base/index.ts';
import type { StackProgram } from '../program.ts';
import { CompiledProgram } from './compiled-program.ts';
import type { Kinds } from './kinds.ts';

interface Known {
  /** Steps this program has been interpreted for. */
  interpreted: number;
  /** Undefined until it is compiled, or for good when it cannot be. */
  program: CompiledProgram | undefined;
  refused: boolean;
}

const PROGRAMS_MAX = 256;
/** Compiling takes about as long as interpreting this many steps, plus so many for each byte. */
const HOT_STEPS = 20_000;
const HOT_STEPS_PER_BYTE = 100;

/** Programs in the order of their last use, by hash and the stack they start with. */
const programs = new Map<`${Sha256} ${Kinds}`, Known>();

function known(program: StackProgram, initial: Kinds): Known {
  const key = `${program.hash} ${initial}` as const;
  const found = programs.get(key) ?? { interpreted: 0, program: undefined, refused: false };
  programs.delete(key);
  programs.set(key, found);
  const [oldest] = programs.keys();
  if (programs.size > PROGRAMS_MAX && oldest !== undefined) programs.delete(oldest);
  return found;
}

function compile(code: Uint8Array, initial: Kinds, entry: Known): CompiledProgram | undefined {
  if (entry.program || entry.refused) return entry.program;
  entry.program = CompiledProgram.compile(code, initial);
  entry.refused = entry.program === undefined;
  return entry.program;
}

/** The compiled form of a program for a stack that starts so; undefined when there is none. */
export function compiledNow(program: StackProgram, initial: Kinds): CompiledProgram | undefined {
  return compile(program.code, initial, known(program, initial));
}

/** How long a program still runs before compiling is worth it; undefined when it never is. */
export function stepsToHot(program: StackProgram, initial: Kinds): number | undefined {
  const { interpreted, program: compiled, refused } = known(program, initial);
  if (refused) return undefined;
  const hot = HOT_STEPS + HOT_STEPS_PER_BYTE * program.code.length;
  return compiled ? 0 : Math.max(0, hot - interpreted);
}

/** Counts steps that a program was interpreted for. */
export function countInterpreted(program: StackProgram, initial: Kinds, steps: number): void {
  known(program, initial).interpreted += steps;
}
