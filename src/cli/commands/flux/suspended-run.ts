import {
  checkProgram,
  type Program,
  type ProgramStart,
  resumeStack,
  type StackMachine,
  type StackResult,
  stackMachine,
} from '../../../flux/index.ts';
import type { Invocation } from '../../command.ts';
import { usageError } from '../../error.ts';
import { writeFile } from './output.ts';
import { readContent, textOption } from './program-input.ts';

/** What a run that may be kept in a file came to. */
export interface KeptRun {
  readonly result: StackResult;
  /** Where it is kept; absent when it has ended. */
  readonly kept?: string;
}

/** Runs a program as `--save` and `--resume` say; undefined when neither is given. */
export async function runKept(
  invocation: Invocation,
  program: Program,
  start: ProgramStart,
): Promise<KeptRun | undefined> {
  const save = textOption(invocation.options['save']);
  const resume = textOption(invocation.options['resume']);
  if (save === undefined && resume === undefined) return undefined;
  if (program.machine !== 'stack' || invocation.options['trace'] === true) {
    throw usageError('only plain runs of machine stack are kept', 'leave out --save and --resume');
  }
  const machine =
    resume === undefined
      ? started(program, start)
      : await resumed(invocation, { program, start, file: resume });
  const result = machine.run();
  if (save === undefined || result.ending !== 'suspended') return { result };
  writeFile(invocation, save, Buffer.from(`${JSON.stringify(machine.save())}\n`));
  return { result, kept: save };
}

function started(program: Program, start: ProgramStart): StackMachine {
  checkProgram(program, start);
  const { code, data: memory } = program;
  const { limits = {}, stack = [] } = start;
  return stackMachine(code, { limits, memory, stack });
}

interface Kept {
  readonly program: Program;
  readonly start: ProgramStart;
  readonly file: string;
}

async function resumed(invocation: Invocation, { program, start, file }: Kept) {
  const text = Buffer.from(await readContent(invocation, file)).toString('utf8');
  const { limits = {} } = start;
  return resumeStack(program.code, parseJson(text, file), { limits });
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw usageError(`${file} is no JSON`, 'name a file that --save wrote');
  }
}
