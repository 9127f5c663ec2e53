import type { Sha256 } from '../../base/index.ts';
import type { Entity, Log, Point } from '../../fact/index.ts';
import { readNotes, readNotesIn } from '../prompt/notes.ts';
import type { AgentSnapshot } from '../prompt/snapshot.ts';
import { noteFileOf } from './note-file.ts';
import { likeness } from './vector.ts';
import { embedNotes, type HashedNote } from './vectors.ts';

export interface RecallQuery {
  readonly question: string;
  readonly limit: number;
  /** Where the snapshot stands; what was known then is what is recalled. */
  readonly point?: Point;
  /** Searches by meaning too; by words alone when absent. */
  readonly embeddingModel?: string;
}

/** A note that was recalled. */
export interface Recalled {
  /** File name inside `memory/`. */
  readonly file: string;
  readonly name: string;
  /** Around the words, or the description of a note that was found by its meaning alone. */
  readonly snippet: string;
  readonly score: number;
  readonly by: readonly ('words' | 'meaning')[];
}

export interface Recollection {
  readonly hits: readonly Recalled[];
  /** Tokens that were embedded for it. */
  readonly embeddedTokens: number;
}

/** The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009). */
const RANK_CONSTANT = 60;
/** What was seen lately, or is pinned, counts half of what a list of hits does. */
const BONUS_SHARE = 0.5;
/** Hits of a list that are looked at. */
const LIST_MAX = 50;
/** Less alike is not found by meaning. */
const LIKENESS_MIN = 0.2;

/**
 * The live notes that answer a question best. Words and meaning rank by themselves; a note's score is
 * the sum of `1 / (60 + rank)` over both lists, half as much for its rank among the notes seen last,
 * and half of a first rank for a pinned one. Archived and superseded notes are left out.
 */
export async function recallNotes(
  log: Log,
  snapshot: AgentSnapshot,
  query: RecallQuery,
): Promise<Recollection> {
  const snippets = await byWords(log, snapshot, query);
  // By words alone only what was found is read: a memory may hold very many notes.
  const isByWords = query.embeddingModel === undefined;
  const candidates = isByWords
    ? await readNotesIn(snapshot, [...snippets.keys()])
    : await readNotes(snapshot);
  const notes = candidates
    .filter(({ note }) => !note.archived && note.supersededBy === undefined)
    .map((each) => ({ ...each, hash: snapshot.hashOf(`memory/${each.file}`) as Sha256 }));
  const words = [...snippets.keys()].filter((file) => notes.some((note) => note.file === file));
  const { files: meant, tokens } = await byMeaning(log, notes, query);
  const found = new Set([...words, ...meant]);
  const recent = notes
    .filter(({ file }) => found.has(file))
    .toSorted((a, b) => (a.note.lastSeen < b.note.lastSeen ? 1 : -1))
    .map(({ file }) => file);
  const hits = notes
    .filter(({ file }) => found.has(file))
    .map(({ file, note }): Recalled => {
      const pinned = note.pinned ? BONUS_SHARE * rankScore([file], file) : 0;
      const lists = rankScore(words, file) + rankScore(meant, file);
      return {
        file,
        name: note.name,
        snippet: snippets.get(file) ?? note.description,
        score: lists + BONUS_SHARE * rankScore(recent, file) + pinned,
        by: [
          ...(words.includes(file) ? (['words'] as const) : []),
          ...(meant.includes(file) ? (['meaning'] as const) : []),
        ],
      };
    })
    .toSorted((a, b) => b.score - a.score || (a.file < b.file ? -1 : 1));
  return { hits: hits.slice(0, query.limit), embeddedTokens: tokens };
}

const rankScore = (list: readonly string[], file: string): number => {
  const rank = list.indexOf(file);
  return rank < 0 ? 0 : 1 / (RANK_CONSTANT + rank + 1);
};

/** Snippets of the notes in which all words occur, best first. */
async function byWords(
  log: Log,
  snapshot: AgentSnapshot,
  { question, point = {} }: RecallQuery,
): Promise<ReadonlyMap<string, string>> {
  const fileOf = (entity: Entity): string | undefined =>
    noteFileOf(entity, snapshot.inHome('memory/'));
  const isNote = (entity: Entity): boolean => fileOf(entity) !== undefined;
  const hits = await log.search(question, { ...point, limit: LIST_MAX, among: isNote });
  return new Map(hits.map(({ entity, snippet }) => [fileOf(entity) as string, snippet]));
}

/** The notes most alike in meaning, best first; none where no model is set. */
async function byMeaning(
  log: Log,
  notes: readonly HashedNote[],
  { question, embeddingModel: model }: RecallQuery,
): Promise<{ readonly files: readonly string[]; readonly tokens: number }> {
  if (model === undefined || notes.length === 0) return { files: [], tokens: 0 };
  const embedded = await embedNotes(log, { question, notes, model });
  const files = notes
    .flatMap(({ file, hash }) => {
      const vector = embedded.vectors.get(hash);
      const alike = vector === undefined ? 0 : likeness(embedded.question, vector);
      return alike < LIKENESS_MIN ? [] : [{ file, alike }];
    })
    .toSorted((a, b) => b.alike - a.alike)
    .slice(0, LIST_MAX)
    .map(({ file }) => file);
  return { files, tokens: embedded.tokens };
}
