import { join, sep } from 'node:path';
import { hashOf, type JsonObject, type Sha256, sha256 } from '../../base/index.ts';
import { AgentError } from '../error.ts';
import { type FileWorld, readPlainFile } from '../program/plain-file.ts';
import type { ProgramFile } from '../program/program.ts';
import { absolutePath, type PathOrigin } from '../tool/allowed-paths.ts';
import { namesCode, pathArgument } from './path-argument.ts';
import type { ServerEntry } from './server.ts';
import { variablesOf } from './server-variables.ts';

/** Where the paths of a server begin, and the home they may lead into. */
export interface CodeHost extends FileWorld {
  readonly origin: PathOrigin;
}

/** A file of the home that a server's arguments name as its program. */
export interface CodeArgument extends ProgramFile {
  /** Position among the arguments. */
  readonly at: number;
}

/**
 * The programs of the home that a server is made of: they are trusted by their bytes, like the words
 * that name them. Throws `agent/program-refused` for links, and for a folder given as a program.
 */
export function codeArguments({ server }: ServerEntry, host: CodeHost): readonly CodeArgument[] {
  return server.args.flatMap((argument, at) => {
    const path = pathArgument(argument)?.path;
    if (path === undefined) return [];
    const full = absolutePath(path, host.origin);
    if (!full.startsWith(host.root + sep)) return [];
    const inHome = full.slice(host.root.length + 1).replaceAll('\\', '/');
    const found = host.disk.lstat(join(host.root, inHome), { throwIfNoEntry: false });
    if (found?.isDirectory() === true) {
      if (isProgramFolder(full, host)) throw folderRefused(server.name, path);
      return [];
    }
    if (found === undefined || !namesCode(server.args, at, server.command)) return [];
    return [{ at, name: `${at}-${full.split(sep).at(-1)}`, content: readPlainFile(inHome, host) }];
  });
}

/** What makes a folder something that node, python or npx would run. */
const isProgramFolder = (folder: string, { disk }: CodeHost): boolean =>
  ['package.json', 'index.js', '__main__.py', 'pyproject.toml'].some((name) =>
    disk.exists(join(folder, name)),
  );

/** What a machine trusts of a server: every word of its section, the rule it is under, and its programs. */
export function serverHash(entry: ServerEntry, host: CodeHost): Sha256 {
  const { line: _, description: __, ...words } = entry.server;
  const code = codeArguments(entry, host).map(({ at, content }) => ({
    at,
    content: sha256(content),
  }));
  const { allowedVariables } = entry;
  // A list that lets it be told more is another thing to trust; one that is about others is not.
  const variables = variablesOf(entry).filter((name) => allowedVariables?.includes(name));
  return hashOf({
    ...(words as unknown as JsonObject),
    code,
    ...(allowedVariables === undefined ? {} : { variables }),
  });
}

const folderRefused = (server: string, path: string): AgentError =>
  new AgentError({
    code: 'agent/program-refused',
    message: `${server} cannot be started: ${path} is a folder of programs inside the home`,
    hint: 'name the one file that is its program, or install it as a package',
  });
