import type { Sha256 } from '../../base/index.ts';
import type { Blobs, Database, Log } from '../../fact/index.ts';
import { cascadeFolders, folderOfFact } from '../../folder/index.ts';
import { AgentError } from '../error.ts';
import { type DocumentList, documentList } from './document-list.ts';
import { entityName } from './entity-name.ts';

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
  /** All documents of the home it lives in: the same object as long as none changes. */
  readonly documents: DocumentList;
  /** Their paths. */
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
  log: Pick<Log, 'blobs' | 'kept'>,
  { agent, database }: { readonly agent: string; readonly database: Database },
): Promise<AgentSnapshot> {
  const path = folderOfFact(await database.get(`agent:${agent}`, 'agent/folder'));
  if (path === undefined) throw await unknownAgent(agent, database);
  const documents = await log.kept(documentList, database);
  return { agent, path, database, ...filesOf(path, { documents, blobs: log.blobs }) };
}

type Files = Omit<AgentSnapshot, 'agent' | 'path' | 'database'>;

/** The files of each folder, as long as the documents stay as they are. */
const known = new WeakMap<DocumentList, Map<string, Files>>();

function filesOf(
  path: string,
  { documents, blobs }: { readonly documents: DocumentList; readonly blobs: Blobs },
): Files {
  const folders = known.get(documents) ?? new Map<string, Files>();
  known.set(documents, folders);
  const found = folders.get(path);
  if (found !== undefined) return found;
  const homePaths = [...documents.keys()];
  const cascade = cascadeFolders(path, homePaths);
  const view = (of: string): DocumentView => viewOf(of, { documents, blobs });
  const files = {
    documents,
    homePaths,
    ...view(path),
    ...(cascade === undefined
      ? {}
      : { cascade: { role: view(cascade.role), project: view(cascade.project) } }),
  };
  folders.set(path, files);
  return files;
}

function viewOf(
  folder: string,
  { documents, blobs }: { readonly documents: DocumentList; readonly blobs: Blobs },
): DocumentView {
  const prefix = folder === '' ? '' : `${folder}/`;
  const own = [...documents.keys()].filter((path) => path.startsWith(prefix));
  return {
    paths: own.map((path) => path.slice(prefix.length)),
    hashOf: (file) => documents.get(prefix + file),
    read: async (file) => {
      const hash = documents.get(prefix + file);
      return hash === undefined ? undefined : readText(blobs, { hash, path: prefix + file });
    },
    inHome: (file) => prefix + file,
  };
}

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
