import type { Sha256 } from '../../base/index.ts';
import type { Blobs, Database, Log } from '../../fact/index.ts';
import { cascadeFolders, folderOfFact } from '../../folder/index.ts';
import { AgentError } from '../error.ts';

/** The documents of one folder of a home as a database value has them: the same for ever. */
export interface DocumentView {
  /** Paths of its documents, relative to the folder, sorted. */
  readonly paths: readonly string[];
  /** Hash of a document's content; `undefined` when there is none. */
  hashOf(path: string): Sha256 | undefined;
  /** A document's text; `undefined` when there is none. */
  read(path: string): Promise<string | undefined>;
  /** The path of a file of the folder in the home. */
  inHome(path: string): string;
}

/** The files of one agent. */
export interface AgentSnapshot extends DocumentView {
  readonly agent: string;
  /** Relative to the home; empty when the home is the agent. */
  readonly path: string;
  readonly database: Database;
  /** Paths of all documents of the home it lives in. */
  readonly homePaths: readonly string[];
  /** Of an agent that is a role in a project (atomic-runtime §20). */
  readonly cascade?: Cascade;
}

/** What an agent has from its role and from its project. */
export interface Cascade {
  readonly role: DocumentView;
  readonly project: DocumentView;
}

/** Opens an agent's files at a point of the log. Throws `agent/unknown` when it did not exist then. */
export async function openSnapshot(
  log: Pick<Log, 'blobs'>,
  { agent, database }: { readonly agent: string; readonly database: Database },
): Promise<AgentSnapshot> {
  const path = folderOfFact(await database.get(`agent:${agent}`, 'agent/folder'));
  if (path === undefined) throw await unknownAgent(agent, database);
  const found = await database.find([
    { e: { var: 'document' }, a: 'doc/hash', v: { var: 'hash' } },
  ]);
  const hashes = new Map(
    found.map(({ document, hash }) => [entityName(document).slice('doc:'.length), String(hash)]),
  );
  const homePaths = [...hashes.keys()];
  const folders = cascadeFolders(path, homePaths);
  const view = (of: string): DocumentView => viewOf(of, { hashes, blobs: log.blobs });
  return {
    agent,
    path,
    database,
    homePaths,
    ...view(path),
    ...(folders === undefined
      ? {}
      : { cascade: { role: view(folders.role), project: view(folders.project) } }),
  };
}

function viewOf(
  folder: string,
  { hashes, blobs }: { readonly hashes: ReadonlyMap<string, Sha256>; readonly blobs: Blobs },
): DocumentView {
  const prefix = folder === '' ? '' : `${folder}/`;
  const own = [...hashes.keys()].filter((path) => path.startsWith(prefix));
  return {
    paths: own.map((path) => path.slice(prefix.length)).sort(),
    hashOf: (file) => hashes.get(prefix + file),
    read: async (file) => {
      const hash = hashes.get(prefix + file);
      return hash === undefined ? undefined : readText(blobs, { hash, path: prefix + file });
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
    message: `no agent ${agent} can be run in this home`,
    hint: `${known}; what can be run is a folder agents/<name> with a model.md and a persona (docs/agent.md)`,
    data: { agent, known: names },
  });
}
