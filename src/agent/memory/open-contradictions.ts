import { isJsonObject } from '../../base/index.ts';
import type { Database, Log } from '../../fact/index.ts';
import { documentEntity, type Folder, type WriteOptions } from '../../folder/index.ts';
import { contradictions } from './contradictions.ts';
import { liveNote } from './live-note.ts';
import type { LeftToPerson } from './outdated-note.ts';

/** Two live notes that contradict each other, until a person decides. */
export interface OpenContradiction {
  /** Path in the home of the note that was captured. */
  readonly note: string;
  /** Path of the one it contradicts. */
  readonly other: string;
  readonly why: string;
}

const CONTRADICTS = 'memory/contradicts';

/** States what a captured note leaves to a person, on the document of the note. */
export async function stateContradictions(
  log: Log,
  {
    file,
    left,
    inHome,
    write,
  }: {
    readonly file: string;
    readonly left: readonly LeftToPerson[];
    readonly inHome: (path: string) => string;
    readonly write: WriteOptions;
  },
): Promise<void> {
  const v = left.map((each) => ({ note: inHome(`memory/${each.file}`), why: each.why }));
  await log.transact([{ e: documentEntity(inHome(`memory/${file}`)), a: CONTRADICTS, v }], write);
}

/** What captures left to a person and is still so: both notes live, and still against each other. */
export async function openContradictions(
  database: Database,
  folder: Pick<Folder, 'readDocument'>,
): Promise<readonly OpenContradiction[]> {
  const stated = await database.find([{ e: { var: 'doc' }, a: CONTRADICTS, v: { var: 'others' } }]);
  const found = stated.flatMap(({ doc, others }) =>
    (Array.isArray(others) ? others : []).filter(isJsonObject).map(({ note, why }) => ({
      note: String(doc).slice('doc:'.length),
      other: String(note),
      why: String(why),
    })),
  );
  const open = await Promise.all(
    found.map(async (each) => ((await isOpen(each, folder)) ? [each] : [])),
  );
  return open.flat().toSorted((a, b) => (a.note < b.note ? -1 : 1));
}

async function isOpen(
  { note, other }: OpenContradiction,
  folder: Pick<Folder, 'readDocument'>,
): Promise<boolean> {
  const [one, against] = await Promise.all([liveNote(folder, note), liveNote(folder, other)]);
  if (one === undefined || against === undefined) return false;
  return (
    contradictions([
      { file: note, note: one },
      { file: other, note: against },
    ]).length > 0
  );
}
