import { resolve } from 'node:path';
import { writeFileAtomic } from '../../../base/index.ts';
import type { Invocation } from '../../command.ts';
import { refuseReadOnly } from '../../read-only.ts';
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
export function writeFile(invocation: Invocation, file: string, content: Uint8Array): void {
  refuseReadOnly(invocation);
  const { world } = invocation;
  writeFileAtomic(resolve(world.cwd, file), content, world);
}
