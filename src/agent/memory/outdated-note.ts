import type { Entity, Log } from '../../fact/index.ts';
import { type Folder, FolderError, parseNote } from '../../folder/index.ts';
import type { FiledNote } from '../prompt/notes.ts';
import { contradictions, subjectsOf } from './contradictions.ts';
import { noteFileOf } from './note-file.ts';

/** Where the notes of an agent are. */
export interface NotesOf {
  readonly log: Pick<Log, 'search'>;
  readonly folder: Pick<Folder, 'readDocument'>;
  /** Path of an agent's file in the home. */
  readonly inHome: (path: string) => string;
}

/** Sentences of a new note that are looked up, and notes that each of them may bring up. */
const SUBJECTS_MAX = 40;
const HITS_MAX = 20;

/**
 * The live note that a new one contradicts and, by the deterministic rules, takes the place of
 * (atomic-runtime §4.7); `undefined` when there is none, or when a person must decide: as also where
 * the earlier one is pinned, or says more than the new one speaks of. Notes are found by the words of
 * a sentence, so the size of the memory does not matter.
 */
export async function outdatedNote(
  fresh: FiledNote,
  { log, folder, inHome }: NotesOf,
): Promise<string | undefined> {
  const fileOf = (entity: Entity): string | undefined => noteFileOf(entity, inHome('memory/'));
  const isOther = (entity: Entity): boolean => ![undefined, fresh.file].includes(fileOf(entity));
  const files = new Set<string>();
  for (const subject of subjectsOf(fresh).slice(0, SUBJECTS_MAX)) {
    const words = (subject.match(/\p{L}{2,}/gu) ?? []).join(' ');
    if (words === '') continue;
    for (const { entity } of await log.search(words, { limit: HITS_MAX, among: isOther })) {
      files.add(fileOf(entity) as string);
    }
  }
  const notes: FiledNote[] = [];
  for (const file of [...files].sort()) notes.push(...(await liveNote(file, { folder, inHome })));
  const found = contradictions([...notes, fresh]).filter(
    ({ earlier, later }) => earlier === fresh || later === fresh,
  );
  const [only] = found;
  const isClear = found.length === 1 && only?.later === fresh && only.ask === undefined;
  return isClear && mayGo(only.earlier, fresh) ? only.earlier.file : undefined;
}

/** Whether nothing is lost from the memory when an earlier note is put away for a new one. */
function mayGo({ note, file }: FiledNote, fresh: FiledNote): boolean {
  const said = new Set(subjectsOf(fresh));
  const body = subjectsOf({ file, note: { ...note, description: '' } });
  return !note.pinned && body.every((subject) => said.has(subject));
}

async function liveNote(
  file: string,
  { folder, inHome }: Omit<NotesOf, 'log'>,
): Promise<readonly FiledNote[]> {
  const path = inHome(`memory/${file}`);
  const stored = await folder.readDocument(path);
  if (stored === undefined) return [];
  try {
    const note = parseNote(stored.content, path);
    return note.archived || note.supersededBy !== undefined ? [] : [{ file, note }];
  } catch (error) {
    // A damaged note is named by `datum memory lint`.
    if (error instanceof FolderError) return [];
    throw error;
  }
}
