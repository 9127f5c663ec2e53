import type { Binding, Database, Log } from '../../fact/index.ts';
import { entityName } from './entity-name.ts';
import type { AgentSnapshot } from './snapshot.ts';

/** An entry of an append-only file, by its place. */
export interface PlacedEntry {
  readonly entity: string;
  /** Path inside the agent folder. */
  readonly file: string;
}

/** Entries by the path of their file in the home, from one path on and below another. */
export const entriesWithin = (
  database: Database,
  range: { readonly from: string; readonly below: string },
): Promise<readonly Binding[]> =>
  database.find([{ e: { var: 'entry' }, a: 'entry/file', v: { var: 'file' }, range }]);

/** The entries of all append-only files under a folder of the agent, as the facts hold them. */
export async function entriesUnder(
  { database, inHome }: AgentSnapshot,
  folder: string,
): Promise<readonly PlacedEntry[]> {
  const from = inHome(`${folder}/`);
  const home = inHome('').length;
  const found = await entriesWithin(database, { from, below: `${from.slice(0, -1)}0` });
  return found.map(({ entry, file }) => ({
    entity: entityName(entry),
    file: String(file).slice(home),
  }));
}

/** The texts of entries in the order they became known. */
export async function textsInOrder(
  entries: readonly string[],
  { database, log }: { readonly database: Database; readonly log: Pick<Log, 'blobs'> },
): Promise<readonly string[]> {
  const placed = await Promise.all(
    entries.map(async (entry) => {
      const said = await database.history(entry, 'entry/hash');
      const stated = said.findLast(({ op }) => op === 'assert');
      const text = await database.get(entry, 'entry/text');
      if (typeof text === 'string') return { stated, text };
      const content = await log.blobs.get(String(await database.get(entry, 'entry/hash')));
      return { stated, text: content === undefined ? '' : Buffer.from(content).toString('utf8') };
    }),
  );
  return placed
    .toSorted(
      (a, b) =>
        (a.stated?.at ?? 0) - (b.stated?.at ?? 0) ||
        (a.stated?.position ?? 0) - (b.stated?.position ?? 0),
    )
    .map(({ text }) => text)
    .filter((text) => text !== '');
}
