import type { Log } from '../../fact/index.ts';
import { isPrimary, parseRunLog } from '../../folder/index.ts';
import { entriesUnder, textsInOrder } from '../prompt/entries.ts';
import { type FiledNote, readNotes } from '../prompt/notes.ts';
import type { AgentSnapshot } from '../prompt/snapshot.ts';
import { addDays } from '../text/days.ts';

/** One day of the journal, or of the run log, as a dream reads it. */
export interface PastDay {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly text: string;
}

/** What a dream looks at. */
export interface Material {
  readonly today: string;
  readonly notes: readonly FiledNote[];
  /** Oldest first. */
  readonly journal: readonly PastDay[];
  /** What was asked, day by day; what happened inside a run is not in it. */
  readonly log: readonly PastDay[];
}

export interface Lookback {
  readonly today: string;
  readonly journalDays: number;
  readonly logDays: number;
}

export async function readMaterial(
  log: Pick<Log, 'blobs'>,
  snapshot: AgentSnapshot,
  { today, journalDays, logDays }: Lookback,
): Promise<Material> {
  const days = (folder: string, back: number) =>
    readDays(log, snapshot, { folder, since: addDays(today, -back) });
  return {
    today,
    notes: await readNotes(snapshot),
    journal: await days('journal', journalDays),
    log: (await days('log', logDays)).map(({ day, text }) => ({ day, text: askedIn(text, day) })),
  };
}

async function readDays(
  log: Pick<Log, 'blobs'>,
  snapshot: AgentSnapshot,
  { folder, since }: { readonly folder: string; readonly since: string },
): Promise<readonly PastDay[]> {
  const byDay = new Map<string, string[]>();
  for (const { entity, file } of await entriesUnder(snapshot, folder)) {
    const day = /(\d{4}-\d{2}-\d{2})\.(?:md|jsonl)$/.exec(file)?.[1];
    if (day === undefined || day < since) continue;
    byDay.set(day, [...(byDay.get(day) ?? []), entity]);
  }
  const days = [...byDay].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Promise.all(
    days.map(async ([day, entities]) => ({
      day,
      text: (await textsInOrder(entities, { database: snapshot.database, log })).join('\n'),
    })),
  );
}

const askedIn = (text: string, day: string): string =>
  parseRunLog(text, day)
    .lines.filter(({ record }) => isPrimary(record))
    .map(({ record }) => `- ${record.status}: ${record.summary}`)
    .join('\n');
