import type { Stats } from 'node:fs';
import { resolve } from 'node:path';
import { usageError } from './error.ts';
import type { World } from './world.ts';

/** Far above any program, suite, schema or export that is read whole. */
const BYTES_MAX = 512 * 1024 * 1024;

interface InputFile {
  /** What to name instead, for the hint. */
  readonly wanted: string;
  readonly bytesMax?: number;
}

/**
 * The bytes of a file that a command line names. Throws `cli/usage` for a file that is not there, a
 * folder, a device, which has no end, and what is far too long to be meant.
 */
export function readInput(
  { disk, cwd }: World,
  file: string,
  { wanted, bytesMax = BYTES_MAX }: InputFile,
): Buffer {
  const path = resolve(cwd, file);
  if (!disk.exists(path)) throw usageError(`there is no file ${file}`, `name ${wanted}`);
  const about = aboutOf(path, disk);
  if (about === undefined || about.isFIFO()) return disk.readPipe(path);
  if (about.isDirectory()) throw usageError(`${file} is a folder`, `name ${wanted}`);
  if (about.isCharacterDevice() || about.isBlockDevice()) {
    throw usageError(`${file} is a device, which has no end`, `name ${wanted}`);
  }
  if (about.size > bytesMax) {
    throw usageError(`${file} has ${about.size} bytes`, `at most ${bytesMax} are read`);
  }
  return disk.readFile(path);
}

/** What stands there; `undefined` for a pipe a shell made, whose link leads to no path. */
function aboutOf(path: string, disk: World['disk']): Stats | undefined {
  const about = disk.lstat(path);
  if (!about.isSymbolicLink()) return about;
  try {
    return disk.lstat(disk.realpath(path));
  } catch {
    return undefined;
  }
}
