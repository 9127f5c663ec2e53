import { type Sha256, sha256 } from '../../../base/index.ts';
import { interpret } from '../interpret.ts';
import type { RegisterMachine } from '../machine.ts';
import { RegisterProgram } from './program.ts';

interface Known {
  /** Cycles this program has been interpreted for since it was first looked up. */
  interpreted: number;
  /** Undefined until it is compiled, or for good when it cannot be. */
  program: RegisterProgram | undefined;
  refused: boolean;
}

const PROGRAMS_MAX = 256;
/** Compiling takes about as long as interpreting this many cycles, plus so many for each byte. */
const HOT_CYCLES = 20_000;
const HOT_CYCLES_PER_BYTE = 100;

/** Programs in the order of their last use. */
const programs = new Map<Sha256, Known>();

function known(code: Uint8Array): Known {
  const hash = sha256(code);
  const found = programs.get(hash) ?? { interpreted: 0, program: undefined, refused: false };
  programs.delete(hash);
  programs.set(hash, found);
  const [oldest] = programs.keys();
  if (programs.size > PROGRAMS_MAX && oldest !== undefined) programs.delete(oldest);
  return found;
}

function compile(code: Uint8Array, entry: Known): RegisterProgram | undefined {
  if (entry.program || entry.refused) return entry.program;
  entry.program = RegisterProgram.compile(code);
  entry.refused = entry.program === undefined;
  return entry.program;
}

/** The compiled form of a program, undefined when it is empty or too large. */
export function compiledNow(code: Uint8Array): RegisterProgram | undefined {
  return compile(code, known(code));
}

/**
 * The same, but interprets first until the program has run, in all its runs together, for as long
 * as compiling takes: what ends sooner is never compiled.
 */
export function compiledWhenHot(
  code: Uint8Array,
  machine: RegisterMachine,
  until: number,
): RegisterProgram | undefined {
  const entry = known(code);
  if (entry.program || entry.refused) return entry.program;
  const wanted = HOT_CYCLES + HOT_CYCLES_PER_BYTE * code.length - entry.interpreted;
  const before = machine.cycles;
  if (wanted > 0) interpret(machine, Math.min(until, before + wanted));
  entry.interpreted += machine.cycles - before;
  if (machine.ending !== undefined || machine.cycles >= until) return undefined;
  return compile(code, entry);
}
