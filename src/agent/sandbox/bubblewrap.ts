import type { Disk } from '../../base/index.ts';
import { type AllowedPaths, isInternal, isRule, isUnder } from '../tool/allowed-paths.ts';
import { RealPaths } from '../tool/real-paths.ts';
import { guardedFiles } from './guarded-files.ts';

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
 * read-only after writable so that it wins. What holds the agent is read-only
 * too, and what git and datum keep is not there.
 */
export function enclosed({ paths, folder, disk }: Enclosure): readonly string[] {
  const reals = new RealPaths(disk);
  const real = (list: readonly string[]): readonly string[] =>
    list
      .filter((path) => reals.exists(path))
      .map((path) => reals.of(path))
      .filter((path) => !isInternal(path));
  const bind = (how: string, list: readonly string[]): readonly string[] =>
    list.flatMap((path) => [how, path, path]);
  const write = real(paths.write).filter((path) => !isRule(path, disk));
  const protectedPaths = real(paths.readOnly).filter((path) => isUnder(path, write));
  const read = real(paths.read);
  const { internal, rules } = guardedFiles([...new Set([...read, ...write])], disk);
  const writableRules = rules.filter((path) => isUnder(path, write));
  const hidden = [...new Set(internal)].flatMap((path) =>
    disk.lstat(path).isDirectory() ? ['--tmpfs', path] : ['--ro-bind', '/dev/null', path],
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
    ...bind('--ro-bind', read),
    ...bind('--bind', write),
    ...bind('--ro-bind', [...new Set([...protectedPaths, ...writableRules])]),
    ...hidden,
    ...['--chdir', reals.of(folder), '--'],
  ];
}
