import type { JsonObject } from '../../../base/index.ts';
import {
  bareProgram,
  checkProgramFile,
  printReport,
  readProgramFile,
  reportJson,
  type ValidationReport,
  validate,
} from '../../../flux/index.ts';
import { defineCommand, type Invocation, type Report } from '../../command.ts';
import { usageError } from '../../error.ts';
import { exitCode } from '../../exit-code.ts';
import { builtInExample, type ExampleFile, exampleFiles } from './examples.ts';
import { writeOutput } from './output.ts';
import {
  countOption,
  type ProgramInput,
  programOptions,
  readProgram,
  textOption,
} from './program-input.ts';
import { moveProgram, runtimeNames } from './runtime-input.ts';

export const command = defineCommand({
  summary: 'Verify FLUX programs without running them',
  about:
    'Reports what is wrong with a program before it runs: unknown and cut instructions, stray ' +
    'jumps, stack depth, calls and returns, unreachable code, endless loops; and which runtimes ' +
    'have its opcodes. Ends with 1 when there are errors.',
  arguments: [{ name: '[file]', about: 'the program; - for standard input' }],
  options: [
    ...programOptions,
    { flags: '--stdin', about: 'read the program from standard input' },
    { flags: '--stack-depth <count>', about: 'machine stack: values it starts with' },
    { flags: '--translate', about: 'verify what translating it between runtimes makes of it' },
    { flags: '--from <runtime>', about: `with --translate: ${runtimeNames}` },
    { flags: '--to <runtime>', about: 'with --translate: canonical, the same as wasm' },
    { flags: '-o, --output <file>', about: 'with --translate: write the translation there' },
    { flags: '--example <name>', about: 'core, wasm_only or multi' },
    { flags: '--all-examples', about: 'verify and run every program of examples/flux' },
  ],
  examples: [
    'datum flux validate program.flux',
    '$ datum flux validate --all-examples',
    '$ datum flux validate --example core',
  ],
  run: async (invocation) => {
    const { options, world } = invocation;
    if (options['allExamples'] === true) return allExamples(exampleFiles(world));
    const { name, program, start } = await chosenProgram(invocation);
    const given = countOption('--stack-depth', options['stackDepth']);
    const initialDepth = given ?? start.stack?.length ?? 0;
    const report = validate(program, { name, initialDepth });
    return {
      data: reportJson(report),
      text: printReport(report),
      exit: hasErrors(report) ? exitCode.failed : exitCode.done,
    };
  },
});

async function chosenProgram(invocation: Invocation): Promise<ProgramInput> {
  const example = textOption(invocation.options['example']);
  if (example !== undefined) {
    return { name: `example ${example}`, program: builtInExample(example), start: {} };
  }
  if (invocation.options['translate'] === true) return translated(invocation);
  const isPiped = invocation.options['stdin'] === true;
  return readProgram(isPiped ? { ...invocation, args: ['-'] } : invocation);
}

/** The program that translating another runtime's makes, which is one of machine R. */
async function translated(invocation: Invocation): Promise<ProgramInput> {
  const { name, from, to, code } = await moveProgram(invocation);
  if (to !== 'canonical') {
    throw usageError(`${to} is not verified here`, 'datum flux translate goes to every runtime');
  }
  writeOutput(invocation, code);
  return { name: `${name}, from ${from}`, program: bareProgram('register', code), start: {} };
}

const hasErrors = ({ findings }: ValidationReport): boolean =>
  findings.some(({ severity }) => severity === 'error');

/** Verifies each example, runs it, and compares with what its front matter expects. */
function allExamples(files: readonly ExampleFile[]): Report {
  const checked = files.map(checkExample);
  const failed = checked.filter(({ passed }) => !passed).length;
  const lines = checked.map(
    ({ name, machine, passed, notes }) =>
      `[${passed ? 'PASS' : 'FAIL'}] ${name} (${machine})${notes.map((note) => `\n       ${note}`).join('')}`,
  );
  lines.push(`Total: ${files.length}  Passed: ${files.length - failed}  Failed: ${failed}`);
  return {
    data: { total: files.length, passed: files.length - failed, failed, examples: checked },
    text: lines.join('\n'),
    exit: failed > 0 ? exitCode.failed : exitCode.done,
  };
}

type CheckedExample = JsonObject & {
  readonly name: string;
  readonly machine: string;
  readonly passed: boolean;
  readonly notes: readonly string[];
};

function checkExample({ name, text }: ExampleFile): CheckedExample {
  const file = readProgramFile(text);
  const { machine } = file.program;
  const report = validate(file.program, { name, initialDepth: file.start.stack?.length ?? 0 });
  const grave = report.findings.filter(({ severity }) => severity !== 'info');
  const notes = grave.map(({ message }) => message);
  if (!hasErrors(report)) notes.push(...checkProgramFile(file).differences);
  return { name, machine, passed: report.isProven && notes.length === 0, notes };
}
