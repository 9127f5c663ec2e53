import { extname } from 'node:path';
import {
  type AssembleOptions,
  loadHex,
  loadProgramFile,
  type MachineName,
  type Program,
  type ProgramStart,
  readProgramFile,
} from '../../../flux/index.ts';
import type { Command, Invocation, OptionValue } from '../../command.ts';
import { usageError } from '../../error.ts';
import { readInput } from '../../input-file.ts';

/** Options of every command that reads a program. */
export const programOptions: NonNullable<Command['options']> = [
  { flags: '--bytecode <hex>', about: 'the program itself, as hex digits' },
  { flags: '--machine <name>', about: 'stack or register; by default what the program shows' },
];

/** Where a program came from, and what it is. */
export interface ProgramInput {
  readonly name: string;
  readonly program: Program;
  /** What its front matter says it starts from. */
  readonly start: ProgramStart;
}

/** Reads the program that the arguments name: a file, `-` for standard input, or `--bytecode`. */
export async function readProgram(invocation: Invocation): Promise<ProgramInput> {
  const { args, options } = invocation;
  const [file] = args;
  const machine = machineOption(options['machine']);
  const choice = machine === undefined ? {} : { machine };
  const hex = textOption(options['bytecode']);
  if (hex !== undefined) {
    if (file !== undefined) {
      throw usageError('a file and --bytecode were given', 'give one of the two');
    }
    return { name: '--bytecode', program: loadHex(hex, choice), start: {} };
  }
  if (file === undefined) {
    throw usageError('a program is missing', 'name a file, - for standard input, or --bytecode');
  }
  const name = file === '-' ? 'standard input' : file;
  const content = await readContent(invocation, file);
  return { name, ...programOf(content, extname(file), choice) };
}

/** What a file ending in .flux, .md or .hex holds is known; otherwise its content shows it. */
function programOf(
  content: Uint8Array,
  extension: string,
  choice: AssembleOptions,
): Omit<ProgramInput, 'name'> {
  const text = Buffer.from(content).toString('utf8');
  if (extension === '.hex') return { program: loadHex(text.trim(), choice), start: {} };
  const isSource = extension === '.flux' || extension === '.md';
  return isSource ? readProgramFile(text, choice) : loadProgramFile(content, choice);
}

/** Far above any program, packed file or suite of vectors. */
const CONTENT_BYTES_MAX = 64 * 1024 * 1024;

/** The bytes of a file, or of `-`. A device has no end, and what is far too long is not read. */
export async function readContent({ world }: Invocation, file: string): Promise<Uint8Array> {
  if (file === '-') return (await world.stdinBytes?.()) ?? Buffer.from(await world.stdin());
  return readInput(world, file, { wanted: 'a file, or - for a pipe', bytesMax: CONTENT_BYTES_MAX });
}

export function textOption(value: OptionValue): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function machineOption(value: OptionValue): MachineName | undefined {
  const name = textOption(value);
  if (name === undefined || name === 'stack' || name === 'register') return name;
  throw usageError(`${name} is no machine`, '--machine stack or --machine register');
}

/** A whole number from 0 on. */
export function countOption(name: string, value: OptionValue): number | undefined {
  const text = textOption(value);
  if (text === undefined) return undefined;
  const count = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(count) && count >= 0) return count;
  throw usageError(`${name} is ${text}`, `${name} takes a whole number from 0 on`);
}

/** Numbers with commas between them. */
export function numbersOption(name: string, value: OptionValue): readonly number[] | undefined {
  const text = textOption(value);
  if (text === undefined) return undefined;
  return text.split(',').map((each) => {
    const number = Number(each);
    if (each.trim() !== '' && Number.isFinite(number)) return number;
    throw usageError(`${each} in ${name} is no number`, `write ${name} 1,2,3`);
  });
}
