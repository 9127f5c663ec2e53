import { assemble } from '../assembly/assemble.ts';
import { FluxError } from '../error.ts';
import type { MachineName } from '../machine.ts';
import { runRegister } from '../register/run.ts';
import { runStack } from '../stack/run.ts';
import { verified } from '../verify/verify.ts';
import { lowerToRegister } from './lower/register.ts';
import { lowerToStack } from './lower/stack.ts';
import { type Failure, failures, type Program } from './program/syntax.ts';

/** What a machine made of a program: the words of its answer, a failure it found, or neither. */
export type Outcome =
  | { readonly kind: 'words'; readonly words: readonly number[] }
  | { readonly kind: 'failure'; readonly failure: Failure }
  /** The step limit, or a trap with its message. */
  | { readonly kind: 'stopped'; readonly reason: string };

/** One of the two runs of a question. */
export interface MachineRun {
  readonly machine: MachineName;
  readonly assembly: string;
  readonly bytecode: Uint8Array;
  readonly steps: number;
  readonly outcome: Outcome;
}

/** Lowers a program for a machine, assembles and verifies it, and runs it at most so many steps. */
export function runOn(machine: MachineName, program: Program, stepsMax: number): MachineRun {
  const assembly = machine === 'stack' ? lowerToStack(program) : lowerToRegister(program);
  const bytecode = assembled(assembly, machine);
  verified(bytecode, { machine });
  const run = machine === 'stack' ? runOnStack : runOnRegister;
  return { machine, assembly, bytecode, ...run(bytecode, stepsMax) };
}

type Ran = Pick<MachineRun, 'steps' | 'outcome'>;

/** The answer is the operand stack; a failure breaks with its number on top. */
function runOnStack(bytecode: Uint8Array, stepsMax: number): Ran {
  const { ending, steps, stack, trap } = runStack(bytecode, { limits: { steps: stepsMax } });
  if (ending === 'halt') return { steps, outcome: answered(stack) };
  if (ending === 'break') return { steps, outcome: failureOf(stack.at(-1)) };
  return { steps, outcome: stopped(trap?.kind, stepsMax) };
}

/** The answer is what was printed; a failure panics with its number in R0. */
function runOnRegister(bytecode: Uint8Array, stepsMax: number): Ran {
  const result = runRegister(bytecode, { limits: { steps: stepsMax } });
  const { ending, steps, output, ints, trap } = result;
  if (ending !== 'halt') return { steps, outcome: stopped(trap?.kind, stepsMax) };
  if (output.at(-1)?.startsWith('[PANIC')) return { steps, outcome: failureOf(ints[0]) };
  return { steps, outcome: answered(output.map(Number)) };
}

/** Fewer words than the stack of machine S can hold, so that both machines end alike. */
export const ANSWER_WORDS_MAX = 60_000;

const tooMany: Outcome = Object.freeze({
  kind: 'stopped',
  reason: `its answer has more than ${ANSWER_WORDS_MAX.toLocaleString('en')} words`,
});

const answered = (words: readonly number[]): Outcome =>
  words.length > ANSWER_WORDS_MAX ? tooMany : { kind: 'words', words };

function failureOf(number: number | undefined): Outcome {
  const failure = number === undefined ? undefined : failures[number - 1];
  return failure === undefined
    ? { kind: 'stopped', reason: 'it ended with a failure that has no name' }
    : { kind: 'failure', failure };
}

const OVERFLOWS: readonly (string | undefined)[] = ['StackOverflow', 'OutputOverflow'];

/** The reason is the same on both machines where the cause is. */
function stopped(trap: string | undefined, stepsMax: number): Outcome {
  if (trap === undefined) {
    const steps = stepsMax.toLocaleString('en');
    return { kind: 'stopped', reason: `it takes more than ${steps} steps` };
  }
  if (OVERFLOWS.includes(trap)) return tooMany;
  return { kind: 'stopped', reason: `the machine trapped: ${trap}` };
}

function assembled(assembly: string, machine: MachineName): Uint8Array {
  try {
    return assemble(assembly, { machine }).code;
  } catch (error) {
    if (!(error instanceof FluxError) || error.code !== 'flux/assembly') throw error;
    throw new FluxError({
      code: 'flux/think-too-long',
      message: `the question needs a longer program than machine ${machine} can jump around in`,
      hint: 'Ask it in parts.',
      cause: error,
    });
  }
}
