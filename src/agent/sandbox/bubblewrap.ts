import type { Disk } from '../../base/index.ts';
import { type AllowedPaths, isUnder, realPath, rulesIn } from '../tool/allowed-paths.ts';

export interface Enclosure {
  readonly paths: AllowedPaths;
  /** Where the program starts, absolute. */
  readonly folder: string;
  readonly disk: Disk;
}

/** Parts of the system that a program needs to run at all. */
const SYSTEM = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/etc/alternatives',
  '/etc/ld.so.cache',
];

/**
 * The arguments that put a program into bubblewrap's namespaces: no network, no other process, no
 * variable, the system read-only, an empty /tmp, and of everything else the paths of tools.md alone,
 * read-only after writable so that it wins. What git and datum keep is read-only too, and what holds the agent.
 */
export function enclosed({ paths, folder, disk }: Enclosure): readonly string[] {
  const real = (list: readonly string[]): readonly string[] =>
    list.filter((path) => disk.exists(path)).map((path) => realPath(path, disk));
  const bind = (how: string, list: readonly string[]): readonly string[] =>
    list.flatMap((path) => [how, path, path]);
  const write = real(paths.write);
  const protectedPaths = real(paths.readOnly).filter((path) => isUnder(path, write));
  const internals = write.flatMap((path) =>
    real([`${path}/.git`, `${path}/.datum`, ...rulesIn(path, disk)]),
  );
  return [
    '--unshare-all',
    '--die-with-parent',
    '--new-session',
    '--clearenv',
    ...['--setenv', 'PATH', '/usr/local/bin:/usr/bin:/bin'],
    ...['--setenv', 'HOME', '/tmp'],
    ...['--setenv', 'LANG', 'C.UTF-8'],
    ...SYSTEM.flatMap((path) => ['--ro-bind-try', path, path]),
    ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'],
    ...bind('--ro-bind', real(paths.read)),
    ...bind('--bind', write),
    ...bind('--ro-bind', [...protectedPaths, ...internals]),
    ...['--chdir', realPath(folder, disk), '--'],
  ];
}
