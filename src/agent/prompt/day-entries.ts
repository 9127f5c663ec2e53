/**
 * The entries of one day in pieces of 1, 8, 64, 512 and so on, as a number is of digits: while it
 * grows few of them change, and the others stay the same object.
 */
export interface DayEntries {
  /** Pieces of one entry, of eight, of 64: at most seven each. */
  readonly levels: readonly (readonly string[])[];
}

const BASE = 8;

/** The day with one entry more, which stands after an empty line. */
export const withEntry = ({ levels }: DayEntries, entry: string): DayEntries => ({
  levels: carried(levels, `\n\n${entry}`),
});

function carried(
  [pieces = [], ...larger]: DayEntries['levels'],
  piece: string,
): DayEntries['levels'] {
  const grown = [...pieces, piece];
  return grown.length < BASE ? [grown, ...larger] : [[], ...carried(larger, grown.join(''))];
}

export const dayOfEntries = (entries: readonly string[]): DayEntries =>
  entries.reduce(withEntry, { levels: [] });

/** The text of a day in its pieces, the oldest and longest first. */
export const piecesOf = ({ levels }: DayEntries): readonly string[] => levels.toReversed().flat();
