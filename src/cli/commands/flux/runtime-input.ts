import { extname } from 'node:path';
import {
  type EncodingName,
  parseHex,
  type RuntimeTranslation,
  runtimeEncodings,
  toHex,
  translateRuntime,
} from '../../../flux/index.ts';
import type { Invocation } from '../../command.ts';
import { usageError } from '../../error.ts';
import { readContent, readProgram, textOption } from './program-input.ts';

/** Every encoding, machine R's own first. */
export const encodingNames = Object.keys(runtimeEncodings) as readonly EncodingName[];

/** Machine R's own bytes under all their names. */
const aliases: Readonly<Record<string, EncodingName>> = {
  canonical: 'canonical',
  register: 'canonical',
  wasm: 'canonical',
};

/** What `--from` and `--to` may name. */
export const runtimeNames = [...Object.keys(aliases), ...encodingNames.slice(1)].join(', ');

/** The encoding an option names. */
function encodingNamed(name: string): EncodingName {
  const encoding = aliases[name] ?? encodingNames.find((each) => each === name);
  if (encoding !== undefined) return encoding;
  throw usageError(`${name} is no runtime`, `choose from ${runtimeNames}`);
}

/** A program moved from the bytes of one runtime to those of another. */
interface MovedProgram extends RuntimeTranslation {
  readonly name: string;
  readonly from: EncodingName;
  readonly to: EncodingName;
}

/** Reads a program of the runtime `from` and translates its opcodes; `to` is canonical by default. */
export async function moveProgram(invocation: Invocation): Promise<MovedProgram> {
  const from = encodingNamed(textOption(invocation.options['from']) ?? 'canonical');
  const to = encodingNamed(textOption(invocation.options['to']) ?? 'canonical');
  if (from === to) throw usageError(`${from} to ${to} changes nothing`, 'name two runtimes');
  const { name, code } =
    from === 'canonical' ? await readOwn(invocation) : await readForeign(invocation);
  return { name, from, to, ...translateRuntime(code, { from, to }) };
}

interface NamedCode {
  readonly name: string;
  readonly code: Uint8Array;
}

async function readOwn(invocation: Invocation): Promise<NamedCode> {
  const options = { ...invocation.options, machine: 'register' };
  const { name, program } = await readProgram({ ...invocation, options });
  if (program.data.length === 0) return { name, code: program.code };
  throw usageError('raw bytecode cannot hold the data of this program', 'let the code store it');
}

/** Bytes of another runtime: hex digits, or a file of nothing but them. */
async function readForeign(invocation: Invocation): Promise<NamedCode> {
  const { args, options } = invocation;
  const [file] = args;
  const hex = textOption(options['bytecode']);
  if ((hex === undefined) === (file === undefined)) {
    throw usageError('give one program', 'a file, - for standard input, or --bytecode');
  }
  if (hex !== undefined) return { name: '--bytecode', code: parseHex(hex) };
  const content = await readContent(invocation, file ?? '-');
  const isHex = file !== undefined && extname(file) === '.hex';
  // Empty bytes are refused as empty hex digits are.
  const digits = isHex ? Buffer.from(content).toString('utf8').trim() : toHex(content);
  return { name: file ?? '-', code: parseHex(digits) };
}
