import type { Entity, Log } from '../../fact/index.ts';
import type { Folder } from '../../folder/index.ts';
import type { FiledNote } from '../prompt/notes.ts';
import { type Contradiction, contradictions, subjectsOf } from './contradictions.ts';
import { liveNote } from './live-note.ts';
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

/** A live note that a new one contradicts where a person must decide. */
export interface LeftToPerson {
  readonly file: string;
  readonly why: string;
}

/** What a new note contradicts. */
export interface Contradicted {
  /** The live note whose place it takes by the deterministic rules; absent when there is none. */
  readonly outdated?: string;
  readonly left: readonly LeftToPerson[];
}

/**
 * The live notes that a new one contradicts (atomic-runtime §4.7): the one whose place it takes, else
 * those that are for a person to decide, as also where the earlier one is pinned, or says more than
 * the new one speaks of. Notes are found by the words of a sentence, so the size of the memory does
 * not matter.
 */
export async function contradictedNotes(
  fresh: FiledNote,
  { log, folder, inHome }: NotesOf,
): Promise<Contradicted> {
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
  for (const file of [...files].sort()) {
    const note = await liveNote(folder, inHome(`memory/${file}`));
    if (note !== undefined) notes.push({ file, note });
  }
  const found = contradictions([...notes, fresh]).filter(
    ({ earlier, later }) => earlier === fresh || later === fresh,
  );
  const left = found.map((each) => {
    const { file } = each.earlier === fresh ? each.later : each.earlier;
    return { file, why: each.ask ?? whyNot(each, fresh) };
  });
  const [only] = found;
  const isClear = found.length === 1 && left[0]?.why === undefined;
  if (isClear && only !== undefined) return { outdated: only.earlier.file, left: [] };
  return { left: left.map(({ file, why = 'several notes contradict it' }) => ({ file, why })) };
}

/** Why the later of two notes does not take the place of the earlier one all the same. */
function whyNot({ earlier, later }: Contradiction, fresh: FiledNote): string | undefined {
  if (later !== fresh) return 'the other one is later';
  if (earlier.note.pinned) return 'the earlier one is pinned';
  return saysMore(earlier, fresh) ? 'the earlier one says more than this' : undefined;
}

/** Whether something would be lost from the memory when an earlier note is put away for a new one. */
function saysMore({ note, file }: FiledNote, fresh: FiledNote): boolean {
  const said = new Set(subjectsOf(fresh));
  const body = subjectsOf({ file, note: { ...note, description: '' } });
  return !body.every((subject) => said.has(subject));
}
