import type { FiledNote } from '../prompt/notes.ts';

const NEGATIONS = new Set([
  'not',
  'never',
  'no',
  "don't",
  "doesn't",
  "isn't",
  "won't",
  "can't",
  'without',
]);
const WORDS_MIN = 3;

interface Statement {
  readonly filed: FiledNote;
  readonly sentence: string;
  readonly negated: boolean;
  readonly numbers: string;
}

/** Two live notes of which one says what the other denies. */
export interface Contradiction {
  readonly earlier: FiledNote;
  readonly later: FiledNote;
  /** The two sentences, in the order of the notes. */
  readonly sentences: readonly [string, string];
  /** Why a person must decide; absent where the later note supersedes the earlier one. */
  readonly ask?: string;
}

/**
 * Live notes that say the same with and without a negation, or with other numbers. Words decide, so
 * it finds the plain cases alone and says the same every time. The later note wins, but not one that
 * is less certain or merely observed, and not among more than two (atomic-runtime §4.7).
 */
export function contradictions(notes: readonly FiledNote[]): readonly Contradiction[] {
  const pairs = contradictingPairs(notes);
  return pairs.map(({ first, second, sentences }) => {
    const isOrdered = capturedAt(first) <= capturedAt(second);
    const [earlier, later] = isOrdered ? [first, second] : [second, first];
    const involved = new Set(
      pairs
        .filter((pair) =>
          [pair.first, pair.second].some((each) => each === first || each === second),
        )
        .flatMap((pair) => [pair.first, pair.second]),
    );
    const ask = whyAsk(earlier, later, involved.size);
    return {
      earlier,
      later,
      sentences: isOrdered ? sentences : [sentences[1], sentences[0]],
      ...(ask === undefined ? {} : { ask }),
    };
  });
}

const capturedAt = ({ note }: FiledNote): string => `${note.captured} ${note.lastSeen}`;

function whyAsk(earlier: FiledNote, later: FiledNote, involved: number): string | undefined {
  if (involved > 2) return `${involved} notes contradict each other`;
  if (capturedAt(earlier) === capturedAt(later)) return 'both are of the same day';
  const [old, fresh] = [earlier.note, later.note];
  if (old.confidence === 'high' && fresh.confidence === 'low')
    return 'the later one is less certain';
  const isObserved = ({ note }: FiledNote): boolean =>
    note.sources.every((source) => source === 'observation');
  if (isObserved(later) && !isObserved(earlier)) return 'the later one was only observed';
  return fresh.supersedes === undefined ? undefined : `it supersedes ${fresh.supersedes} already`;
}

interface Pair {
  readonly first: FiledNote;
  readonly second: FiledNote;
  readonly sentences: readonly [string, string];
}

/** Each pair of notes once, by the first of their sentences that do not agree. */
function contradictingPairs(notes: readonly FiledNote[]): readonly Pair[] {
  const said = new Map<string, Statement[]>();
  const pairs = new Map<string, Pair>();
  for (const filed of notes) {
    for (const sentence of sentencesOf(filed.note)) {
      const { key, negated, numbers } = readSentence(sentence);
      if (key === undefined) continue;
      const before = said.get(key) ?? [];
      for (const other of before) {
        const agrees = other.negated === negated && other.numbers === numbers;
        const name = `${other.filed.file} ${filed.file}`;
        if (agrees || other.filed.file === filed.file || pairs.has(name)) continue;
        const sentences = [other.sentence.trim(), sentence.trim()] as const;
        pairs.set(name, { first: other.filed, second: filed, sentences });
      }
      said.set(key, [...before, { filed, sentence, negated, numbers }]);
    }
  }
  return [...pairs.values()];
}

/** What each sentence of a note is about, in the words that a contradicting one shares with it. */
export const subjectsOf = ({ note }: FiledNote): readonly string[] =>
  sentencesOf(note).flatMap((sentence) => readSentence(sentence).key ?? []);

const sentencesOf = ({ description, body }: FiledNote['note']): readonly string[] =>
  `${description}\n${body}`.split(/[.!?\n]+/);

function readSentence(sentence: string) {
  const words = sentence.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}'.,-]*/gu) ?? [];
  const isNumber = (word: string): boolean => /^\d/.test(word);
  const kept = words.filter((word) => !NEGATIONS.has(word) && !isNumber(word));
  return {
    key: kept.length < WORDS_MIN ? undefined : kept.join(' '),
    negated: words.filter((word) => NEGATIONS.has(word)).length % 2 === 1,
    numbers: words.filter(isNumber).join(' '),
  };
}
