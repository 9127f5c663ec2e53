import { listForms } from './list-forms.ts';
import { numberForms } from './number-forms.ts';
import type { Form } from './pattern.ts';
import { tokenize } from './token.ts';
import { truthForms } from './truth-forms.ts';

/** Every form, in the order in which they are shown. */
export const allForms: readonly Form[] = [...numberForms, ...listForms, ...truthForms];

/** A question for each form, in that order; every one is answered. */
export const thinkExamples: readonly string[] = allForms.map(({ example }) => example);

const GENERAL: readonly string[] = ['2 + 3 * 4', 'is 997 prime', 'sum from 1 to 100'];

/** Words that are in every second question and so say nothing about which form is near. */
const COMMON = new Set(['of', 'is', 'in', 'to', 'and', 'by', 'for', ',']);

/** Further in nobody looks for what a question is like. */
const CHARACTERS_READ = 1000;

const wordsOf = (text: string): ReadonlySet<string> =>
  new Set(
    tokenize(text)
      .filter(({ number, text: word }) => number === undefined && !COMMON.has(word))
      .map(({ text: word }) => stem(word)),
  );

const stem = (word: string): string => (word.length > 3 ? word.replace(/e?s$/, '') : word);

/** Examples of the forms that share the most words with a question, or three common ones. */
export function nearestExamples(question: string): readonly string[] {
  const words = wordsOf(question.slice(0, CHARACTERS_READ));
  const scored = allForms
    .map(({ example, patterns }) => {
      const own = new Set(wordsOf(example));
      for (const part of patterns.flat()) {
        if (part.kind === 'words') for (const word of part.words) own.add(stem(word));
      }
      return { example, score: [...words].filter((word) => own.has(word)).length };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  return scored.length === 0 ? GENERAL : scored.slice(0, 3).map(({ example }) => example);
}
