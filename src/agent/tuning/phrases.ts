const WORDS_MIN = 3;
const WORDS_MAX = 8;

/** Words that alone say nothing. */
const STOP_WORDS = new Set(
  'a an and are as at be but by for from has in is it its no not of on or so than that the this to was what with'.split(
    ' ',
  ),
);

/** A phrase with the number of texts it stands in. */
export interface RecurringPhrase {
  readonly phrase: string;
  readonly count: number;
}

/**
 * The phrase that most texts share, at least two: three to eight words of one sentence, with two that
 * say something. Of several the longest, then the first by the alphabet.
 */
export function recurringPhrase(texts: readonly string[]): RecurringPhrase | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const phrase of phrasesOf(text)) counts.set(phrase, (counts.get(phrase) ?? 0) + 1);
  }
  const [best] = [...counts]
    .filter(([, count]) => count >= 2)
    .toSorted(([a, m], [b, n]) => n - m || b.length - a.length || (a < b ? -1 : 1));
  return best === undefined ? undefined : { phrase: best[0], count: best[1] };
}

function phrasesOf(text: string): ReadonlySet<string> {
  const phrases = new Set<string>();
  for (const sentence of text.toLowerCase().split(/[.;:!?\n]+/)) {
    const words = sentence.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu) ?? [];
    for (let start = 0; start < words.length; start += 1) {
      const longest = Math.min(WORDS_MAX, words.length - start);
      for (let length = WORDS_MIN; length <= longest; length += 1) {
        const part = words.slice(start, start + length);
        if (part.filter((word) => !STOP_WORDS.has(word)).length >= 2) phrases.add(part.join(' '));
      }
    }
  }
  return phrases;
}
