import type { FiledNote } from '../prompt/notes.ts';
import type { AgentSnapshot } from '../prompt/snapshot.ts';
import { versionsOf } from './change-memory.ts';
import { contradictions } from './contradictions.ts';

/** A note that a person may take into the persona, and why. */
export interface Promotable {
  readonly file: string;
  readonly why: string;
}

const SESSIONS_MIN = 5;
const DAYS_MIN = 30;
const CONFIRMATIONS_MIN = 3;
/** Set by the agent when it is asked to, or by hand. */
const PROMOTE = 'promote';

/**
 * The live notes that have earned a place in the persona (atomic-runtime §4.7): of five sessions over
 * thirty days and contradicted by none, confirmed three times, a decision of high confidence, or
 * marked with the tag `promote` because the user said so. What is of a project never has. A person
 * decides, with `datum memory promote`.
 */
export function promotableNotes(
  snapshot: AgentSnapshot,
  notes: readonly FiledNote[],
): readonly Promotable[] {
  const live = notes.filter(({ note }) => !note.archived && note.supersededBy === undefined);
  const disputed = new Set(
    contradictions(live).flatMap(({ earlier, later }) => [earlier.file, later.file]),
  );
  return live.flatMap((filed) => {
    const { file, note } = filed;
    if (note.type === 'project') return [];
    const why = reasonFor(filed, {
      confirmations: versionsOf(snapshot, file).length,
      isDisputed: disputed.has(file),
    });
    return why === undefined ? [] : [{ file, why }];
  });
}

function reasonFor(
  { note }: FiledNote,
  { confirmations, isDisputed }: { readonly confirmations: number; readonly isDisputed: boolean },
): string | undefined {
  if (note.tags?.some((tag) => tag.toLowerCase() === PROMOTE) === true) return 'the user said so';
  const sessions = new Set(
    note.sources.flatMap((source) => /\d{4}-\d{2}-\d{2}/.exec(source) ?? []),
  );
  const days = Math.round((Date.parse(note.lastSeen) - Date.parse(note.captured)) / 86_400_000);
  if (sessions.size >= SESSIONS_MIN && days >= DAYS_MIN && !isDisputed) {
    return `seen in ${sessions.size} sessions over ${days} days`;
  }
  if (confirmations >= CONFIRMATIONS_MIN) return `confirmed ${confirmations} times`;
  return note.type === 'decision' && note.confidence === 'high'
    ? 'a decision of high confidence'
    : undefined;
}
