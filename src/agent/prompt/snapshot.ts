import type { Sha256 } from '../../base/index.ts';
import type { Blobs, Database, Log } from '../../fact/index.ts';
import { AgentError } from '../error.ts';

/** The files of one agent as a database value has them: the same for ever. */
export interface AgentSnapshot {
  readonly agent: string;
  /** Relative to the home; empty when the home is the agent. */
  readonly path: string;
  readonly database: Database;
  /** Paths of its documents, relative to its folder, sorted. */
  readonly paths: readonly string[];
  /** Paths of all documents of the home it lives in. */
  readonly homePaths: readonly string[];
  /** Hash of a document's content; `undefined` when there is none. */
  hashOf(path: string): Sha256 | undefined;
  /** A document's text; `undefined` when there is none. */
  read(path: string): Promise<string | undefined>;
  /** The path of an agent's file in the home. */
  inHome(path: string): string;
}

/** Opens an agent's files at a point of the log. Throws `agent/unknown` when it did not exist then. */
export async function openSnapshot(
  log: Pick<Log, 'blobs'>,
  { agent, database }: { readonly agent: string; readonly database: Database },
): Promise<AgentSnapshot> {
  const folder = await database.get(`agent:${agent}`, 'agent/folder');
  if (typeof folder !== 'string') throw await unknownAgent(agent, database);
  const path = folder === '.' ? '' : folder;
  const prefix = path === '' ? '' : `${path}/`;
  const found = await database.find([
    { e: { var: 'document' }, a: 'doc/hash', v: { var: 'hash' } },
  ]);
  const hashes = new Map<string, Sha256>();
  const homePaths: string[] = [];
  for (const { document, hash } of found) {
    const full = entityName(document).slice('doc:'.length);
    homePaths.push(full);
    if (full.startsWith(prefix)) hashes.set(full.slice(prefix.length), String(hash));
  }
  return {
    agent,
    path,
    database,
    paths: [...hashes.keys()].sort(),
    homePaths,
    hashOf: (file) => hashes.get(file),
    read: async (file) => {
      const hash = hashes.get(file);
      return hash === undefined ? undefined : readText(log.blobs, { hash, path: prefix + file });
    },
    inHome: (file) => prefix + file,
  };
}

/** A variable bound to an entity may come as text or as a reference. */
export const entityName = (value: unknown): string =>
  typeof value === 'object' && value !== null && '$ref' in value
    ? String(value.$ref)
    : String(value);

async function readText(
  blobs: Blobs,
  { hash, path }: { readonly hash: Sha256; readonly path: string },
): Promise<string> {
  const content = await blobs.get(hash);
  if (content !== undefined)
    return Buffer.from(content)
      .toString('utf8')
      .replace(/^\ufeff/, '');
  throw new AgentError({
    code: 'agent/document-missing',
    message: `the content of ${path} is not on this machine`,
    hint: 'bring the blobs of the log along (datum pull), then try again',
    data: { path, hash },
  });
}

async function unknownAgent(agent: string, database: Database): Promise<AgentError> {
  const found = await database.find([{ e: { var: 'agent' }, a: 'agent/folder' }]);
  const names = found.map((binding) => entityName(binding['agent']).slice('agent:'.length)).sort();
  const known = names.length === 0 ? 'there is none yet' : `there are ${names.join(', ')}`;
  return new AgentError({
    code: 'agent/unknown',
    kind: 'usage',
    message: `no agent ${agent} in this home`,
    hint: `${known}; an agent is a folder with a model.md and a persona`,
    data: { agent, known: names },
  });
}
