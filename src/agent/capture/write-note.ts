import type { Micros } from '../../base/index.ts';
import type { Log } from '../../fact/index.ts';
import {
  appendToBody,
  changeNote,
  type DocumentWrite,
  emptyIndex,
  type Folder,
  indexNote,
  type MemoryIndex,
  type Note,
  newNote,
  noteFileName,
  parseMemoryIndex,
  parseNote,
  printMemoryIndex,
  printNote,
  versionFileName,
  versionsFolder,
  type WriteOptions,
} from '../../folder/index.ts';
import { AgentError } from '../error.ts';
import { contradictedNotes, type LeftToPerson } from '../memory/outdated-note.ts';
import type { Capture } from './capture.ts';

/** Where and when a note is written. */
export interface NotePlace {
  readonly log: Pick<Log, 'search'>;
  readonly folder: Folder;
  /** Path of an agent's file in the home. */
  readonly inHome: (path: string) => string;
  /** `YYYY-MM-DD`. */
  readonly day: string;
  /** Names the version that is kept of a changed note. */
  readonly at: Micros;
  readonly write: WriteOptions;
}

/** A note on disk, as a write will find it. */
interface OldNote {
  readonly path: string;
  readonly note: Note;
  readonly hash: string;
}

const ATTEMPTS_MAX = 3;

/**
 * Writes a capture as a note with its line in the index, in one transaction (atomic-runtime §4.5).
 * A merge keeps the new body too; what a note supersedes is linked both ways, also where the rules
 * alone say that it does (atomic-runtime §4.7). Doing it twice is
 * doing it once. Throws `agent/note-exists`, `agent/no-such-note`, `agent/note-busy`.
 */
export async function writeNote(capture: Capture, place: NotePlace): Promise<WrittenNote> {
  for (let attempt = 1; ; attempt += 1) {
    const { writes, ...written } = await (typeof capture.merge_into === 'string'
      ? mergeWrites(capture, capture.merge_into, place)
      : freshWrites(capture, place));
    if (writes.length === 0) return written;
    const result = await place.folder.writeDocuments(writes, place.write);
    if (result.ok) return written;
    if (attempt === ATTEMPTS_MAX) throw noteBusy(result.path);
  }
}

/** A note that was written. */
export interface WrittenNote {
  readonly file: string;
  /** Live notes that it contradicts where a person must decide. */
  readonly left: readonly LeftToPerson[];
}

interface Planned extends WrittenNote {
  readonly writes: readonly DocumentWrite[];
}

async function freshWrites(capture: Capture, place: NotePlace): Promise<Planned> {
  const file = noteFileName(capture.type, capture.name);
  const old = await readOld(file, place);
  if (old !== undefined && !isSame(old.note, capture)) throw noteExists(file);
  const { said, left } =
    old === undefined ? await settled(capture, file, place) : { said: capture, left: [] };
  const superseded = await supersededWrites(said, file, place);
  const text = printNote(noteOf(said, { file, day: place.day }));
  const path = place.inHome(`memory/${file}`);
  const own = old === undefined ? [{ path, content: text, ifHash: null }] : [];
  const index = await indexWrites({ ...capture, file }, place);
  return { file, left, writes: [...own, ...superseded, ...index] };
}

/** A capture that supersedes what it contradicts, where the rules leave that to no person. */
async function settled(
  capture: Capture,
  file: string,
  place: NotePlace,
): Promise<{ readonly said: Capture; readonly left: readonly LeftToPerson[] }> {
  if (typeof capture.supersedes === 'string') return { said: capture, left: [] };
  const note = noteOf(capture, { file, day: place.day });
  const { outdated, left } = await contradictedNotes({ file, note }, place);
  return { left, said: outdated === undefined ? capture : { ...capture, supersedes: outdated } };
}

