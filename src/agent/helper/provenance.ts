const PLACES: readonly RegExp[] = [
  /[[(][^\])]*(?:§|sect|page|p\.|p\d|para)[^\])]*[\])]/i,
  /\baccording to\b/i,
  /\bper \w/i,
  /\bcited in\b/i,
  /§\d/,
  /\(p\d/i,
];

/**
 * True when an answer says where in its sources its facts stand, or had none to cite
 * (atomic-runtime §10).
 *
 * @example
 * keepsProvenance('Rates fell (p. 3).', ['memo.md']); // => true
 * keepsProvenance('Rates fell.', ['memo.md']); // => false
 * keepsProvenance('Rates fell.', []); // => true
 */
export function keepsProvenance(text: string, sources: readonly string[]): boolean {
  if (sources.length === 0) return true;
  if (text.trim() === '') return false;
  const lower = text.toLowerCase();
  const stems = sources.map(stemOf).filter((stem) => stem.length >= 3);
  return PLACES.some((place) => place.test(text)) || stems.some((stem) => lower.includes(stem));
}

/** The name of a source's file without folders and ending. */
const stemOf = (source: string): string =>
  (source.split(/[/\\]/).at(-1) ?? '').replace(/\.[^.]*$/, '').toLowerCase();
