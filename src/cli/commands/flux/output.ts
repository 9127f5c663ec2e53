import { resolve } from 'node:path';
import { writeFileAtomic } from '../../../base/index.ts';
import type { Invocation } from '../../command.ts';
import { usageError } from '../../error.ts';
import { textOption } from './program-input.ts';

/** Where `--output` says the result goes. */
export const outputFile = ({ options }: Invocation): string | undefined =>
  textOption(options['output']);

/** Writes the file that `--output` names, if it names one. */
export function writeOutput(invocation: Invocation, content: Uint8Array): void {
  const file = outputFile(invocation);
  if (file !== undefined) writeFile(invocation, file, content);
}

/** Writes a file that an option names. */
export function writeFile({ world, global }: Invocation, file: string, content: Uint8Array): void {
  if (global.readOnly) throw usageError('--read-only writes no file', 'leave out one of the two');
  writeFileAtomic(resolve(world.cwd, file), content, world);
}
