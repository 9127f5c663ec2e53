import { FolderError, isNoteFileName, type Note, parseNote } from '../../folder/index.ts';
import { parsedOnce } from './parsed-once.ts';
import type { AgentSnapshot } from './snapshot.ts';

/** A note with its file name inside `memory/`. */
export interface FiledNote {
  readonly file: string;
  readonly note: Note;
}

/** The file names of an agent's notes, in order. */
const noteFiles = ({ paths }: AgentSnapshot): readonly string[] =>
  paths.flatMap((path) => {
    const file = path.startsWith('memory/') ? path.slice('memory/'.length) : '';
    return isNoteFileName(file) ? [file] : [];
  });

/** The notes of an agent in the order of their file names; one that cannot be read is left out. */
export const readNotes = (snapshot: AgentSnapshot): Promise<readonly FiledNote[]> =>
  readNotesIn(snapshot, noteFiles(snapshot));

/** Those of some files in `memory/`; what is no note is left out. */
export async function readNotesIn(
  snapshot: AgentSnapshot,
  files: readonly string[],
): Promise<readonly FiledNote[]> {
  const named = files.filter(isNoteFileName);
  const notes = await Promise.all(named.map((file) => readNote(snapshot, `memory/${file}`)));
  return named.flatMap((file, index) => {
    const note = notes[index];
    return note === undefined ? [] : [{ file, note }];
  });
}

/** A damaged note is reported by `datum memory lint`; it does not stop a run. */
const readNote = parsedOnce((text, path): Note | undefined => {
  try {
    return parseNote(text, path);
  } catch (error) {
    if (error instanceof FolderError) return undefined;
    throw error;
  }
});

const PINNED_MAX = 5;
const RECENT_MAX = 5;

const isLive = ({ note }: FiledNote): boolean => !note.archived && note.supersededBy === undefined;

/** The pinned notes of a prompt, in the order of their file names (atomic-runtime §3). */
export const pinnedNotes = (notes: readonly FiledNote[]): readonly FiledNote[] =>
  notes.filter((each) => each.note.pinned && isLive(each)).slice(0, PINNED_MAX);

/** The notes seen last, newest first; pinned, archived and superseded ones are not among them. */
export const recentNotes = (notes: readonly FiledNote[]): readonly FiledNote[] =>
  notes
    .filter((each) => !each.note.pinned && isLive(each))
    .toSorted((a, b) => compare(b.note.lastSeen, a.note.lastSeen) || compare(a.file, b.file))
    .slice(0, RECENT_MAX);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A note as a prompt shows it. */
export const renderNote = ({ file, note }: FiledNote): string =>
  [
    `# ${file}\n`,
    `name: ${note.name}`,
    `type: ${note.type}`,
    `confidence: ${note.confidence}`,
    `last_seen: ${note.lastSeen}\n`,
    note.body,
  ].join('\n');
