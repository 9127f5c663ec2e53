import { basename } from 'node:path';

/** The part of an argument that is shaped like a path (atomic-runtime §13); `undefined` when none is. */
export function pathIn(argument: string): string | undefined {
  const [, value = argument] = /^--?[\w-]+=(.*)$/s.exec(argument) ?? [];
  const isPath = /^(?:\/|~|\.\.?(?:[/\\]|$)|[A-Za-z]:[\\/])/.test(value) || value.includes('..');
  return isPath && !/^https?:\/\//.test(value) ? value : undefined;
}

const CODE = /\.(?:[mc]?[jt]sx?|py|pyz|sh|bash|rb|pl|php|lua|jar|wasm|so|dll|exe)$/i;
const LOADS =
  /^(?:-r|-C|-c|-m|--require|--import|--loader|--experimental-loader|--env-file|--config)$/;
const LOADING = /^--(?:require|import|loader|experimental-loader|env-file|config)=/;
/** Commands whose first plain argument names a package, not a file. */
const PACKAGE_RUNNERS = new Set(['npx', 'uvx', 'docker']);

/**
 * True for an argument that names a program rather than data: by its ending, by the option before
 * it, or because it is what an interpreter is given first.
 */
export function namesCode(args: readonly string[], at: number, command: string): boolean {
  const argument = args[at] as string;
  const firstPlain = args.findIndex((each) => !each.startsWith('-'));
  return (
    CODE.test(pathIn(argument) ?? argument) ||
    LOADS.test(args[at - 1] ?? '') ||
    LOADING.test(argument) ||
    (at === firstPlain && !PACKAGE_RUNNERS.has(basename(command)))
  );
}
