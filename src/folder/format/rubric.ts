import { isJsonObject, type Json } from '../../base/index.ts';
import { type Problem, refuseProblems } from '../error.ts';
import { parseFrontMatter } from './front-matter.ts';
import { bulletsOf, sectionsOf } from './sections.ts';
import { printSource, readSource, type SourceText } from './source-text.ts';

/** `evals/rubric.md`: what an agent's answers are measured by (atomic-runtime §15). */
export interface Rubric {
  readonly source: SourceText;
  /** Dimensions with their weights, in the order of the file. */
  readonly weights: Readonly<Record<string, number>>;
  /** Weighted score from which an answer passes, 1 to 5. */
  readonly thresholdPass: number;
  /** Codes such as `HF1` with what they stand for. */
  readonly hardFails: readonly HardFail[];
  /** Everything under the front matter: what a judge is shown. */
  readonly body: string;
  /** Weights that do not sum to 100, for example. */
  readonly warnings: readonly Problem[];
}

export interface HardFail {
  readonly code: string;
  readonly text: string;
}

const THRESHOLD = 4;

/** Reads a rubric; throws `folder/bad-rubric` naming every rule it breaks, with lines. */
export function parseRubric(content: Uint8Array | string, file: string): Rubric {
  const { source, fields, body, lineOf } = parseFrontMatter(readSource(content, file));
  const weights = fields['weights'] ?? null;
  const thresholdPass = fields['threshold_pass'] ?? THRESHOLD;
  const problem = (key: string, message: string, hint: string): Problem => ({
    file,
    line: lineOf(...key.split('.')),
    message,
    hint,
  });
  const problems = weightProblems(weights, problem);
  if (!isScore(thresholdPass)) {
    const must = '`threshold_pass` must be a number from 1 to 5';
    problems.push(problem('threshold_pass', must, 'write for example `threshold_pass: 4.0`'));
  }
  refuseProblems('folder/bad-rubric', problems);
  const sum = Object.values(weights as Readonly<Record<string, number>>).reduce((a, b) => a + b, 0);
  const unbalanced = Math.abs(sum - 100) < 1e-9 ? [] : [sum];
  return {
    source,
    weights: weights as Readonly<Record<string, number>>,
    thresholdPass: thresholdPass as number,
    hardFails: hardFailsOf(source),
    body,
    warnings: unbalanced.map((total) =>
      problem('weights', `the weights sum to ${total}`, 'make them sum to 100'),
    ),
  };
}

/** The text of a rubric, byte for byte as read. */
export const printRubric = ({ source }: Rubric): string => printSource(source);

const isScore = (value: Json): boolean => typeof value === 'number' && value >= 1 && value <= 5;

type Note = (key: string, message: string, hint: string) => Problem;

function weightProblems(weights: Json, problem: Note): Problem[] {
  const hint = 'write `weights:` with a line `dimension: number` for each, summing to 100';
  if (!isJsonObject(weights) || Object.keys(weights).length === 0) {
    return [problem('weights', '`weights` has no dimensions', hint)];
  }
  const wrong = Object.entries(weights).filter(
    ([, weight]) => typeof weight !== 'number' || weight < 0,
  );
  const zero = Object.values(weights).every((weight) => weight === 0);
  return [
    ...wrong.map(([name]) =>
      problem(`weights.${name}`, `the weight of \`${name}\` must be a number, 0 or more`, hint),
    ),
    ...(zero ? [problem('weights', 'every weight is 0', hint)] : []),
  ];
}

function hardFailsOf(source: SourceText): readonly HardFail[] {
  const section = sectionsOf(source).find(({ heading }) => /^hard fails?\b/i.test(heading));
  if (section === undefined) return [];
  return bulletsOf(source, section).flatMap(({ text }) => {
    const [all, code] = /^\**`?([A-Z]+\d+)`?\**\s*[-:—–]*\s*/.exec(text) ?? [];
    return code === undefined || all === undefined ? [] : [{ code, text: text.slice(all.length) }];
  });
}
