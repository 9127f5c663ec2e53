import { type Sha256, sha256 } from '../../../base/index.ts';
import { ProgramCache } from '../../program-cache.ts';
import { interpret } from '../interpret.ts';
import type { RegisterMachine } from '../machine.ts';
import { RegisterProgram } from './program.ts';

const programs = new ProgramCache<Sha256, RegisterProgram>();

/** The compiled form of a program, undefined when it is empty or too large. */
export function compiledNow(code: Uint8Array): RegisterProgram | undefined {
  const entry = programs.entry(sha256(code), code.length);
  return entry.compiled(() => RegisterProgram.compile(code));
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
  const entry = programs.entry(sha256(code), code.length);
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
