import { type CachedProgram, ProgramCache } from '../../program-cache.ts';
import { interpret } from '../interpret.ts';
import type { RegisterMachine } from '../machine.ts';
import { RegisterProgram } from './program.ts';

const programs = new ProgramCache<RegisterProgram>();

/** A program by its bytes. */
export function cached(code: Uint8Array): CachedProgram<RegisterProgram> {
  return programs.entry(code);
}

/** The compiled form of a program, undefined when it is empty or too large. */
export function compiledNow(code: Uint8Array): RegisterProgram | undefined {
  return cached(code).compiled(() => RegisterProgram.compile(code));
}

/**
 * The same, but interprets first until the program has run, in all its runs together, long enough
 * to be compiled: what ends sooner never is.
 */
export function compiledWhenHot(
  code: Uint8Array,
  machine: RegisterMachine,
  until: number,
): RegisterProgram | undefined {
  const entry = cached(code);
  const wanted = entry.stepsToHot;
  if (wanted === undefined) return undefined;
  if (wanted > 0) {
    const before = machine.cycles;
    interpret(machine, Math.min(until, before + wanted));
    entry.countInterpreted(machine.cycles - before);
    if (machine.ending !== undefined || machine.cycles >= until) return undefined;
  }
  return entry.compiled(() => RegisterProgram.compile(code));
}
