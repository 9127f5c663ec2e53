import { formatInstant } from '../../base/index.ts';
import type { Binding, Database, Fact, KeptRead, Log } from '../../fact/index.ts';
import { journalDayPath, newJournalDay } from '../../folder/index.ts';
import { type DayEntries, dayOfEntries, withEntry } from './day-entries.ts';
import { entityName } from './entity-name.ts';
import { entriesWithin, textsInOrder } from './entries.ts';
import type { AgentSnapshot } from './snapshot.ts';

/** The newest day of an agent's journal. */
export interface RecentJournal {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  /** The day's heading. */
  readonly title: string;
  /** In the order they were known. */
  readonly entries: DayEntries;
}

/** The newest journal day the facts hold. */
export async function readRecentJournal(
  log: Pick<Log, 'blobs' | 'kept'>,
  snapshot: AgentSnapshot,
): Promise<RecentJournal | undefined> {
  const read = newestDayIn(snapshot.inHome(JOURNAL), log);
  const { day, entries } = await log.kept(read, snapshot.database);
  if (day === '') return undefined;
  const title = newJournalDay(day, titleOf(snapshot.agent)).trim();
  return { day, title, entries };
}

/** The newest day of a journal folder; `day` is empty when there is none. */
interface NewestDay {
  readonly day: string;
  readonly entries: DayEntries;
  /** Of the entries: one set for the day as it grows, so that growing copies none of them. */
  readonly entities: Set<string>;
  /** How many of the set are in this state of the day. */
  readonly count: number;
}

const JOURNAL = 'journal/';
const FILE = 'entry/file';
const HASH = 'entry/hash';
const TEXT = 'entry/text';

type Blobs = Pick<Log, 'blobs'>;

/** The read of each journal folder of a log: one and the same, so that its answer is kept. */
const reads = new WeakMap<Log['blobs'], Map<string, KeptRead<NewestDay>>>();

function newestDayIn(folder: string, log: Blobs): KeptRead<NewestDay> {
  const ofLog = reads.get(log.blobs) ?? new Map<string, KeptRead<NewestDay>>();
  reads.set(log.blobs, ofLog);
  const found = ofLog.get(folder);
  if (found !== undefined) return found;
  const made: KeptRead<NewestDay> = {
    attributes: [FILE, HASH, TEXT],
    read: async (database) => {
      const { day, entries } = await newestDay(folder, database);
      const texts = await textsInOrder(entries, { database, log });
      const entities = new Set(entries);
      return { day, entries: dayOfEntries(texts), entities, count: entities.size };
    },
    fold: (state, facts) => {
      let next: NewestDay | undefined = state;
      for (const [entity, said] of Map.groupBy(facts, ({ e }) => e)) {
        next = next && withFacts(next, folder, { entity, said });
      }
      return next;
    },
  };
  ofLog.set(folder, made);
  return made;
}

/** The day with one more entry; `undefined` when what is said changes entries, or is not all there. */
function withFacts(
  state: NewestDay,
  folder: string,
  { entity, said }: { readonly entity: string; readonly said: readonly Fact[] },
): NewestDay | undefined {
  if (state.entities.has(entity) || said.some(({ op }) => op === 'retract')) return undefined;
  const textOf = (name: string): string | undefined => {
    const value = said.find(({ a }) => a === name)?.v;
    return typeof value === 'string' ? value : undefined;
  };
  const file = textOf(FILE);
  // Of an entry that stands elsewhere, or stood there before.
  if (file === undefined) return state;
  if (!file.startsWith(folder)) return state;
  const day = dayOf(file);
  if (file !== pathOf(folder, day)) return undefined;
  if (day < state.day) return state;
  const text = textOf(TEXT);
  if (text === undefined || text === '' || textOf(HASH) === undefined) return undefined;
  if (day !== state.day) {
    return { day, entries: dayOfEntries([text]), entities: new Set([entity]), count: 1 };
  }
  // A state the day has grown on from already.
  if (state.entities.size !== state.count) return undefined;
  const entities = state.entities.add(entity);
  return { day, entries: withEntry(state.entries, text), entities, count: entities.size };
}

const DAY_MILLIS = 86_400_000;
/** Doublings of the days looked back through before everything older is looked at. */
const LOOK_BACKS = 14;

/**
 * The newest day with entries. It is looked for from today on, then back through ever longer
 * stretches, so that the cost goes by the entries of that time and not by the age of the agent.
 */
async function newestDay(folder: string, database: Database) {
  const today = Date.parse(formatInstant(database.valid).slice(0, 10));
  const pathBefore = (days: number): string =>
    pathOf(folder, new Date(today - days * DAY_MILLIS).toISOString().slice(0, 10));
  let below = `${folder.slice(0, -1)}0`;
  for (let look = 0; look <= LOOK_BACKS; look += 1) {
    const from = look === LOOK_BACKS ? folder : pathBefore(2 ** look - 1);
    const found = newestOf(await entriesWithin(database, { from, below }));
    if (found !== undefined) return found;
    below = from;
  }
  return { day: '', entries: [] };
}

function newestOf(found: readonly Binding[]) {
  const days = found.map(({ entry, file }) => ({
    entry: entityName(entry),
    day: dayOf(String(file)),
  }));
  const day = days.reduce((newest, each) => (each.day > newest ? each.day : newest), '');
  if (day === '') return undefined;
  return { day, entries: days.filter((each) => each.day === day).map(({ entry }) => entry) };
}

const pathOf = (folder: string, day: string): string =>
  folder.slice(0, -JOURNAL.length) + journalDayPath(day);

const dayOf = (file: string): string => /(\d{4}-\d{2}-\d{2})\.md$/.exec(file)?.[1] ?? '';

/** The name of an agent in a title: `harbor` is `Harbor`. */
const titleOf = (agent: string): string => {
  const name = agent.split('/').at(-1) ?? agent;
  return name.charAt(0).toUpperCase() + name.slice(1);
};
