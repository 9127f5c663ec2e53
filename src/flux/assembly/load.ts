import { checkCodeSize } from '../code-size.ts';
import { FluxError } from '../error.ts';
import type { MachineName } from '../machine.ts';
import { type AssembleOptions, assemble } from './assemble.ts';
import { isContainer, unpackProgram } from './container.ts';
import { detectMachine } from './detect.ts';
import { parseHex } from './hex.ts';
import { bareProgram, type Program } from './program.ts';

/**
 * Makes a program of what a file holds (FLUX §4): a container by its magic, text as source, anything
 * else as raw bytecode, whose machine is the one given or the only possible one.
 */
export function loadProgram(content: Uint8Array, options: AssembleOptions = {}): Program {
  if (content.length === 0) {
    throw new FluxError({
      code: 'flux/empty',
      message: 'the program is empty',
      hint: 'a program has at least one instruction',
    });
  }
  const text = sourceText(content);
  if (text !== undefined) return assemble(text, options);
  return isContainer(content)
    ? checkMachine(unpackProgram(content), options.machine)
    : loadBytecode(content, options);
}

/** A program from hex digits, as `--bytecode` takes them. */
export function loadHex(hex: string, options: AssembleOptions = {}): Program {
  const bytes = parseHex(hex);
  return isContainer(bytes)
    ? checkMachine(unpackProgram(bytes), options.machine)
    : loadBytecode(bytes, options);
}

function loadBytecode(code: Uint8Array, { machine }: AssembleOptions): Program {
  checkCodeSize(code);
  return bareProgram(machine ?? detectMachine(code), code);
}

function checkMachine(program: Program, machine: MachineName | undefined): Program {
  if (machine === undefined || machine === program.machine) return program;
  throw new FluxError({
    code: 'flux/which-machine',
    message: `this file holds a program for machine ${program.machine}, not ${machine}`,
    hint: `leave --machine out, or translate it: datum flux translate --to ${machine}`,
    kind: 'usage',
  });
}

/** The text of a source; undefined for a container and for bytecode, which is practically never UTF-8 without control characters. */
export function sourceText(content: Uint8Array): string | undefined {
  if (isContainer(content)) return undefined;
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('utf8');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what makes it text.
  return /[\0-\x08\x0e-\x1f\x7f\ufffd]/.test(text) ? undefined : text;
}
