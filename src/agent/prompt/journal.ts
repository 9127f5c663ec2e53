import type { Database, Log } from '../../fact/index.ts';
import { newJournalDay } from '../../folder/index.ts';
import { type AgentSnapshot, entityName } from './snapshot.ts';

/** The newest day of an agent's journal. */
export interface RecentJournal {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly text: string;
}

/** The newest journal day the facts hold, its entries in the order they were known. */
export async function readRecentJournal(
  log: Pick<Log, 'blobs'>,
  snapshot: AgentSnapshot,
): Promise<RecentJournal | undefined> {
  const { database } = snapshot;
  const prefix = snapshot.inHome('journal/');
  const found = await database.find([
    {
      e: { var: 'entry' },
      a: 'entry/file',
      v: { var: 'file' },
      range: { from: prefix, below: `${prefix.slice(0, -1)}0` },
    },
  ]);
  const days = found.map(({ entry, file }) => ({
    entry: entityName(entry),
    day: /(\d{4}-\d{2}-\d{2})\.md$/.exec(String(file))?.[1] ?? '',
  }));
  const day =
    days
      .map((each) => each.day)
      .toSorted()
      .at(-1) ?? '';
  if (day === '') return undefined;
  const entries = days.filter((each) => each.day === day).map(({ entry }) => entry);
  const texts = await textsInOrder(entries, { database, log });
  const title = newJournalDay(day, titleOf(snapshot.agent)).trim();
  return { day, text: [title, ...texts].join('\n\n') };
}

/** The name of an agent in a title: `harbor` is `Harbor`. */
const titleOf = (agent: string): string => {
  const name = agent.split('/').at(-1) ?? agent;
  return name.charAt(0).toUpperCase() + name.slice(1);
};

async function textsInOrder(
  entries: readonly string[],
  { database, log }: { readonly database: Database; readonly log: Pick<Log, 'blobs'> },
): Promise<readonly string[]> {
  const placed = await Promise.all(
    entries.map(async (entry) => {
      const [first] = await database.history(entry, 'entry/hash');
      const text = await database.get(entry, 'entry/text');
      if (typeof text === 'string') return { first, text };
      const content = await log.blobs.get(String(await database.get(entry, 'entry/hash')));
      return { first, text: content === undefined ? '' : Buffer.from(content).toString('utf8') };
    }),
  );
  return placed
    .toSorted(
      (a, b) =>
        (a.first?.at ?? 0) - (b.first?.at ?? 0) ||
        (a.first?.position ?? 0) - (b.first?.position ?? 0),
    )
    .map(({ text }) => text)
    .filter((text) => text !== '');
}
