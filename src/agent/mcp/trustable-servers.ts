import { join } from 'node:path';
import { DatumError, type Sha256, sha256 } from '../../base/index.ts';
import { type FileWorld, readPlainFile } from '../program/plain-file.ts';
import type { ServerEntry } from './server.ts';
import { serverHash } from './server-code.ts';
import { serverEntries } from './server-entries.ts';
import { variablesOf } from './server-variables.ts';

/** A server that a person may trust, with what trusting it allows. */
export interface TrustableServer {
  readonly path: string;
  readonly hash: Sha256;
  readonly about: string;
}

/** The servers of the mcp.md of an agent; none when there is no such file. */
export function trustableServers(
  { name, folder }: { readonly name: string; readonly folder: string },
  { root, disk, homeFolder }: FileWorld & { readonly homeFolder: string },
): readonly TrustableServer[] {
  const file = folder === '' ? 'mcp.md' : `${folder}/mcp.md`;
  if (disk.lstat(join(root, file), { throwIfNoEntry: false }) === undefined) return [];
  const host = { root, disk, origin: { agent: name, folder: join(root, folder), homeFolder } };
  const orWhy = (path: string, look: () => readonly TrustableServer[]) => {
    try {
      return look();
    } catch (error) {
      if (!(error instanceof DatumError)) throw error;
      return [{ path, hash: sha256(error.message), about: error.message }];
    }
  };
  return orWhy(file, () =>
    serverEntries(readPlainFile(file, host).toString('utf8'), file).entries.flatMap((entry) =>
      orWhy(entry.path, () => [
        { path: entry.path, hash: serverHash(entry, host), about: aboutServer(entry) },
      ]),
    ),
  );
}

function aboutServer(entry: ServerEntry): string {
  const { url, command, args, env } = entry.server;
  const told = variablesOf(entry).map((name) => `$${name}`);
  // A variable such as NODE_OPTIONS or npm_config_registry decides what runs as much as an argument.
  const set = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return [
    url === undefined ? `starts ${[command, ...args].join(' ')}` : `reaches ${url}`,
    ...(set.length === 0 ? [] : [`sets ${set.join(', ')}`]),
    ...(told.length === 0 ? [] : [`is told ${told.join(', ')}`]),
  ].join('; ');
}
