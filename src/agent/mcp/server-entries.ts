import { DatumError } from '../../base/index.ts';
import { parseMcpFile } from '../../folder/index.ts';
import type { LeftOut } from '../program/program.ts';
import type { ServerEntry } from './server.ts';

const NAME = /^[A-Za-z0-9_+@-][A-Za-z0-9_.+@-]*$/;

/** The servers of an mcp.md, and those whose section or name is wrong; a broken file starts none. */
export function serverEntries(
  text: string,
  path: string,
): { readonly entries: readonly ServerEntry[]; readonly leftOut: readonly LeftOut[] } {
  try {
    const { servers, allowedCommands, allowedVariables } = parseMcpFile(text, path);
    const named = servers.map((server) => ({
      server,
      path: `${path}#${server.name}`,
      ...(allowedCommands === undefined ? {} : { allowedCommands }),
      ...(allowedVariables === undefined ? {} : { allowedVariables }),
    }));
    const isFirst = ({ server }: ServerEntry, at: number): boolean =>
      servers.findIndex(({ name }) => name === server.name) === at;
    const isGood = (entry: ServerEntry, at: number): boolean =>
      NAME.test(entry.server.name) && !entry.server.name.includes('..') && isFirst(entry, at);
    return {
      entries: named.filter(isGood),
      leftOut: named
        .filter((entry, at) => !isGood(entry, at))
        .map(({ server }) => ({
          name: server.name,
          reason: `${path}:${server.line}: the name is taken, or no name for a server`,
        })),
    };
  } catch (error) {
    if (!(error instanceof DatumError)) throw error;
    return { entries: [], leftOut: [{ name: path, reason: error.message }] };
  }
}
