import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A path in an argument, and how the argument reads with another one. */
export interface PathArgument {
  readonly path: string;
  readonly print: (path: string) => string;
}

/** The part of an argument that is shaped like a path, or is a file URL (atomic-runtime §13). */
export function pathArgument(argument: string): PathArgument | undefined {
  const [, option = '', value = argument] = /^(--?[\w-]+=)(.*)$/s.exec(argument) ?? [];
  if (/^file:/i.test(value)) {
    const { path, rest } = readFileUrl(value);
    return { path, print: (other) => option + pathToFileURL(other).href + rest };
  }
  const isPath = /^(?:\/|~|\.\.?(?:[/\\]|$)|[A-Za-z]:[\\/])/.test(value) || value.includes('..');
  if (!isPath || /^https?:\/\//.test(value)) return undefined;
  return { path: value, print: (path) => option + path };
}

/** Where a file URL leads, and the query behind it; one of which we cannot tell is a path that nothing allows. */
function readFileUrl(text: string): { readonly path: string; readonly rest: string } {
  const url = URL.parse(text);
  const rest = url === null ? '' : url.search + url.hash;
  // A server that knows no queries would take a path in one for its own.
  if (url !== null && !/[/\\%]/.test(rest) && !/%00/.test(url.pathname)) {
    try {
      return { path: fileURLToPath(url), rest };
    } catch {
      // It has a host, or a separator that is written as none.
    }
  }
  return { path: `/${text}`, rest: '' };
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
    CODE.test(pathArgument(argument)?.path ?? argument) ||
    LOADS.test(args[at - 1] ?? '') ||
    LOADING.test(argument) ||
    (at === firstPlain && !PACKAGE_RUNNERS.has(basename(command)))
  );
}