function noteOf(capture: Capture, { file, day }: { file: string; day: string }): Note {
  const { expires_at: expiresAt, supersedes, tags } = capture;
  return newNote(
    {
      name: capture.name,
      description: capture.description,
      type: capture.type,
      captured: day,
      lastSeen: day,
      sources: capture.sources,
      confidence: capture.confidence,
      body: capture.body.trim(),
      ...(capture.pinned === true ? { pinned: true } : {}),
      ...(typeof expiresAt === 'string' ? { expiresAt } : {}),
      ...(typeof supersedes === 'string' ? { supersedes } : {}),
      ...(Array.isArray(tags) ? { tags } : {}),
    },
    file,
  );
}

const isSame = (note: Note, { type, name, description, body }: Capture): boolean =>
  note.type === type &&
  note.name === name &&
  note.description === description &&
  note.body === body.trim();

/** The note that is superseded gets its link back, and a version of what it was. */
async function supersededWrites(
  { supersedes }: Capture,
  by: string,
  place: NotePlace,
): Promise<readonly DocumentWrite[]> {
  if (typeof supersedes !== 'string') return [];
  const old = await needOld(supersedes, place);
  if (old.note.supersededBy === by) return [];
  const changed = changeNote(old.note, { supersededBy: by });
  return [versionWrite(old, supersedes, place), changeWrite(old, changed)];
}

async function mergeWrites(capture: Capture, file: string, place: NotePlace): Promise<Planned> {
  const old = await needOld(file, place);
  const body = capture.body.trim();
  const text = old.note.body.includes(body) ? old.note : appendToBody(old.note, body);
  const merged = changeNote(text, { lastSeen: place.day, addSources: capture.sources });
  if (printNote(merged) === printNote(old.note)) return { file, left: [], writes: [] };
  return { file, left: [], writes: [versionWrite(old, file, place), changeWrite(old, merged)] };
}

const changeWrite = ({ path, hash }: OldNote, note: Note): DocumentWrite => ({
  path,
  content: printNote(note),
  ifHash: hash,
});

function versionWrite(old: OldNote, file: string, place: NotePlace): DocumentWrite {
  const content = printNote(old.note);
  const name = versionFileName(place.at, content);
  return { path: place.inHome(`memory/${versionsFolder(file)}/${name}`), content };
}

async function indexWrites(
  note: Pick<Capture, 'type' | 'name' | 'description'> & { readonly file: string },
  place: NotePlace,
): Promise<readonly DocumentWrite[]> {
  const path = place.inHome('memory/INDEX.md');
  const stored = await place.folder.readDocument(path);
  const index: MemoryIndex =
    stored === undefined ? emptyIndex(path) : parseMemoryIndex(stored.content, path);
  const { file, name, description } = note;
  const has = index.entries.some(
    (entry) => entry.file === file && entry.name === name && entry.description === description,
  );
  if (has) return [];
  const content = printMemoryIndex(indexNote(index, note));
  return [{ path, content, ifHash: stored?.hash ?? null }];
}

async function readOld(file: string, place: NotePlace): Promise<OldNote | undefined> {
  const path = place.inHome(`memory/${file}`);
  const stored = await place.folder.readDocument(path);
  if (stored === undefined) return undefined;
  return { path, note: parseNote(stored.content, path), hash: stored.hash };
}

async function needOld(file: string, place: NotePlace): Promise<OldNote> {
  const old = await readOld(file, place);
  if (old !== undefined) return old;
  throw new AgentError({
    code: 'agent/no-such-note',
    message: `there is no note ${file} in this memory`,
    hint: 'name a file that memory/INDEX.md lists',
    data: { file },
  });
}

const noteExists = (file: string): AgentError =>
  new AgentError({
    code: 'agent/note-exists',
    message: `the note ${file} exists and says something else`,
    hint: 'use merge_into to add to it, or supersedes with another name to replace it',
    data: { file },
  });

const noteBusy = (path: string): AgentError =>
  new AgentError({
    code: 'agent/note-busy',
    message: `${path} keeps changing while it is written`,
    hint: 'close what writes it, then resume the run',
    kind: 'busy',
    data: { path },
  });
