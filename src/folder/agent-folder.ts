import { basename, join } from 'node:path';
import { type Disk, isJsonObject, type Json } from '../base/index.ts';
import type { Database, FactInput } from '../fact/index.ts';
import { cascadeFolders } from './cascade.ts';
import { type FolderContext, readFileAt } from './context.ts';
import type { AgentFolder } from './folder.ts';
import { inHome } from './home-path.ts';

/** The folder of an agent, on `agent:<name>`; `.` for the root itself. */
export const AGENT_FOLDER = 'agent/folder';

const FOLDERS_DEEP_MAX = 4;

/**
 * The folder that the fact {@link AGENT_FOLDER} names, empty for the home itself; `undefined` for what
 * is no folder of a home, as anybody may have stated.
 */
export const folderOfFact = (value: Json | undefined): string | undefined =>
  value === '.' ? '' : typeof value === 'string' && inHome(value) === value ? value : undefined;

/**
 * The agent folders among the files of a home: those with a `model.md`, and the roles of projects,
 * which may leave it to their role. The role itself is no agent. A folder keeps the name it is `known`
 * by, so that what stands under that name stays the agent's; of others, two of one name are told
 * apart by their paths.
 */
export function findAgents(
  paths: readonly string[],
  { rootName, known }: { readonly rootName: string; readonly known: readonly AgentFolder[] },
): readonly AgentFolder[] {
  const instances = foldersWith('persona/IDENTITY.md', paths).filter(
    (folder) => cascadeFolders(folder, paths) !== undefined,
  );
  const folders = [...new Set([...foldersWith('model.md', paths), ...instances])]
    .filter((path) => path.split('/').length <= FOLDERS_DEEP_MAX)
    .filter((path) => !/(?:^|\/)roles\/[^/]+$/.test(path));
  const held = folders.map((path) => (path === '' ? rootName : nameOfFolder(path, known)));
  const wanted = folders.map((path, index) => held[index] ?? lastOf(path));
  return folders.map((path, index) => {
    const name = wanted[index] as string;
    const isAlone = wanted.indexOf(name) === wanted.lastIndexOf(name);
    return { name: isAlone || held[index] !== undefined ? name : path, path };
  });
}

const lastOf = (path: string): string => path.split('/').at(-1) as string;

/** The agents that the log knows, each with a folder of a home; a folder may have several names. */
export async function knownAgents(database: Database): Promise<readonly AgentFolder[]> {
  const found = await database.find([
    { e: { var: 'agent' }, a: AGENT_FOLDER, v: { var: 'folder' } },
  ]);
  return found.flatMap(({ agent, folder }) => {
    const path = folderOfFact(folder);
    const entity = isJsonObject(agent) ? agent['$ref'] : agent;
    return path === undefined ? [] : [{ name: String(entity).slice('agent:'.length), path }];
  });
}

/** The agents that the log knows, one for each folder. */
export async function agentFolders(database: Database): Promise<readonly AgentFolder[]> {
  const known = await knownAgents(database);
  return known.filter(({ name, path }) => name === nameOfFolder(path, known));
}

/**
 * What the agent of a folder is called: of the names it is known by the last part of its path, else
 * its path, else the first. There is one, so that it has one account, one lease and one goal.
 */
export function nameOfFolder(path: string, known: readonly AgentFolder[]): string | undefined {
  const names = known.filter((each) => each.path === path).map(({ name }) => name);
  return [lastOf(path), path].find((name) => names.includes(name)) ?? names.sort()[0];
}

const foldersWith = (file: string, paths: readonly string[]): readonly string[] =>
  paths
    .filter((path) => path === file || path.endsWith(`/${file}`))
    .map((path) => path.slice(0, -`/${file}`.length));

/**
 * The name of an agent that is the home itself: what the log calls it, else what its persona does
 * (`# IDENTITY - Harbor`), else the folder's name. A clone in a folder of another name is the same
 * agent.
 */
export async function rootAgentName(
  database: Database,
  { root, disk }: Pick<FolderContext, 'root' | 'disk'>,
): Promise<string> {
  const known = nameOfFolder('', await knownAgents(database));
  return known ?? personaName(root, disk) ?? basename(root);
}

/** What a persona calls its agent: `harbor` for `# IDENTITY - Harbor`. */
export function personaName(folder: string, disk: Disk): string | undefined {
  const identity = readFileAt(join(folder, 'persona/IDENTITY.md'), disk);
  const title = /^# IDENTITY\s*[-—–:]\s*([\w-]+)/i.exec(identity?.content.toString('utf8') ?? '');
  return title?.[1]?.toLowerCase();
}

/** The facts that a folder is an agent's. */
export const agentFacts = ({ name, path }: AgentFolder): readonly FactInput[] => [
  { e: `agent:${name}`, a: AGENT_FOLDER, v: path === '' ? '.' : path },
];

/** The agent folder a file belongs to; `undefined` for files of the home itself. */
export const agentOf = (path: string, agents: readonly AgentFolder[]): AgentFolder | undefined =>
  agents
    .filter((agent) => agent.path === '' || path.startsWith(`${agent.path}/`))
    .toSorted((a, b) => b.path.length - a.path.length)[0];
