import { FluxError } from '../error.ts';
import { type Answer, printAnswer, readAnswer } from './answer.ts';
import { type CompiledMeaning, compileMeaning } from './compile/compile-meaning.ts';
import { DIGITS_MAX } from './compile/value.ts';
import { type Meaning, printMeaning } from './meaning.ts';
import type { Failure } from './program/syntax.ts';
import { readQuestion } from './question/grammar.ts';
import { nearestExamples } from './question/nearest.ts';
import { ANSWER_WORDS_MAX, type MachineRun, type Outcome, runOn } from './run.ts';

/** The bounds of one question. */
export const thinkLimits = Object.freeze({
  /** Steps each machine may take when the asker names no limit. */
  stepsDefault: 200_000_000,
  /** Decimal digits of the longest number a question may form. */
  digitsMax: DIGITS_MAX,
  /** Words of an answer; a wide number takes one for each four digits, and one more. */
  answerWordsMax: ANSWER_WORDS_MAX,
});

export interface ThinkOptions {
  /** Steps each machine may take; `thinkLimits.stepsDefault` when absent. */
  readonly steps?: number;
}

/** Both runs of a question and whether they came to the same. */
export interface Verdict {
  readonly agreement: 'AGREE' | 'DISAGREE';
  readonly stack: MachineRun;
  readonly register: MachineRun;
}

/** A question as it was read, before it is run. */
export interface CompiledQuestion extends CompiledMeaning {
  readonly question: string;
  /** The question in one notation, which can itself be asked. */
  readonly understood: string;
}

/** What came of a question. */
export type Thought =
  | {
      readonly kind: 'answer';
      readonly question: string;
      readonly understood: string;
      readonly answer: Answer;
      /** The answer for people. */
      readonly text: string;
      readonly verdict: Verdict;
    }
  /** Understood and run, but there is no answer: division by zero, too many steps, machines that disagree. */
  | {
      readonly kind: 'no-answer';
      readonly question: string;
      readonly understood: string;
      readonly reason: string;
      readonly verdict: Verdict;
    }
  /** Not understood, or above a limit. */
  | {
      readonly kind: 'beyond';
      readonly question: string;
      /** The code of the error that says it: `flux/think-not-understood`, `flux/think-too-large`, … */
      readonly code: string;
      readonly reason: string;
      /** Questions like it that would be answered. */
      readonly nearest: readonly string[];
    };

/**
 * Compiles a question to its program. Throws `flux/think-not-understood` with the nearest forms,
 * and `flux/think-…` for what is above a limit.
 */
export function compileQuestion(question: string): CompiledQuestion {
  const meaning = meaningOf(question);
  return { question, understood: printMeaning(meaning), ...compileMeaning(meaning) };
}

function meaningOf(question: string): Meaning {
  const { meaning, stopped } = readQuestion(question);
  if (meaning !== undefined) return meaning;
  const nearest = nearestExamples(question);
  const where = stopped === undefined ? 'there is no question in it' : `it stops at "${stopped}"`;
  throw new FluxError({
    code: 'flux/think-not-understood',
    message: `this question cannot be compiled: ${where}`,
    hint: `Try one like: ${nearest.map((each) => `"${each}"`).join(', ')}.`,
    data: { nearest },
  });
}

/**
 * Answers a computational question: compiles it to a FLUX program, verifies that, runs it on both
 * machines and compares. Pure, and never throws for what a person asked.
 *
 * @example
 * think('compute the 10th fibonacci number').text; // => '55'
 */
export function think(
  question: string,
  { steps = thinkLimits.stepsDefault }: ThinkOptions = {},
): Thought {
  try {
    const compiled = compileQuestion(question);
    const stack = runOn('stack', compiled.program, steps);
    const register = runOn('register', compiled.program, steps);
    return thoughtOf(compiled, stack, register);
  } catch (error) {
    if (!(error instanceof FluxError)) throw error;
    const { code, message } = error;
    return { kind: 'beyond', question, code, reason: message, nearest: nearestExamples(question) };
  }
}

function thoughtOf(compiled: CompiledQuestion, stack: MachineRun, register: MachineRun): Thought {
  const { question, understood, shape } = compiled;
  const agreement = isSame(stack.outcome, register.outcome) ? 'AGREE' : 'DISAGREE';
  const verdict: Verdict = { agreement, stack, register };
  const { outcome } = stack;
  if (agreement === 'DISAGREE') {
    const reason = 'the two machines disagree, which is a fault of datum';
    return { kind: 'no-answer', question, understood, reason, verdict };
  }
  if (outcome.kind !== 'words') {
    const reason = outcome.kind === 'failure' ? REASONS[outcome.failure] : outcome.reason;
    return { kind: 'no-answer', question, understood, reason, verdict };
  }
  const answer = readAnswer(outcome.words, shape);
  return { kind: 'answer', question, understood, answer, text: printAnswer(answer), verdict };
}

const isSame = (left: Outcome, right: Outcome): boolean =>
  JSON.stringify(left) === JSON.stringify(right);

const REASONS: Readonly<Record<Failure, string>> = Object.freeze({
  'division-by-zero': 'it divides by zero',
  'not-whole': 'it needs a whole number where it has a fraction',
  negative: 'it needs a number that is not negative',
  'not-positive': 'it needs a number above zero',
  'too-large': 'a number in it grows above 2147483647 where a word is needed',
  'no-items': 'there is no number to choose from',
  'no-base': 'a base is a whole number from 2 to 36',
  'not-exact': 'the square root is not an exact number; the integer square root would be',
});
