import type { FiledNote } from '../prompt/notes.ts';
import type { LintFinding } from './lint-finding.ts';

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
  readonly file: string;
  readonly sentence: string;
  readonly negated: boolean;
  readonly numbers: string;
}

/**
 * Live notes that say the same with and without a negation, or with other numbers. Words decide, so
 * it finds the plain cases alone and says the same every time.
 */
export function contradictions(notes: readonly FiledNote[]): readonly LintFinding[] {
  const said = new Map<string, Statement>();
  const findings: LintFinding[] = [];
  for (const { file, note } of notes) {
    for (const sentence of `${note.description}\n${note.body}`.split(/[.!?\n]+/)) {
      const { key, negated, numbers } = readSentence(sentence);
      if (key === undefined) continue;
      const before = said.get(key);
      if (before === undefined) said.set(key, { file, sentence, negated, numbers });
      else if (before.file !== file && (before.negated !== negated || before.numbers !== numbers)) {
        const message = `"${before.sentence.trim()}" against "${sentence.trim()}"`;
        findings.push({ kind: 'contradiction', files: [before.file, file], message });
      }
    }
  }
  return findings;
}

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
