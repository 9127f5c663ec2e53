import { within } from '../effect/index.ts';
import type { WriterStatus } from '../fact/index.ts';
import type { ReconcileReport } from '../folder/index.ts';
import { liveGit, openRepository, workTreeAbove } from '../git/index.ts';
import {
  gitLine,
  keeperStep,
  logLine,
  predecessorLine,
  reconcileLine,
  takenIn,
  trustLine,
} from './boot-lines.ts';
import { HomeError } from './error.ts';
import { foreignFolder, isAgentName } from './foreign.ts';
import { printGenerated } from './handoff.ts';
import { type Home, openHome } from './home.ts';
import { addJournalEntry } from './journal.ts';
import { isHome } from './locate.ts';
import type { Machine } from './machine.ts';
import { installMergeDriver } from './merge-driver.ts';
import { type Outlook, readOutlook } from './outlook.ts';
import { refuseForeignRepository, refuseLinkedLog } from './own-folders.ts';
import { agentState, openingFacts, recentSessions } from './session.ts';
import { readSettings } from './settings.ts';
import { installFiles, isFresh, type TemplateFile, workshopFiles } from './template.ts';
import { trustTemplate } from './trust-template.ts';

export interface BootOptions {
  readonly machine: Machine;
  /** The agent of a new home; an existing one, and a folder of the originals, says itself. */
  readonly agent?: string;
  /** Whether to trust the writers of the log that this machine does not know yet; no when absent. */
  readonly trust?: (unknown: readonly WriterStatus[]) => Promise<boolean>;
  /**
   * Whether a folder that holds something, and is neither a home nor a folder of the originals, shall
   * become one; no when absent.
   */
  readonly adopt?: (root: string) => Promise<boolean>;
  /** Told each step as it is done. */
  readonly onStep?: (step: BootStep) => void;
}

export interface BootStep {
  readonly name: string;
  readonly text: string;
  /** False for what did not work but does not stop a boot. */
  readonly ok: boolean;
}

export interface BootReport {
  readonly root: string;
  readonly fresh: boolean;
  readonly steps: readonly BootStep[];
  readonly reconciled: ReconcileReport;
  /** How things stood when the boot began. */
  readonly before: Outlook;
  readonly commit: string | undefined;
}

/**
 * Boots a home: makes a new workshop in an empty folder, continues an existing one, adopts a foreign
 * one, and any other one when asked to; else it throws `home/not-empty` and has made nothing. The
 * eleven steps of datum §4.1; nothing that a person or a predecessor wrote is overwritten.
 */
export async function boot(root: string, options: BootOptions): Promise<BootReport> {
  const { machine } = options;
  const steps: BootStep[] = [];
  const did = (name: string, text: string, ok = true): void => {
    const step = { name, text, ok };
    steps.push(step);
    options.onStep?.(step);
  };
  did('runtime', `Node.js ${process.versions.node}`);
  did('git', await gitLine(machine));
  const { fresh, adopted } = await prepareFolder(root, options, did);

  const home = await openHome(root, { machine });
  try {
    did('log', await logLine(home, { fresh }));
    if (fresh) trustTemplate(home, adopted);
    const unknown = await unknownWriters(home, options);
    did('trust', trustLine(unknown), unknown.length === 0);
    const keeper = await keeperStep(home, unknown);
    did('keeper', keeper.text, keeper.ok);
    const reconciled = await home.reconcile();
    did('folder', reconcileLine(reconciled), reconciled.damaged.length === 0);
    for (const { file, line, message } of reconciled.damaged) {
      did('damaged', `${file}:${line}: ${message}`, false);
    }
    for (const text of takenIn(home, { fresh })) did('taken in', text);
    for (const { message } of home.log.tookIn.problems) did('not taken in', message, false);
    const before = await readOutlook(home);
    did('predecessor', predecessorLine(before));
    did('agent', await openSession(home));
    await addJournalEntry(home, { category: 'BOOT', content: bootEntry(home) });
    did('journal', 'boot entered in JOURNAL.md');
    await printGenerated(home);
    did('trail', 'TRAIL.md printed from facts');
    home.touch(adopted);
    const message = fresh
      ? `boot: new home of ${home.settings.agent}`
      : `boot: ${home.settings.agent} continues`;
    const commit = await home.commit(message, 'session');
    did('commit', commit === undefined ? 'nothing to commit' : `committed ${commit.slice(0, 10)}`);
    return { root, fresh, steps, reconciled, before, commit };
  } finally {
    await home.close();
  }
}

