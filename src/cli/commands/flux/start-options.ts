import type { ProgramStart, RunLimits } from '../../../flux/index.ts';
import type { Command, Invocation } from '../../command.ts';
import { usageError } from '../../error.ts';
import { countOption, numbersOption } from './program-input.ts';

/** Options of every command that runs a program. */
export const startOptions: NonNullable<Command['options']> = [
  { flags: '--stack <values>', about: 'machine stack: values to start with, such as 1,2,3' },
  { flags: '--registers <values>', about: 'machine register: R0, R1, … to start with' },
  { flags: '--max-steps <count>', about: 'stop after this many instructions' },
  { flags: '--fuel <count>', about: 'fuel for the program, one for each instruction' },
];

/** What a program starts from: as its file says where the options do not. */
export function readStart({ options }: Invocation, own: ProgramStart): ProgramStart {
  const steps = countOption('--max-steps', options['maxSteps']);
  const fuel = countOption('--fuel', options['fuel']);
  const limits: RunLimits = {
    ...(steps !== undefined && { steps }),
    ...(fuel !== undefined && { fuel }),
  };
  const stack = numbersOption('--stack', options['stack']);
  const registers = numbersOption('--registers', options['registers']);
  const wrong = registers?.find((value) => (value | 0) !== value);
  if (wrong !== undefined) {
    throw usageError(`${wrong} in --registers has not 32 bits`, 'registers hold 32-bit integers');
  }
  return {
    ...own,
    limits,
    ...(stack !== undefined && { stack }),
    ...(registers !== undefined && { registers }),
  };
}
