import { formatInstant } from '../../base/index.ts';
import type { Binding, Log } from '../../fact/index.ts';
import { journalDayPath, newJournalDay } from '../../folder/index.ts';
import { entriesWithin, textsInOrder } from './entries.ts';
import { type AgentSnapshot, entityName } from './snapshot.ts';

/** The newest day of an agent's journal. */
export interface RecentJournal {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  /** The day's heading. */
  readonly title: string;
  /** In the order they were known. */
  readonly entries: readonly string[];
}

/** The newest journal day the facts hold. */
export async function readRecentJournal(
  log: Pick<Log, 'blobs'>,
  snapshot: AgentSnapshot,
): Promise<RecentJournal | undefined> {
  const { database } = snapshot;
  const newest = await newestDay(snapshot);
  if (newest === undefined) return undefined;
  const { day, entries } = newest;
  const title = newJournalDay(day, titleOf(snapshot.agent)).trim();
  return { day, title, entries: await textsInOrder(entries, { database, log }) };
}

const DAY_MILLIS = 86_400_000;
/** Doublings of the days looked back through before everything older is looked at. */
const LOOK_BACKS = 14;

/**
 * The newest day with entries. It is looked for from today on, then back through ever longer
 * stretches, so that the cost goes by the entries of that time and not by the age of the agent.
 */
async function newestDay(
  snapshot: AgentSnapshot,
): Promise<{ readonly day: string; readonly entries: readonly string[] } | undefined> {
  const prefix = snapshot.inHome('journal/');
  const today = Date.parse(formatInstant(snapshot.database.valid).slice(0, 10));
  const pathBefore = (days: number): string =>
    snapshot.inHome(journalDayPath(new Date(today - days * DAY_MILLIS).toISOString().slice(0, 10)));
  let below = `${prefix.slice(0, -1)}0`;
  for (let look = 0; look <= LOOK_BACKS; look += 1) {
    const from = look === LOOK_BACKS ? prefix : pathBefore(2 ** look - 1);
    const found = newestOf(await entriesWithin(snapshot.database, { from, below }));
    if (found !== undefined) return found;
    below = from;
  }
  return undefined;
}

function newestOf(found: readonly Binding[]) {
  const days = found.map(({ entry, file }) => ({
    entry: entityName(entry),
    day: /(\d{4}-\d{2}-\d{2})\.md$/.exec(String(file))?.[1] ?? '',
  }));
  const day = days.reduce((newest, each) => (each.day > newest ? each.day : newest), '');
  if (day === '') return undefined;
  return { day, entries: days.filter((each) => each.day === day).map(({ entry }) => entry) };
}

/** The name of an agent in a title: `harbor` is `Harbor`. */
const titleOf = (agent: string): string => {
  const name = agent.split('/').at(-1) ?? agent;
  return name.charAt(0).toUpperCase() + name.slice(1);
};