type Tell = (name: string, text: string, ok?: boolean) => void;

interface Prepared {
  readonly fresh: boolean;
  /** Paths that boot put into the folder. */
  readonly adopted: readonly string[];
}

/** Makes the folder, its repository and the files of a workshop, as far as they are not there. */
async function prepareFolder(
  root: string,
  { machine, adopt = async () => false, ...options }: BootOptions,
  did: Tell,
): Promise<Prepared> {
  const { disk, env } = machine;
  const { agent = readSettings(root, disk).agent } = options;
  if (!isAgentName(agent)) throw noAgentName(agent);
  const isFile = disk.exists(root) && !disk.lstat(disk.realpath(root)).isDirectory();
  if (isFile) throw noFolder(root);
  const files = workshopFiles(agent, disk);
  const wasHome = isHome(root, disk);
  const fresh = !disk.exists(root) || isFresh(root, files, disk);
  const isKnown = fresh || wasHome || foreignFolder(root, disk) !== undefined;
  if (!isKnown && !(await adopt(root))) throw notEmpty(root);
  disk.makeFolder(root);
  refuseLinkedLog(root, disk);
  refuseForeignRepository(root, disk);
  if (workTreeAbove(root, disk) !== root) {
    await within([liveGit({ env })], () => openRepository(root).init());
  }
  await within([liveGit({ env })], () => installMergeDriver(openRepository(root), disk));
  const wanted = fresh ? files : wasHome ? [] : essentials(files);
  const adopted = installFiles(root, wanted, disk);
  const place = fresh ? 'new workshop' : wasHome ? 'existing home' : 'existing folder, adopted';
  did('workshop', `${place} at ${root}`);
  if (fresh) {
    const count = (prefix: string): number =>
      files.filter(({ path }) => path.startsWith(prefix)).length;
    did(
      'documents',
      `${count('context/')} context files, ${count('prompts/')} prompts, ${count('tools/') - 2} tools`,
    );
  }
  return { fresh, adopted };
}

const noAgentName = (agent: string): HomeError =>
  new HomeError({
    code: 'home/agent-name',
    kind: 'usage',
    message: `${JSON.stringify(agent)} is no name of an agent`,
    hint: 'use up to 64 letters, digits, - and _',
  });

const notEmpty = (root: string): HomeError =>
  new HomeError({
    code: 'home/not-empty',
    kind: 'usage',
    message: `${root} holds files of something else, and a home takes in and commits the documents it holds`,
    hint: 'name a new or an empty folder, or say that this one shall become a home: datum boot --adopt',
    data: { root },
  });

const noFolder = (root: string): HomeError =>
  new HomeError({
    code: 'home/no-folder',
    kind: 'usage',
    message: `${root} is no folder`,
    hint: 'name a folder, or one that is to be made',
  });

/** What a folder that someone else began gets: settings, and git's rules where there are none. */
const essentials = (files: readonly TemplateFile[]): readonly TemplateFile[] =>
  files.filter(({ path }) => ['datum.toml', '.gitattributes', '.gitignore'].includes(path));

/** The writers whose facts do not count here; none after they were trusted. */
async function unknownWriters(
  { log }: Home,
  { trust = async () => false }: BootOptions,
): Promise<readonly WriterStatus[]> {
  const writers = await log.trust.writers();
  const unknown = writers.filter((each) => each.trust === 'unknown');
  if (unknown.length === 0 || !(await trust(unknown))) return unknown;
  await log.trust.add(unknown.map(({ writer }) => writer));
  return [];
}

async function openSession(home: Home): Promise<string> {
  const { log, by, machine, settings } = home;
  const { agent } = settings;
  const isNew = (await agentState(await log.at(), agent)) === 'uninitialized';
  if (isNew) {
    await log.transact([{ e: `agent:${agent}`, a: 'agent/state', v: 'onboarded' }], { by });
    await addJournalEntry(home, { category: 'ONBOARD', content: 'Running standalone, no keeper' });
  }
  await log.transact(openingFacts(agent, machine), { by, why: { source: 'boot' } });
  await addJournalEntry(home, { category: 'ACTIVATE', content: `Agent activated as ${agent}` });
  const [session] = await recentSessions(log, { agent, limit: 1 });
  return `${agent} active, ${session?.entity ?? ''}`;
}

const bootEntry = ({ settings, root }: Home): string =>
  [
    `- Agent: ${settings.agent}`,
    '- State: active',
    `- Workshop: ${root}`,
    '- Keeper: standalone',
  ].join('\n');
