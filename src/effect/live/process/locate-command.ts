import { basename, delimiter, isAbsolute, join } from 'node:path';
import type { Disk } from '../../../base/index.ts';
import { EffectError, failureData } from '../../error.ts';
import { codeOf } from '../errno.ts';

/**
 * The file a command means: itself when absolute, else the first program of that name in the absolute
 * folders of a path, so that the working folder cannot put one in its place. Throws
 * `effect/not-started` when there is none.
 */
export function locateCommand(command: string, path: string, disk: Disk): string {
  if (isAbsolute(command)) return command;
  const folders = basename(command) === command ? path.split(delimiter).filter(isAbsolute) : [];
  const found = folders.map((each) => join(each, command)).find((file) => runs(file, disk));
  if (found === undefined) {
    throw notStarted(command, Object.assign(new Error(), { code: 'ENOENT' }));
  }
  return found;
}

function runs(file: string, disk: Disk): boolean {
  if (!disk.exists(file)) return false;
  const stat = disk.lstat(disk.realpath(file));
  return stat?.isFile() === true && (Number(stat.mode) & 0o111) !== 0;
}

export const notStarted = (command: string, cause: unknown): EffectError =>
  new EffectError({
    code: 'effect/not-started',
    message: `${command} could not be started${codeOf(cause) === 'ENOENT' ? ': it is not installed' : ''}`,
    hint: 'install it, or correct the command and its folder',
    data: { command, reason: codeOf(cause), ...failureData({ mayHaveHappened: false }) },
    cause,
  });
