import { disassemble, listCode, printListing } from '../../../flux/index.ts';
import { defineCommand } from '../../command.ts';
import { programOptions, readProgram } from './program-input.ts';

export const command = defineCommand({
  summary: 'Disassemble FLUX bytecode',
  about:
    'Prints source with labels that assembles to the same bytes again; with --addresses a listing ' +
    'with the address of every instruction.',
  arguments: [{ name: '[file]', about: 'the program; - for standard input' }],
  options: [...programOptions, { flags: '--addresses', about: 'list addresses instead' }],
  examples: [
    '$ datum flux disasm --bytecode 550500000055070000001000',
    'datum flux disasm program.fluxc --addresses',
  ],
  run: async (invocation) => {
    const { program } = await readProgram(invocation);
    const { code, machine, labels, data } = program;
    const lines = listCode(code, machine);
    const source = disassemble(code, { machine, labels, data }).trimEnd();
    return {
      data: { machine, source, lines: lines.map((each) => ({ ...each })) },
      text: invocation.options['addresses'] === true ? printListing(lines) : source,
    };
  },
});
