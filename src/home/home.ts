import { join } from 'node:path';
import { type Disk, systemClock, systemDisk, systemRandom } from '../base/index.ts';
import { within } from '../effect/index.ts';
import { isUnwritable, type Log, openLog } from '../fact/index.ts';
import {
  type Folder,
  fileKind,
  type Marks,
  memoryMarks,
  openFolder,
  openMarks,
  type ReconcileReport,
} from '../folder/index.ts';
import {
  type Author,
  liveGit,
  openRepository,
  type Repository,
  workTreeAbove,
} from '../git/index.ts';
import type { AgentDoor } from './agent-door.ts';
import { lazyAgent } from './lazy-agent.ts';
import type { Machine } from './machine.ts';
import { mergeSettings } from './merge-driver.ts';
import { refuseForeignRepository, refuseLinkedLog } from './own-folders.ts';
import { readSettings, type Settings } from './settings.ts';

export interface OpenHomeOptions {
  /** This machine when absent. */
  readonly machine?: Machine;
  /** Reads only: takes nothing in and writes nothing. */
  readonly readOnly?: boolean;
}

/** An opened home: its log, its files and its repository. */
export interface Home {
  readonly root: string;
  readonly settings: Settings;
  readonly machine: Machine;
  readonly log: Log;
  readonly folder: Folder;
  /** In whose name commands write here: `user:<login name>`, claimed and not proven. */
  readonly by: string;
  /** Opened for reading only, or lying on a disk that cannot be written. */
  readonly readOnly: boolean;
  /** Works with the git repository of the home; `undefined` where there is none. */
  git<Result>(work: (repository: Repository) => Promise<Result>): Promise<Result | undefined>;
  /** Takes in what was edited by hand; what it took in goes into the next commit. */
  reconcile(): Promise<ReconcileReport>;
  /** Names files for the commits of this opening that the log takes no notice of. */
  touch(paths: readonly string[]): void;
  /** The agent of a name: to run, to resume, to look at its prompt. Loads what a run needs. */
  agent(name: string): AgentDoor;
  /** Commits the log and the files it follows, when the settings say so; answers the commit. */
  commit(message: string, when?: 'command' | 'session'): Promise<string | undefined>;
  close(): Promise<void>;
}

const thisMachine = (): Machine => ({
  clock: systemClock,
  random: systemRandom,
  disk: systemDisk,
  env: process.env,
});

/** Opens a home. Throws what the log throws: missing history, a changed past, a newer format. */
export async function openHome(root: string, options: OpenHomeOptions = {}): Promise<Home> {
  const { machine = thisMachine(), readOnly = false } = options;
  const { disk, clock, random, env } = machine;
  refuseLinkedLog(root, disk);
  refuseForeignRepository(root, disk);
  const settings = readSettings(root, disk);
  const log = await openLog({ home: root, clock, random, disk, env, readOnly });
  const git = gitOf(root, machine);
  const marks = readOnly ? undefined : ownMarks(root, disk);
  const touched = new Set<string>();
  const touch = (paths: readonly string[]): void => {
    for (const path of paths) touched.add(path);
  };
  const folder = openFolder({
    log,
    root,
    disk,
    random,
    marks: marks ?? memoryMarks(),
    git: gitView(git),
  });
  const by = principalOf(env);
  const home: Home = {
    root,
    settings,
    machine,
    log,
    folder,
    by,
    readOnly: marks === undefined,
    git,
    touch,
    agent: (name) =>
      lazyAgent(name, async () => (await import('./agent-door.ts')).agentDoor(home, name)),
    reconcile: () => folder.reconcile({ by }),
    commit: async (message, when = 'command') => {
      if (settings.commit === 'never') return undefined;
      if (settings.commit === 'session' && when === 'command') return undefined;
      await log.sync();
      const author = authorOf(settings);
      return git(async (repository) => {
        const changes = await repository.changes();
        const paths = changes.filter((path) => isKept(path) || touched.has(path));
        return repository.commit(paths, { message, author });
      });
    },
    close: async () => {
      folder.close();
      await log.close();
    },
  };
  return home;
}

/** What this copy last saw on disk; `undefined` where the disk cannot be written. */
function ownMarks(root: string, disk: Disk): Marks | undefined {
  const file = join(root, '.datum', 'local-marks.sqlite');
  try {
    // An archive may bring a pipe by this name along.
    if (disk.lstat(file, { throwIfNoEntry: false })?.isFile() === false) disk.remove(file);
    disk.close(disk.open(file, 'a'));
    return openMarks(file);
  } catch (error) {
    if (isUnwritable(error)) return undefined;
    throw error;
  }
}

/** True for what the log knows of: its own files, and the documents and journals it follows. */
const isKept = (path: string): boolean =>
  path.startsWith('.datum/') || fileKind(path) !== undefined;

/** The author of datum's own commits; a person's git settings are not needed. */
export const authorOf = ({ agent }: Settings): Author => ({
  name: agent,
  email: `${agent}@datum.invalid`,
});

/** `user:<login name>`. */
export function principalOf(env: Machine['env']): string {
  const name = env['DATUM_USER'] ?? env['USER'] ?? env['USERNAME'] ?? env['LOGNAME'] ?? 'local';
  return `user:${name.replace(/\s+/g, '-').toLowerCase()}`;
}

type GitRunner = Home['git'];

/** Git as effects on the repository whose work tree is the home itself. */
function gitOf(root: string, { disk, env }: Machine): GitRunner {
  const handlers = [liveGit({ env, settings: mergeSettings() })];
  const repository = openRepository(root);
  return async (work) =>
    workTreeAbove(root, disk) === root ? within(handlers, () => work(repository)) : undefined;
}

const gitView = (git: GitRunner) => ({
  unmerged: async () => (await git((repository) => repository.unmerged())) ?? [],
  ignored: async () => (await git((repository) => repository.ignored())) ?? [],
});
