import {
  hasSucceeded,
  printResult,
  printTraceEntry,
  resultJson,
  runProgram,
  traceEntryJson,
  traceProgram,
} from '../../../flux/index.ts';
import { defineCommand } from '../../command.ts';
import { exitCode } from '../../exit-code.ts';
import { programOptions, readProgram } from './program-input.ts';
import { readStart, startOptions } from './start-options.ts';

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
  ],
  examples: [
    '$ datum flux run --bytecode 550500000055070000001000',
    'datum flux run examples/flux/fibonacci.flux --trace',
  ],
  run: async (invocation) => {
    const { program, start: own } = await readProgram(invocation);
    const start = readStart(invocation, own);
    if (invocation.options['trace'] !== true) {
      const result = runProgram(program, start);
      const exit = hasSucceeded(result) ? exitCode.done : exitCode.failed;
      return { data: resultJson(result), text: printResult(result), exit };
    }
    const { entries, omitted, result } = traceProgram(program, start);
    const lines = entries.map(printTraceEntry);
    if (omitted > 0) lines.push(`… ${omitted} more steps`);
    return {
      data: { ...resultJson(result), trace: entries.map(traceEntryJson), trace_omitted: omitted },
      text: [...lines, printResult(result)].join('\n'),
      exit: hasSucceeded(result) ? exitCode.done : exitCode.failed,
    };
  },
});
