import type { Sha256 } from '../../base/index.ts';
import {
  type Confidence,
  changeNote,
  type DreamChange,
  type Note,
  type NoteType,
  newNote,
  noteFileName,
  printNote,
} from '../../folder/index.ts';
import type { FiledNote } from '../prompt/notes.ts';
import { addDays } from '../text/days.ts';

/** A change with the new text of each of its files. */
export interface StagedChange extends DreamChange {
  /** In the order of `files`. */
  readonly texts: readonly string[];
}

/** What one look at a memory brings. */
export interface Findings {
  readonly changes: readonly StagedChange[];
  /** What a person should look at; nothing is changed for it. */
  readonly remarks: readonly string[];
}

const RANK: readonly Confidence[] = ['low', 'medium', 'high'];

/** Notes that are to become one. */
export interface Merge {
  readonly notes: readonly FiledNote[];
  readonly name: string;
  readonly description: string;
  readonly body: string;
}

/**
 * The notes of a merge: the merged one, which supersedes the others, and the others, each with its
 * link to it. Where the merged name gives a file that one of them has, that one becomes the merged
 * note; where it gives a file that none of them has and another note does, the first one does.
 */
export function mergeChange(merge: Merge, taken: ReadonlySet<string>): StagedChange {
  const { notes } = merge;
  const seed = notes[0] as FiledNote;
  const wanted = noteFileName(seed.note.type, merge.name);
  const isOwn = notes.some(({ file }) => file === wanted);
  const file = isOwn || !taken.has(wanted) ? wanted : seed.file;
  const others = notes.filter((each) => each.file !== file);
  const merged = mergedNote(merge, { file, others });
  const retired = others.map(({ note }) => printNote(changeNote(note, { supersededBy: file })));
  return {
    kind: 'merge',
    files: [file, ...others.map((each) => each.file)],
    texts: [printNote(merged), ...retired],
    reason: `${notes.map((each) => each.file).join(', ')} say the same`,
  };
}

function mergedNote(
  { notes, name, description, body }: Merge,
  { file, others }: { readonly file: string; readonly others: readonly FiledNote[] },
): Note {
  const all = notes.map(({ note }) => note);
  const first = all[0] as Note;
  const days = all.map(({ lastSeen }) => lastSeen).toSorted();
  const ranks = all.map(({ confidence }) => RANK.indexOf(confidence));
  const expiries = all.map(({ expiresAt }) => expiresAt ?? '');
  const superseded = others.map((each) => each.file);
  return newNote(
    {
      ...{ name, description, body, type: first.type },
      captured: all.map(({ captured }) => captured).toSorted()[0] as string,
      lastSeen: days.at(-1) as string,
      sources: [...new Set(all.flatMap(({ sources }) => sources))],
      confidence: RANK[Math.min(...ranks)] as Confidence,
      pinned: all.some(({ pinned }) => pinned),
      tags: [...new Set(all.flatMap(({ tags }) => tags))],
      // It expires only when all of them do.
      ...(expiries.includes('') ? {} : { expiresAt: expiries.toSorted().at(-1) as string }),
      supersedes: superseded[0] as string,
      supersedesList: superseded,
    },
    file,
  );
}

const STALE = { days: 90, graceDays: 30 } as const;

/** Notes nobody has seen for 90 days get 30 more (atomic-runtime §17). */
export const staleChanges = (notes: readonly FiledNote[], today: string): readonly StagedChange[] =>
  notes
    .filter(
      ({ note }) =>
        note.lastSeen < addDays(today, -STALE.days) &&
        !note.pinned &&
        !note.archived &&
        note.supersededBy === undefined &&
        note.expiresAt === undefined,
    )
    .map(({ file, note }) => {
      const expiresAt = addDays(today, STALE.graceDays);
      return {
        kind: 'stale',
        files: [file],
        texts: [printNote(changeNote(note, { expiresAt }))],
        reason: `last seen ${note.lastSeen}; expires ${expiresAt} unless it is seen again`,
      };
    });

/** A note as the journal corrects it. */
export function correctionChange(
  { file, note }: FiledNote,
  { body, day, quote }: { readonly body: string; readonly day: string; readonly quote: string },
): StagedChange {
  const { source: _, archived: __, ...content } = note;
  const lastSeen = day > note.lastSeen ? day : note.lastSeen;
  const sources = [...new Set([...note.sources, journalSource(day)])];
  const corrected = newNote({ ...content, body: body.trim(), lastSeen, sources }, file);
  return {
    kind: 'correction',
    files: [file],
    texts: [printNote(corrected)],
    reason: `the journal of ${day} says: ${quote}`,
  };
}

/** A theme of the journal that becomes a note. */
export interface Promotion {
  readonly type: NoteType;
  readonly name: string;
  readonly description: string;
  readonly body: string;
  readonly days: readonly string[];
}

export function promotionChange(promotion: Promotion, today: string): StagedChange {
  const { type, name, description, body, days } = promotion;
  const file = noteFileName(type, name);
  const note = newNote(
    {
      ...{ type, name, description, body: body.trim() },
      captured: today,
      lastSeen: days.toSorted().at(-1) as string,
      sources: days.map(journalSource),
      confidence: 'medium',
    },
    file,
  );
  return {
    kind: 'promotion',
    files: [file],
    texts: [printNote(note)],
    reason: `it stands in the journal of ${days.join(', ')}`,
  };
}

const journalSource = (day: string): string => `journal/${day.slice(0, 7)}/${day}.md`;

/** Changes of which none touches a file of an earlier one. */
export function apart(changes: readonly StagedChange[]): readonly StagedChange[] {
  const touched = new Set<string>();
  return changes.filter(({ files }) => {
    if (files.some((file) => touched.has(file))) return false;
    for (const file of files) touched.add(file);
    return true;
  });
}

/** What an apply compares: the hash of each changed file as it was read. */
export const baseOf = (
  changes: readonly StagedChange[],
  hashOf: (file: string) => Sha256 | undefined,
): Readonly<Record<string, Sha256 | null>> =>
  Object.fromEntries(
    changes.flatMap(({ files }) => files.map((file) => [file, hashOf(file) ?? null] as const)),
  );
