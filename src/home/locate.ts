import { dirname, join, resolve } from 'node:path';
import type { Disk } from '../base/index.ts';
import { HomeError } from './error.ts';
import { foreignFolder } from './foreign.ts';

export interface Location {
  readonly disk: Disk;
  readonly cwd: string;
  /** What the person named with `--home`; searched upwards from `cwd` when absent. */
  readonly home?: string | undefined;
}

/** True when the folder holds a log of facts, or settings of a home. */
export const isHome = (folder: string, disk: Disk): boolean =>
  disk.exists(join(folder, '.datum', 'log')) || disk.exists(join(folder, 'datum.toml'));

/**
 * The home a command works on: the one named, or the nearest at or above the current folder, or
 * `./workshop` below it. A named folder of the original systems is one too. Throws `home/not-found`.
 */
export function locateHome({ disk, cwd, home }: Location): string {
  if (home === '') throw notFound('the name of the home is empty', 'name a folder after --home');
  if (home !== undefined) {
    const named = resolve(cwd, home);
    if (isHome(named, disk) || foreignFolder(named, disk) !== undefined) return named;
    throw notFound(`${named} is not a home`, `make one with: datum boot ${home}`);
  }
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (isHome(folder, disk)) return folder;
    if (dirname(folder) === folder) break;
  }
  const workshop = join(cwd, 'workshop');
  if (isHome(workshop, disk)) return workshop;
  const isForeign = foreignFolder(cwd, disk) !== undefined;
  throw notFound(
    `no home at or above ${cwd}`,
    isForeign
      ? 'this folder can become one as it is: datum open .'
      : 'make one with: datum boot, or name one with: --home <dir>',
  );
}

const notFound = (message: string, hint: string): HomeError =>
  new HomeError({ code: 'home/not-found', kind: 'usage', message, hint });
