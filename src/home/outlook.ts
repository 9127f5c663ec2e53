import { join } from 'node:path';
import type { Disk, Micros } from '../base/index.ts';
import type { Database } from '../fact/index.ts';
import {
  type BoardTask,
  type Folder,
  parseTaskBoard,
  parseTrail,
  parseWorkJournal,
  type TrailSection,
  type WorkEntry,
} from '../folder/index.ts';
import { readDisputes } from './dispute.ts';
import type { Home } from './home.ts';
import { type AgentState, agentState, recentSessions, type Session } from './session.ts';

/** What somebody who comes to a home needs to know first. */
export interface Outlook {
  readonly agent: string;
  readonly state: AgentState;
  /** Newest first. */
  readonly sessions: readonly Session[];
  readonly inProgress: readonly string[];
  readonly open: readonly string[];
  readonly done: readonly string[];
  /** Newest last. */
  readonly journal: readonly WorkEntry[];
  readonly journalEntries: number;
  /** What TRAIL.md says, whoever wrote it. */
  readonly trail: readonly TrailSection[];
  /** Paths of bottles nobody has marked as read. */
  readonly unread: readonly string[];
  /** Runs that began and did not end. */
  readonly unfinishedRuns: readonly string[];
  /** What two sides both wrote and nobody has settled: conflict entities, and paths. */
  readonly conflicts: readonly string[];
  /** Notes that contradict each other, which only a person can settle. */
  readonly contradictions: readonly string[];
  /** Caps that spending came near or passed in the last day, oldest first. */
  readonly alerts: readonly string[];
  /** Numbered advice, most pressing first; never empty. */
  readonly suggestions: readonly string[];
}

const RECENT_ENTRIES = 5;
const DAY_MICROS = 86_400_000_000;

/** Reads the outlook of a home; changes nothing. */
export async function readOutlook(
  home: Pick<Home, 'root' | 'machine' | 'log' | 'folder' | 'settings'>,
): Promise<Outlook> {
  const { root, log, folder } = home;
  const { disk, clock } = home.machine;
  const { agent } = home.settings;
  const database = await log.at();
  const tasks = await boardTasks(folder);
  const entries = await journalEntries(folder);
  const facts = {
    agent,
    state: await agentState(database, agent),
    sessions: await recentSessions(log, { agent }),
    inProgress: textsOf(tasks, (task) => !task.done && task.section === 'In Progress'),
    open: textsOf(tasks, (task) => !task.done && task.section !== 'In Progress'),
    done: textsOf(tasks, (task) => task.done),
    journal: entries.slice(-RECENT_ENTRIES),
    journalEntries: entries.length,
    trail: await trailSections(folder),
    unread: await unreadBottles(bottlesFor(agent, { root, disk }), database),
    unfinishedRuns: await entitiesWith(database, 'run/state', 'running'),
    conflicts: (await readDisputes(database)).map(({ name }) => name),
    contradictions: await contradictionsOf(database, folder),
    alerts: await alertsSince(database, clock.now() - DAY_MICROS),
  };
  return { ...facts, suggestions: suggestionsFor(facts) };
}

/** Where no cap was ever near its end, the room that knows of caps is not loaded. */
async function alertsSince(database: Database, since: Micros): Promise<readonly string[]> {
  const passed = await database.find([{ e: { var: 'account' }, a: 'budget/alert' }]);
  if (passed.length === 0) return [];
  const { readAlerts } = await import('../guard/index.ts');
  const alerts = await readAlerts(database);
  return alerts.filter(({ at }) => at > since).map(({ account, text }) => `${account}: ${text}`);
}

/** Where no capture left one to a person, the room of agents is not loaded. */
async function contradictionsOf(database: Database, folder: Folder): Promise<readonly string[]> {
  const left = await database.find([{ e: { var: 'doc' }, a: 'memory/contradicts' }]);
  if (left.length === 0) return [];
  const { openContradictions } = await import('../agent/index.ts');
  const open = await openContradictions(database, folder);
  return open.map(({ note, other, why }) => `${note} against ${other}: ${why}`);
}

async function boardTasks(folder: Folder): Promise<readonly BoardTask[]> {
  const board = await folder.readDocument('TASKBOARD.md');
  return board === undefined ? [] : parseTaskBoard(board.content, board.path).tasks;
}

async function journalEntries(folder: Folder): Promise<readonly WorkEntry[]> {
  const journal = await folder.readDocument('JOURNAL.md');
  return journal === undefined ? [] : parseWorkJournal(journal.content, journal.path).entries;
}

async function trailSections(folder: Folder): Promise<readonly TrailSection[]> {
  const trail = await folder.readDocument('TRAIL.md');
  return trail === undefined ? [] : parseTrail(trail.content, trail.path).sections;
}

const textsOf = (
  tasks: readonly BoardTask[],
  wanted: (task: BoardTask) => boolean,
): readonly string[] => tasks.filter(wanted).map(({ text }) => text);

async function entitiesWith(database: Database, a: string, v?: string): Promise<readonly string[]> {
  const bindings = await database.find([{ e: { var: 'e' }, a, ...(v === undefined ? {} : { v }) }]);
  return bindings.map(({ e }) => String(e)).sort();
}

const MAIL = 'message-in-a-bottle';

/** Paths of the bottles that lie in the inboxes of an agent, in path order. */
function bottlesFor(
  agent: string,
  { root, disk }: { readonly root: string; readonly disk: Disk },
): readonly string[] {
  return ['for-any-vessel', `for-${agent}`].flatMap((inbox) => {
    const folder = join(root, MAIL, inbox);
    const names = disk.exists(folder) ? disk.list(folder) : [];
    return names.filter((name) => name.endsWith('.md')).map((name) => `${MAIL}/${inbox}/${name}`);
  });
}

async function unreadBottles(
  bottles: readonly string[],
  database: Database,
): Promise<readonly string[]> {
  const read = await Promise.all(
    bottles.map((path) => database.get(`doc:${path}`, 'mail/read-by')),
  );
  return bottles.filter((_, index) => read[index] === undefined);
}

type Findings = Omit<Outlook, 'suggestions'>;

/** Advice in order of urgency; there is always something to do next. */
function suggestionsFor(outlook: Findings): readonly string[] {
  const { conflicts, contradictions, unfinishedRuns, unread, inProgress, open } = outlook;
  const plural = (count: number, noun: string): string =>
    `${count} ${noun}${count === 1 ? '' : 's'}`;
  const advice: readonly (readonly [boolean, string])[] = [
    [conflicts.length > 0, `Settle ${plural(conflicts.length, 'conflict')}: datum accept`],
    [
      contradictions.length > 0,
      `Decide ${plural(contradictions.length, 'contradiction')} of notes: edit or archive one of the two`,
    ],
    [
      unfinishedRuns.length > 0,
      `Look at ${plural(unfinishedRuns.length, 'unfinished run')}: datum show ${unfinishedRuns[0]}`,
    ],
    [unread.length > 0, `Read ${plural(unread.length, 'message')}, first ${unread[0]}`],
    [inProgress.length > 0, `Go on with: ${inProgress[0]}`],
    [open.length > 0, `Take one of ${plural(open.length, 'open task')}, first: ${open[0]}`],
    [open.length + inProgress.length === 0, 'Write the next task into TASKBOARD.md'],
    [true, 'Before you leave: datum handoff --note "<what the next one must know>"'],
  ];
  return advice.filter(([applies]) => applies).map(([, text]) => text);
}
