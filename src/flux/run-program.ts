import type { Program } from './assembly/program.ts';
import type { Host, RunLimits } from './machine.ts';
import { type RegisterResult, runRegister } from './register/run.ts';
import type { StackResult } from './stack/result.ts';
import { runStack } from './stack/run.ts';
import type { ValueInput } from './stack/value.ts';
import type { Finding } from './verify/finding.ts';
import { refusal, verify } from './verify/verify.ts';

/** What a program of either machine starts from. */
export interface ProgramStart {
  readonly limits?: RunLimits;
  readonly host?: Host;
  /** Machine S: values on the stack, bottom to top. */
  readonly stack?: readonly ValueInput[];
  /** Machine R: integer registers from R0 on. */
  readonly registers?: readonly number[];
}

export type RunResult = StackResult | RegisterResult;

/**
 * Verifies a program and runs it. Throws `flux/refused` for one that is certain to fail, before its
 * first instruction; a trap of a running program is part of the result.
 *
 * @example
 * const result = runProgram(assemble('PUSH 5\nPUSH 7\nADD\nHALT'));
 * result.machine === 'stack' && result.stack; // => [12]
 */
export function runProgram(program: Program, start: ProgramStart = {}): RunResult {
  checkProgram(program, start);
  const { code, data: memory } = program;
  const { limits = {}, host = {}, stack = [], registers = [] } = start;
  return program.machine === 'stack'
    ? runStack(code, { limits, host, memory, stack })
    : runRegister(code, { limits, host, memory, ints: registers });
}

/** What the verifier has to say about a start; throws `flux/refused` for errors. */
export function checkProgram(
  { machine, code }: Pick<Program, 'machine' | 'code'>,
  { stack = [] }: ProgramStart = {},
): readonly Finding[] {
  const { findings } = verify(code, { machine, initialDepth: stack.length });
  if (findings.some(({ severity }) => severity === 'error')) throw refusal(findings);
  return findings;
}
