import { sha256 } from '../../../base/index.ts';
import {
  type Program,
  packProgram,
  printProblem,
  readAssembly,
  toHex,
} from '../../../flux/index.ts';
import { defineCommand } from '../../command.ts';
import { usageError } from '../../error.ts';
import { exitCode } from '../../exit-code.ts';
import { outputFile, writeOutput } from './output.ts';
import { machineOption, readContent } from './program-input.ts';

export const command = defineCommand({
  summary: 'Assemble a FLUX program',
  about:
    'Assembles source, plain or Markdown, and prints the bytecode as hex, or writes it to a file. ' +
    'All mistakes are listed with line and column; with any, it ends with 1.',
  arguments: [{ name: '<file>', about: 'the source; - for standard input' }],
  options: [
    { flags: '-o, --output <file>', about: 'write the bytes there instead' },
    { flags: '--pack', about: 'with the FLUX magic, a content hash, data and labels' },
    { flags: '--machine <name>', about: 'stack or register; by default what the source shows' },
  ],
  examples: ['datum flux asm program.flux', 'datum flux asm program.flux --pack -o program.fluxc'],
  run: async (invocation) => {
    const { args, options } = invocation;
    const [file = '-'] = args;
    const machine = machineOption(options['machine']);
    const text = Buffer.from(await readContent(invocation, file)).toString('utf8');
    const { program, problems } = readAssembly(text, machine === undefined ? {} : { machine });
    if (program === undefined) {
      return {
        data: { problems: problems.map((each) => ({ ...each })) },
        text: problems.map((each) => `${file}:${printProblem(each)}`).join('\n'),
        exit: exitCode.failed,
      };
    }
    const bytes = outputBytes(program, options['pack'] === true);
    const output = outputFile(invocation);
    writeOutput(invocation, bytes);
    return {
      data: {
        machine: program.machine,
        bytes: bytes.length,
        bytecode: toHex(bytes),
        hash: sha256(program.code),
        labels: Object.fromEntries(program.labels),
        data: program.data.map((each) => ({ address: each.address, bytes: toHex(each.bytes) })),
        problems: [],
        ...(output !== undefined && { output }),
      },
      text:
        output === undefined
          ? toHex(bytes)
          : `${output}: ${bytes.length} bytes for machine ${program.machine}`,
    };
  },
});

function outputBytes(program: Program, isPacked: boolean): Uint8Array {
  if (isPacked) return packProgram(program);
  if (program.data.length === 0) return program.code;
  throw usageError('raw bytecode cannot hold the data of this program', 'add --pack');
}
