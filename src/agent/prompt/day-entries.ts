/** The entries of one day in blocks, whose text stays the same object while the day grows. */
export interface DayEntries {
  /** Each {@link BLOCK} entries. */
  readonly blocks: readonly string[];
  /** The entries after them. */
  readonly rest: readonly string[];
}

const BLOCK = 64;
const NO_ENTRIES: DayEntries = Object.freeze({ blocks: [], rest: [] });

/** Each entry after an empty line. */
const textOf = (entries: readonly string[]): string =>
  entries.map((entry) => `\n\n${entry}`).join('');

/** The day with one entry more. */
export function withEntry({ blocks, rest }: DayEntries, entry: string): DayEntries {
  const grown = [...rest, entry];
  if (grown.length < BLOCK) return { blocks, rest: grown };
  return { blocks: [...blocks, textOf(grown)], rest: [] };
}

export const dayOfEntries = (entries: readonly string[]): DayEntries =>
  entries.reduce(withEntry, NO_ENTRIES);

const SMALLER = [8, 1];

/** The text of a day in pieces of 64, 8 and 1 entries: when it grows, few of them change. */
export function piecesOf({ blocks, rest }: DayEntries): readonly string[] {
  const pieces = [...blocks];
  let from = 0;
  for (const size of SMALLER) {
    for (; rest.length - from >= size; from += size)
      pieces.push(textOf(rest.slice(from, from + size)));
  }
  return pieces;
}
