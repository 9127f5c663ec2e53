import {
  hasSucceeded,
  printResult,
  printTraceEntry,
  type RunResult,
  resultJson,
  runProgram,
  traceEntryJson,
  traceProgram,
} from '../../../flux/index.ts';
import { defineCommand, type Report } from '../../command.ts';
import { type ExitCode, exitCode } from '../../exit-code.ts';
import { programOptions, readProgram } from './program-input.ts';
import { readStart, startOptions } from './start-options.ts';
import { type KeptRun, runKept } from './suspended-run.ts';

export const command = defineCommand({
  summary: 'Run a FLUX program',
  about:
    'Verifies a program and runs it. The program is source (.flux, Markdown), a packed file or raw ' +
    'bytecode. Ends with 1 when the verifier refuses it, or a trap or a limit stops it.',
  arguments: [{ name: '[file]', about: 'the program; - for standard input' }],
  options: [
    ...programOptions,
    ...startOptions,
    { flags: '--trace', about: 'show every instruction and what it left' },
    { flags: '--save <file>', about: 'machine stack: keep the run there when it suspends' },
    { flags: '--resume <file>', about: 'machine stack: go on with the run that is kept there' },
  ],
  examples: [
    '$ datum flux run --bytecode 550500000055070000001000',
    'datum flux run examples/flux/fibonacci.flux --trace',
  ],
  run: async (invocation) => {
    const { program, start: own } = await readProgram(invocation);
    const start = readStart(invocation, own);
    const keeping = await runKept(invocation, program, start);
    if (keeping !== undefined) return keptReport(keeping);
    if (invocation.options['trace'] !== true) return report(runProgram(program, start));
    const { entries, omitted, result } = traceProgram(program, start);
    const lines = entries.map(printTraceEntry);
    if (omitted > 0) lines.push(`… ${omitted} more steps`);
    return {
      data: { ...resultJson(result), trace: entries.map(traceEntryJson), trace_omitted: omitted },
      text: [...lines, printResult(result)].join('\n'),
      exit: exitOf(result),
    };
  },
});

const exitOf = (result: RunResult): ExitCode =>
  hasSucceeded(result) ? exitCode.done : exitCode.failed;

const report = (result: RunResult): Report => ({
  data: resultJson(result),
  text: printResult(result),
  exit: exitOf(result),
});

function keptReport({ result, kept }: KeptRun): Report {
  const plain = report(result);
  if (kept === undefined) return plain;
  return {
    ...plain,
    data: { ...resultJson(result), kept },
    text: `${plain.text}\nkept in ${kept}; go on with --resume ${kept}`,
  };
}
