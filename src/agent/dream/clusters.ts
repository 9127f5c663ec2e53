import type { FiledNote } from '../prompt/notes.ts';

/** Words of a name that do not tell two notes apart. */
const STOP_WORDS = new Set(
  'and are but for from has have her his how its not one our she than that the their them they this was what when who why will with you your'.split(
    ' ',
  ),
);

const OVERLAP_MIN = 0.5;
const CLUSTER_MAX = 6;

/**
 * Notes that may say the same: of one type, with names that share half the words of the shorter one
 * (atomic-runtime §17). Each note is in one cluster at most; a cluster has six notes at most.
 */
export function similarNotes(notes: readonly FiledNote[]): readonly (readonly FiledNote[])[] {
  const live = notes.filter(({ note }) => !note.archived && note.supersededBy === undefined);
  const words = new Map(live.map((each) => [each.file, wordsOf(each.note.name)]));
  const clusters: FiledNote[][] = [];
  for (const each of live) {
    const cluster = clusters.find(
      (members) =>
        members.length < CLUSTER_MAX &&
        members.some(
          (member) =>
            member.note.type === each.note.type &&
            overlap(words.get(member.file), words.get(each.file)) >= OVERLAP_MIN,
        ),
    );
    if (cluster === undefined) clusters.push([each]);
    else cluster.push(each);
  }
  return clusters.filter(({ length }) => length > 1);
}

const wordsOf = (name: string): ReadonlySet<string> =>
  new Set(
    (name.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter(
      (word) => word.length > 2 && !STOP_WORDS.has(word),
    ),
  );

function overlap(
  one: ReadonlySet<string> = new Set(),
  other: ReadonlySet<string> = new Set(),
): number {
  const smaller = Math.min(one.size, other.size);
  if (smaller === 0) return 0;
  return [...one].filter((word) => other.has(word)).length / smaller;
}
