/** A line of two texts laid side by side. */
export interface DiffLine {
  readonly kind: 'keep' | 'remove' | 'add';
  /** Without its line end. */
  readonly text: string;
}

/** The lines of a text; a last line without an end is a line too. */
export const linesOf = (text: string): readonly string[] => {
  const lines = text.split(/\r?\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
};

/**
 * The shortest way from one list of lines to another: what is kept, removed and added, removals
 * before additions. Lists beyond {@link CELLS_MAX} differing pairs are taken as replaced whole.
 *
 * @example
 * diffLines(['a', 'b'], ['a', 'c']).map(({ kind }) => kind); // => ['keep', 'remove', 'add']
 */
export function diffLines(
  before: readonly string[],
  after: readonly string[],
): readonly DiffLine[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start])
    start += 1;
  let end = 0;
  const room = Math.min(before.length, after.length) - start;
  while (end < room && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const middle = diffMiddle(
    before.slice(start, before.length - end),
    after.slice(start, after.length - end),
  );
  const kept = (lines: readonly string[]) =>
    lines.map((text): DiffLine => ({ kind: 'keep', text }));
  return [...kept(before.slice(0, start)), ...middle, ...kept(before.slice(before.length - end))];
}

const CELLS_MAX = 4_000_000;

function diffMiddle(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  const removed = before.map((text): DiffLine => ({ kind: 'remove', text }));
  const added = after.map((text): DiffLine => ({ kind: 'add', text }));
  if (removed.length === 0 || added.length === 0) return [...removed, ...added];
  if (before.length * after.length > CELLS_MAX) return [...removed, ...added];
  const width = after.length + 1;
  const lengths = commonLengths(before, after);
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length && j < after.length) {
    if (before[i] === after[j]) {
      lines.push({ kind: 'keep', text: before[i] as string });
      i += 1;
      j += 1;
    } else if ((lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0)) {
      lines.push(removed[i++] as DiffLine);
    } else lines.push(added[j++] as DiffLine);
  }
  return [...lines, ...removed.slice(i), ...added.slice(j)];
}

/** Length of the longest common run of lines from each pair of places on. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint32Array {
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        before[i] === after[j]
          ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
    }
  }
  return lengths;
}
