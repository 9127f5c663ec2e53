import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import type { Disk } from '../../base/index.ts';
import type { CascadeFolders, ToolsFile } from '../../folder/index.ts';
import { AgentError } from '../error.ts';
import type { AgentSnapshot } from '../prompt/snapshot.ts';
import type { LoadedRun } from '../stage/load.ts';
import { RealPaths } from './real-paths.ts';

/** Where an agent may read and write, as absolute paths. */
export interface AllowedPaths {
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** Where nobody writes, whatever `write` says; among `read` too as far as it may be read. */
  readonly readOnly: readonly string[];
  /** The only folder in which a role of a project may write, whatever `write` says. */
  readonly within?: string;
}

/** Where the paths of a tools.md begin. */
export interface PathOrigin {
  readonly agent: string;
  /** The agent's folder, absolute. */
  readonly folder: string;
  /** What `~` stands for. */
  readonly homeFolder: string;
  /** Folders of an agent that is a role in a project, absolute. */
  readonly cascade?: CascadeFolders;
}

/**
 * The paths of tools.md. `~/agents/<name>/` and `~/docs/agents/<name>/`, where the original system
 * keeps agents, stand for the agent's folder wherever it lies now; relative paths begin there too. A
 * role of a project reads all of its project and writes only its own folder (atomic-runtime §20).
 */
export function allowedPaths(tools: ToolsFile, origin: PathOrigin): AllowedPaths {
  const paths = (items: ToolsFile['readPaths']): readonly string[] =>
    items.map(({ text }) => absolutePath(text, origin));
  const { cascade, folder } = origin;
  return {
    read: [
      ...paths(tools.readPaths),
      ...paths(tools.readOnlyPaths),
      ...(cascade === undefined ? [] : [cascade.project, cascade.role]),
    ],
    write: paths(tools.writePaths).filter(
      (path) => cascade === undefined || isUnder(path, [folder]),
    ),
    readOnly: paths(tools.readOnlyPaths),
    ...(cascade === undefined ? {} : { within: folder }),
  };
}

/** Where the paths of a run's tools.md begin. */
export const pathOrigin = ({ world, snapshot }: LoadedRun): PathOrigin =>
  originOf(snapshot, { root: world.folder.root, homeFolder: world.homeFolder });

/** Where the paths of an agent's tools.md begin. */
export function originOf(
  { agent, path, cascade }: AgentSnapshot,
  { root, homeFolder }: { readonly root: string; readonly homeFolder: string },
): PathOrigin {
  const inHome = (part: string): string => join(root, part);
  const folders = cascade && {
    role: inHome(cascade.role.inHome('')),
    project: inHome(cascade.project.inHome('')),
  };
  return {
    agent,
    folder: inHome(path),
    homeFolder,
    ...(folders === undefined ? {} : { cascade: folders }),
  };
}

/** A path as an agent writes it, made absolute. */
export function absolutePath(path: string, { agent, folder, homeFolder }: PathOrigin): string {
  const name = agent.split('/').at(-1) ?? agent;
  for (const root of ['~/agents/', '~/docs/agents/']) {
    const own = `${root}${name}`;
    if (path === own || path.startsWith(`${own}/`))
      return resolve(folder, `.${path.slice(own.length)}`);
  }
  if (path === '~' || path.startsWith('~/')) return resolve(homeFolder, `.${path.slice(1)}`);
  return isAbsolute(path) ? resolve(path) : resolve(folder, path);
}

/** True for a path that is one of the roots or lies below one. */
export const isUnder = (path: string, roots: readonly string[]): boolean =>
  roots.some((root) => path === root || path.startsWith(root.endsWith(sep) ? root : root + sep));

/** What git or datum would believe or run. */
export const isInternal = (path: string): boolean =>
  path.split(sep).some((part) => /^\.(?:git|datum)$/i.test(part));

/** The files that hold an agent's caps, models and paths, and those of its home. */
const RULES = ['model.md', 'tools.md'];
const HOME_RULES = 'datum.toml';

/** What holds an agent: it is a person's to change, whatever the write paths say. */
export function isRule(path: string, disk: Disk): boolean {
  const name = basename(path).toLowerCase();
  return name === HOME_RULES || (RULES.includes(name) && isAgentFolder(dirname(path), disk));
}

const isAgentFolder = (folder: string, disk: Disk): boolean => disk.exists(join(folder, 'persona'));

/** True when the agent may write there; read-only and what holds it win, and nobody writes into `.git` or `.datum`. */
export function mayWrite(path: string, allowed: AllowedPaths, disk: Disk): boolean {
  const reals = new RealPaths(disk);
  const real = reals.of(path);
  const isIn = (roots: readonly string[]): boolean =>
    isUnder(
      real,
      roots.filter((root) => reals.leads(root)).map((root) => reals.of(root)),
    );
  return (
    !isInternal(real) &&
    !isRule(real, disk) &&
    isIn(allowed.write) &&
    (allowed.within === undefined || isIn([allowed.within])) &&
    // What one that leads nowhere may protect is not known.
    allowed.readOnly.every((root) => reals.leads(root)) &&
    !isIn(allowed.readOnly)
  );
}

/**
 * True when the agent may read there: what it may write or only read, it may read. Nobody reads in `.git`
 * or `.datum`: addresses of remotes hold passwords, and the log what other agents were told.
 */
export function mayRead(path: string, allowed: AllowedPaths, disk: Disk): boolean {
  const reals = new RealPaths(disk);
  const real = reals.of(path);
  const roots = [...allowed.read, ...allowed.write]
    .filter((root) => reals.leads(root))
    .map((root) => reals.of(root));
  return !isInternal(real) && isUnder(real, roots);
}

/** The error for a path that tools.md does not allow. */
export const pathRefused = (path: string, doing: 'read' | 'write'): AgentError =>
  new AgentError({
    code: 'agent/path-refused',
    kind: 'refused',
    message: `tools.md does not let this agent ${doing} ${path}`,
    hint: `use a path under one of its ${doing} paths, or add this one to tools.md by hand`,
    data: { path },
  });
