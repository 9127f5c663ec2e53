import { z } from 'zod';
import { isJsonObject, type Json } from '../base/index.ts';
import { type AssembleOptions, readAssembly } from './assembly/assemble.ts';
import { loadProgram, sourceText } from './assembly/load.ts';
import { assemblyError } from './assembly/problem.ts';
import type { Program } from './assembly/program.ts';
import { FluxError } from './error.ts';
import { fluxLimits } from './limits.ts';
import { type ProgramStart, type RunResult, runProgram } from './run-program.ts';
import { jsonNumber, resultJson } from './run-report.ts';

const json = z.custom<Json>();
const memory = z
  .strictObject({ address: z.int().nonnegative(), cells: z.array(z.int()) })
  .refine(
    ({ address, cells }) => address + 4 * cells.length <= fluxLimits.memoryBytes,
    'reaches beyond memory',
  );
const expectation = z.strictObject({
  stack: z.array(json).exactOptional(),
  registers: z.record(z.string(), json).exactOptional(),
  output: z.array(z.string()).exactOptional(),
  flags: z.int().exactOptional(),
  steps: z.int().exactOptional(),
  ending: z.string().exactOptional(),
  confidence: z.number().exactOptional(),
  /** 32-bit cells in a row, from an address on. */
  memory: z.array(memory).exactOptional(),
});

/** What a program file expects of its run; what is absent is not compared. */
export type ProgramExpectation = z.output<typeof expectation>;

/** A program file whose front matter says what it starts from and what comes of it. */
export interface ProgramFile {
  readonly title: string;
  readonly program: Program;
  readonly start: ProgramStart;
  readonly expectation: ProgramExpectation;
}

/**
 * A program from what any file holds, and the start its front matter names; only source has one.
 * Throws as `loadProgram` and `readProgramFile` do.
 */
export function loadProgramFile(content: Uint8Array, options: AssembleOptions = {}): ProgramFile {
  const text = content.length === 0 ? undefined : sourceText(content);
  if (text !== undefined) return readProgramFile(text, options);
  return { title: 'program', program: loadProgram(content, options), start: {}, expectation: {} };
}

/** Reads a program file. Throws `flux/assembly` for faulty source, `flux/program-file` for a faulty head. */
export function readProgramFile(text: string, options: AssembleOptions = {}): ProgramFile {
  const { program, problems, document } = readAssembly(text, options);
  if (program === undefined) throw assemblyError(problems);
  const { expect = {}, start = {} } = document.front;
  if (!isJsonObject(start)) throw faulty('"start" is no mapping');
  const expected = expectation.safeParse(expect);
  if (!expected.success) {
    const [issue] = expected.error.issues;
    throw faulty(`"${['expect', ...(issue?.path ?? [])].join('.')}": ${issue?.message}`);
  }
  return {
    title: document.title ?? 'program',
    program,
    start: {
      ...(start['stack'] !== undefined && { stack: numbers(start['stack']) }),
      ...(start['registers'] !== undefined && { registers: words(start['registers']) }),
    },
    expectation: expected.data,
  };
}

function faulty(message: string): FluxError {
  return new FluxError({
    code: 'flux/program-file',
    message: `faulty front matter: ${message}`,
    hint: 'see docs/flux-tools.md for what it may say',
  });
}

function numbers(value: Json): readonly number[] {
  if (Array.isArray(value) && value.every((each) => typeof each === 'number')) return value;
  throw faulty('"start" has lists of numbers');
}

function words(value: Json): readonly number[] {
  const values = numbers(value);
  if (values.every((each) => (each | 0) === each)) return values;
  throw faulty('registers hold 32-bit integers');
}

/** Runs a program file and compares; answers the result and one line for every difference. */
export function checkProgramFile({ program, start, expectation }: ProgramFile): {
  readonly result: RunResult;
  readonly differences: readonly string[];
} {
  const result = runProgram(program, start);
  const found = resultJson(result);
  const { memory = [], ...rest } = expectation;
  const differences = Object.entries(rest).flatMap(([key, expected]) => {
    const actual = found[key];
    return isEqual(actual, expected) ? [] : [difference(key, expected, actual)];
  });
  for (const { address, cells } of memory) {
    const view = Buffer.from(result.memory);
    const actual = cells.map((_, index) => view.readInt32LE(address + 4 * index));
    if (!isEqual(actual, [...cells])) {
      differences.push(difference(`memory at ${address}`, cells, actual));
    }
  }
  return { result, differences };
}

const difference = (what: string, expected: unknown, actual: unknown): string =>
  `${what} is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`;

/** Equal as JSON, whatever the order of keys; NaN and infinities go by their names. */
function isEqual(a: unknown, b: unknown): boolean {
  return ordered(a) === ordered(b);
}

function ordered(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => {
    if (typeof each === 'number') return jsonNumber(each);
    if (each === null || typeof each !== 'object' || Array.isArray(each)) return each;
    return Object.fromEntries(Object.entries(each).sort(([x], [y]) => (x < y ? -1 : 1)));
  });
}
