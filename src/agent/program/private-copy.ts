import { join } from 'node:path';
import { type Disk, type Random, writeFileAtomic } from '../../base/index.ts';
import type { Program } from './program.ts';

export interface CopyPlace {
  /** Outside the home. */
  readonly folder: string;
  readonly disk: Disk;
  readonly random: Random;
}

/** Ends Node's search for what kind of module a file is: a handler is one, of others it looks itself. */
const packageFile = ({ protocol }: Program) => ({
  name: 'package.json',
  content: Buffer.from(protocol === 'json' ? '{"type":"module"}\n' : '{}\n'),
});

/**
 * Puts the very bytes that were hashed where nothing of the folder can change them, and answers the
 * folder they lie in. A copy that is there and equal is used again.
 */
export function privateCopy(program: Program, { folder, disk, random }: CopyPlace): string {
  const place = join(folder, program.hash);
  disk.makeFolder(place);
  const own = program.files.some(({ name }) => name === 'package.json');
  for (const { name, content } of own ? program.files : [...program.files, packageFile(program)]) {
    const path = join(place, name);
    const found = disk.lstat(path, { throwIfNoEntry: false });
    if (found?.isFile() === true && disk.readFile(path).equals(content)) continue;
    writeFileAtomic(path, content, { disk, random, mode: 0o700 });
  }
  return disk.realpath(place);
}
