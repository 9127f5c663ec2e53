import { fileURLToPath } from 'node:url';
import { FluxError, loadHex, type Program } from '../../../flux/index.ts';
import { usageError } from '../../error.ts';
import type { World } from '../../world.ts';

/** Three register programs that the original validator brings along (FLUX §10). */
const builtIn: Readonly<Record<string, string>> = {
  core: '18002a1801082000010220020001100200',
  wasm_only: '1800109100ffffe00005001800ff100000',
  multi: '18000318010418020522030001200303022c0403051805112c0403053c040000100400',
};

/** One of the validator's own examples. */
export function builtInExample(name: string): Program {
  const hex = builtIn[name];
  if (hex !== undefined) return loadHex(hex, { machine: 'register' });
  throw usageError(`${name} is no example`, `choose one of ${Object.keys(builtIn).join(', ')}`);
}

export interface ExampleFile {
  readonly name: string;
  readonly text: string;
}

/** The program files of `examples/flux`, in the order of their names. */
export function exampleFiles({ disk }: World): readonly ExampleFile[] {
  const folder = fileURLToPath(new URL('../../../../examples/flux/', import.meta.url));
  const names = disk.exists(folder) ? disk.list(folder) : [];
  const files = names
    .filter((name) => name.endsWith('.flux'))
    .sort()
    .map((name) => ({ name, text: disk.readFile(`${folder}${name}`).toString('utf8') }));
  if (files.length > 0) return files;
  throw new FluxError({
    code: 'flux/no-examples',
    message: 'this installation has no example programs',
    hint: 'run the command in a checkout of datum, which has examples/flux',
  });
}
