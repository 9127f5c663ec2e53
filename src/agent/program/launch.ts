import { join } from 'node:path';
import { isJsonObject, type Json } from '../../base/index.ts';
import type { AllowedPaths } from '../tool/allowed-paths.ts';
import { NODE_DRIVER, PYTHON_DRIVER } from './drivers.ts';
import type { Program } from './program.ts';

/** What is started: a program by name or absolute path, its arguments, and what it reads. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly stdin?: string;
}

export interface LaunchPlace {
  /** Where the copies of its files lie. */
  readonly folder: string;
  readonly node: string;
  readonly paths: AllowedPaths;
}

/** How a program is started with an input: an argument list, never a shell. */
export function launchOf(program: Program, input: Json, place: LaunchPlace): Launch {
  const [command, ...args] = commandOf(program, place);
  if (program.protocol === 'json') return { command, args, stdin: JSON.stringify(input) };
  const given = isJsonObject(input) ? input['args'] : undefined;
  return { command, args: [...args, ...(Array.isArray(given) ? given.map(String) : [])] };
}

function commandOf(program: Program, place: LaunchPlace): readonly [string, ...string[]] {
  const { command, files, protocol } = program;
  const [file] = files;
  const names = new Set(files.map(({ name }) => name));
  const inCopy = (word: string): string => (names.has(word) ? join(place.folder, word) : word);
  if (command !== undefined) return command.map(inCopy) as [string, ...string[]];
  const path = join(place.folder, file?.name ?? '');
  const isCalled = protocol === 'json';
  if (/\.[mc]?[jt]s$/.test(path)) {
    const driver = isCalled ? ['--input-type=module', '--eval', NODE_DRIVER, '--'] : [];
    return [place.node, ...nodePermissions(program, place), ...driver, path];
  }
  if (path.endsWith('.py')) {
    return isCalled ? ['python3', '-I', '-c', PYTHON_DRIVER, path] : ['python3', path];
  }
  return [path];
}

/**
 * Node's permission model holds a tool to the paths of tools.md and to what its description asks to
 * be allowed. It guards against mistakes; against malice there is trust, or the sandbox.
 */
function nodePermissions({ allow }: Program, { folder, paths }: LaunchPlace): readonly string[] {
  const { read, write } = paths;
  return [
    '--permission',
    ...[folder, ...read, ...write].map((path) => `--allow-fs-read=${path}`),
    ...write.map((path) => `--allow-fs-write=${path}`),
    ...allow.map((word) => `--allow-${word}`),
  ];
}
