import type { JsonObject } from '../../../base/index.ts';
import {
  checkTranslation,
  type MachineName,
  packProgram,
  runtimeCoverage,
  type Translation,
  type TranslationCheck,
  toHex,
  translate,
} from '../../../flux/index.ts';
import { defineCommand, type Invocation, type Report } from '../../command.ts';
import { usageError } from '../../error.ts';
import { exitCode } from '../../exit-code.ts';
import { outputFile, writeOutput } from './output.ts';
import { machineOption, readProgram } from './program-input.ts';
import { encodingNames, moveProgram, runtimeNames } from './runtime-input.ts';
import { readStart, startOptions } from './start-options.ts';

export const command = defineCommand({
  summary: 'Translate a FLUX program to the other machine, or to the bytes of another runtime',
  about:
    'Between machine stack and machine register the translation is printed as source and verified ' +
    'by running both programs, from the start given and from others. Between runtimes each ' +
    'instruction is decoded and encoded anew. What has no exact equal is refused with its address. ' +
    'Ends with 1 when it is refused, and when the two runs differ or do not end.',
  arguments: [{ name: '[file]', about: 'the program; - for standard input' }],
  options: [
    { flags: '--bytecode <hex>', about: 'the program itself, as hex digits' },
    { flags: '--from <name>', about: `stack, ${runtimeNames}; by default what the program shows` },
    { flags: '--to <name>', about: 'the same names; by default the other machine' },
    { flags: '-o, --output <file>', about: 'write it there: packed, or the bytes of a runtime' },
    { flags: '--coverage', about: 'how many opcodes of each runtime have an exact equal' },
    ...startOptions.filter(({ flags }) => !flags.startsWith('--fuel')),
  ],
  examples: [
    '$ datum flux translate --bytecode 550500000055070000001000',
    '$ datum flux translate --from python --bytecode 2b0105002b0207000800010280',
    'datum flux translate examples/flux/fibonacci.flux -o fibonacci.fluxc',
    '$ datum flux translate --coverage',
  ],
  run: async (invocation) => {
    if (invocation.options['coverage'] === true) return coverage();
    return isBetweenMachines(invocation)
      ? betweenMachines(invocation)
      : betweenRuntimes(invocation);
  },
});

const isBetweenMachines = ({ options }: Invocation): boolean =>
  [options['from'], options['to']].every(
    (name) => name === undefined || name === 'stack' || name === 'register',
  );

async function betweenMachines(invocation: Invocation): Promise<Report> {
  const { options } = invocation;
  const machine = options['from'];
  const input = await readProgram({ ...invocation, options: { ...options, machine } });
  const { code, data, machine: from } = input.program;
  const to = machineOption(options['to']);
  if (to === from) throw usageError(`this program is for machine ${to} already`, 'leave out --to');
  const { stack = [], registers = [], limits } = readStart(invocation, input.start);
  const start = {
    stack: stack.map(wholeNumber),
    registers,
    ...(limits?.steps !== undefined && { steps: limits.steps }),
  };
  const translation = translate(code, { from, initialDepth: stack.length, data });
  const check = checkTranslation(translation, start);
  if (check.verdict === 'AGREE') writeOutput(invocation, packed(translation));
  return {
    data: {
      ...translationJson(translation),
      ...checkJson(check),
      ...(check.verdict === 'AGREE' && outputJson(invocation)),
    },
    text: [translation.assembly.trimEnd(), '', ...verdictLines(translation, check)].join('\n'),
    exit: check.verdict === 'AGREE' ? exitCode.done : exitCode.failed,
  };
}

function wholeNumber(value: unknown): number {
  if (typeof value === 'number' && (value | 0) === value) return value;
  throw usageError(
    `${String(value)} in --stack is no 32-bit integer`,
    'a translation is compared on whole numbers only',
  );
}

const packed = ({ to, code, data }: Translation): Uint8Array =>
  packProgram({ machine: to, code, data, labels: new Map(), lines: new Map() });

const checkJson = ({ verdict, compared, given, differences }: TranslationCheck): JsonObject => ({
  verdict,
  compared,
  endings: [...given.endings],
  steps: [...given.steps],
  differences: [...differences],
});

function translationJson({ from, to, code, assembly, correspondence }: Translation): JsonObject {
  return {
    from,
    to,
    bytecode: toHex(code),
    assembly,
    correspondence:
      correspondence.to === 'register'
        ? { depth_register: correspondence.depthRegister }
        : {
            cells: Object.fromEntries(
              [...correspondence.cells].map(([register, address]) => [`R${register}`, address]),
            ),
            memory_end: correspondence.memoryEnd,
          },
  };
}

/** What the runs showed, as comments of the source that was printed. */
function verdictLines(
  { from, to, code, correspondence }: Translation,
  { verdict, given, compared, differences }: TranslationCheck,
): readonly string[] {
  const steps = (machine: MachineName, index: 0 | 1): string =>
    `machine ${machine} ends with ${given.endings[index]} after ${given.steps[index]} steps`;
  const place =
    correspondence.to === 'register'
      ? `slot k of the stack is Rk, R${correspondence.depthRegister} holds its depth at the end`
      : `registers lie in memory from ${correspondence.memoryEnd} on`;
  const starts = compared === 1 ? '1 start' : `${compared} starts`;
  return [
    `; ${place}`,
    `; bytecode ${toHex(code)}`,
    `; ${steps(from, 0)}, ${steps(to, 1)}`,
    ...differences.map((each) => `; ${each}`),
    verdict === 'UNFINISHED'
      ? '; not verified: the step limit ended a run; raise --max-steps'
      : `; both were run from ${starts}: ${verdict}`,
  ];
}

async function betweenRuntimes(invocation: Invocation): Promise<Report> {
  const { from, to, code, steps } = await moveProgram(invocation);
  writeOutput(invocation, code);
  const address = (pc: number): string => `0x${pc.toString(16).padStart(4, '0')}`;
  const lines = steps.map(
    ({ from: pc, to: moved, names: [old, name] }) =>
      `  ${address(pc)}  ${old.padEnd(8)} ->  ${address(moved)}  ${name}`,
  );
  return {
    data: {
      from,
      to,
      bytecode: toHex(code),
      instructions: steps.map(({ from: pc, to: moved, names }) => ({
        from: pc,
        to: moved,
        names: [...names],
      })),
      ...outputJson(invocation),
    },
    text: [`${from} to ${to}: ${steps.length} instructions`, ...lines, toHex(code)].join('\n'),
  };
}

function coverage(): Report {
  const rows = encodingNames.map((name) => ({ name, ...runtimeCoverage(name) }));
  return {
    data: { runtimes: rows },
    text: rows
      .map(
        ({ name, translatable, unmapped }) =>
          `${name}: translatable ${translatable}/256, unmapped ${unmapped}`,
      )
      .join('\n'),
  };
}

const outputJson = (invocation: Invocation): JsonObject => {
  const output = outputFile(invocation);
  return output === undefined ? {} : { output };
};
