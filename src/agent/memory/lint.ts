import { FolderError, isNoteFileName, parseMemoryIndex, parseNote } from '../../folder/index.ts';
import type { FiledNote } from '../prompt/notes.ts';
import type { AgentSnapshot } from '../prompt/snapshot.ts';
import { type Contradiction, contradictions } from './contradictions.ts';
import { distance } from './distance.ts';
import type { LintFinding } from './lint-finding.ts';

const STALE_DAYS = 90;
const DUPLICATE_DISTANCE = 5;

/** Looks a memory over (atomic-runtime §4.7), as of a day, `YYYY-MM-DD`. */
export async function lintMemory(
  snapshot: AgentSnapshot,
  day: string,
): Promise<readonly LintFinding[]> {
  const { notes, damaged } = await readAll(snapshot);
  const live = notes.filter(({ note }) => !note.archived && note.supersededBy === undefined);
  return [
    ...damaged,
    ...duplicates(live),
    ...contradictions(live).map(contradictionFinding),
    ...dated(live, day),
    ...(await indexFindings(snapshot, notes)),
    ...notes.flatMap((each) => linkFindings(each, notes)),
  ];
}

function contradictionFinding({ earlier, later, sentences, ask }: Contradiction): LintFinding {
  const [one, other] = sentences;
  const end =
    ask === undefined ? `the later one wins: ${later.file}` : `for a person to decide: ${ask}`;
  return {
    kind: 'contradiction',
    files: [earlier.file, later.file],
    message: `"${one}" against "${other}"; ${end}`,
  };
}

async function readAll(snapshot: AgentSnapshot) {
  const notes: FiledNote[] = [];
  const damaged: LintFinding[] = [];
  for (const path of snapshot.paths) {
    const file = path.startsWith('memory/') ? path.slice('memory/'.length) : '';
    if (!isNoteFileName(file)) continue;
    try {
      notes.push({ file, note: parseNote((await snapshot.read(path)) as string, path) });
    } catch (error) {
      if (!(error instanceof FolderError)) throw error;
      damaged.push({ kind: 'damaged', files: [file], message: error.message });
    }
  }
  return { notes, damaged };
}

function duplicates(notes: readonly FiledNote[]): readonly LintFinding[] {
  return notes.flatMap((a, index) =>
    notes.slice(index + 1).flatMap((b): readonly LintFinding[] => {
      const near = (left: string, right: string): boolean =>
        Math.min(left.length, right.length) > DUPLICATE_DISTANCE &&
        distance(left.toLowerCase(), right.toLowerCase(), DUPLICATE_DISTANCE) <= DUPLICATE_DISTANCE;
      const isNear = near(a.note.name, b.note.name) || near(a.note.description, b.note.description);
      if (!isNear) return [];
      const message = `"${a.note.name}" and "${b.note.name}" may be one note`;
      return [{ kind: 'duplicate', files: [a.file, b.file], message }];
    }),
  );
}

function dated(notes: readonly FiledNote[], day: string): readonly LintFinding[] {
  const oldest = new Date(Date.parse(day) - STALE_DAYS * 86_400_000).toISOString().slice(0, 10);
  return notes.flatMap(({ file, note }): readonly LintFinding[] => {
    const { expiresAt, lastSeen, pinned, confidence, sources } = note;
    const isProven = sources.some((source) => source.trim() !== '' && source !== 'observation');
    return [
      ...(expiresAt !== undefined && expiresAt < day
        ? [{ kind: 'expired', files: [file], message: `expired on ${expiresAt}` } as const]
        : []),
      ...(!pinned && lastSeen < oldest
        ? [{ kind: 'stale', files: [file], message: `last seen on ${lastSeen}` } as const]
        : []),
      ...(confidence === 'high' && !isProven
        ? [
            {
              kind: 'unproven',
              files: [file],
              message: 'high confidence without a source',
            } as const,
          ]
        : []),
    ];
  });
}

async function indexFindings(
  snapshot: AgentSnapshot,
  notes: readonly FiledNote[],
): Promise<readonly LintFinding[]> {
  const text = await snapshot.read('memory/INDEX.md');
  if (text === undefined) return [];
  const { entries } = parseMemoryIndex(text, 'memory/INDEX.md');
  const isThere = (file: string): boolean => snapshot.hashOf(`memory/${file}`) !== undefined;
  return [
    ...notes
      .filter(({ file }) => !text.includes(file) && !text.includes(file.replace(/\.md$/, '')))
      .map(
        ({ file }) =>
          ({ kind: 'not-in-index', files: [file], message: 'INDEX.md does not name it' }) as const,
      ),
    ...entries
      .filter(({ file }) => isNoteFileName(file) && !isThere(file))
      .map(
        ({ file }) =>
          ({
            kind: 'index-without-note',
            files: [file],
            message: 'INDEX.md names it; there is no such note',
          }) as const,
      ),
  ];
}

function linkFindings(
  { file, note }: FiledNote,
  notes: readonly FiledNote[],
): readonly LintFinding[] {
  const { supersedes, supersededBy } = note;
  const older = notes.find((each) => each.file === supersedes);
  const isMissing = supersedes !== undefined && older === undefined;
  const isOneWay = older !== undefined && older.note.supersededBy !== file;
  const isNote = supersededBy !== undefined && isNoteFileName(supersededBy);
  const isLost = isNote && !notes.some((each) => each.file === supersededBy);
  return [
    ...(isMissing ? [broken(file, `supersedes ${supersedes}, which is not there`)] : []),
    ...(isOneWay ? [broken(file, `${supersedes} does not name it as what superseded it`)] : []),
    ...(isLost ? [broken(file, `superseded by ${supersededBy}, which is not there`)] : []),
  ];
}

const broken = (file: string, message: string): LintFinding => ({
  kind: 'broken-link',
  files: [file],
  message,
});
