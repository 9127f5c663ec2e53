import { type CachedProgram, ProgramCache } from '../../program-cache.ts';
import type { StackProgram } from '../program.ts';
import { CompiledProgram } from './compiled-program.ts';
import type { Kinds } from './kinds.ts';

const programs = new ProgramCache<CompiledProgram>();

/** A program by its bytes and the stack it starts with. */
export function cached(program: StackProgram, initial: Kinds): CachedProgram<CompiledProgram> {
  return programs.entry(program.code, initial);
}

/** The compiled form of a program for a stack that starts so; undefined when there is none. */
export function compiledNow(program: StackProgram, initial: Kinds): CompiledProgram | undefined {
  const { code } = program;
  return cached(program, initial).compiled(() => CompiledProgram.compile(code, initial));
}
