import { isJsonObject, type Json } from '../../base/index.ts';
import { type Problem, refuseProblems } from '../error.ts';
import { type FrontMatter, parseFrontMatter } from './front-matter.ts';
import { bulletsOf, type Section, sectionsOf } from './sections.ts';
import { printSource, readSource, type SourceText } from './source-text.ts';

export const CASE_CATEGORIES = ['happy', 'edge', 'adversarial', 'decline'] as const;
export type CaseCategory = (typeof CASE_CATEGORIES)[number];

/** One question with what a good answer does: `evals/golden/<category>/<id>.md` (atomic-runtime §15). */
export interface GoldenCase {
  readonly source: SourceText;
  readonly id: string;
  readonly category: CaseCategory;
  /** What is taken for given, told to the agent before the question. */
  readonly setup?: string;
  readonly input: string;
  readonly expectedBehavior: string;
  /** The section as a judge is shown it. */
  readonly passCriteria: string;
  /** Bounds on single dimensions, read from the section. */
  readonly criteria: readonly Criterion[];
  /** Hard-fail codes that the section names. */
  readonly namedHardFails: readonly string[];
  readonly expectedFacts: readonly ExpectedFact[];
}

/** A bound on the score of one dimension; a bare number is the least it must reach. */
export interface Criterion {
  readonly dimension: string;
  readonly operator: '>=' | '>' | '<=' | '<' | '=';
  readonly value: number;
}

/** Something true that the answer should state, with the file it stands in. */
export interface ExpectedFact {
  readonly claim: string;
  readonly source: string;
  readonly expectedValue: string;
}

/** Reads a case; throws `folder/bad-case` naming every rule it breaks, with lines. */
export function parseGoldenCase(content: Uint8Array | string, file: string): GoldenCase {
  const matter = parseFrontMatter(readSource(content, file));
  const { source, fields } = matter;
  const input = textUnder(source, 'input');
  const expectedBehavior = textUnder(source, 'expected behavior');
  refuseProblems('folder/bad-case', [
    ...fieldProblems(matter),
    ...missing(source, 'Input', input),
    ...missing(source, 'Expected behavior', expectedBehavior),
  ]);
  const setup = textUnder(source, 'setup');
  const passCriteria = textUnder(source, 'pass criteria') ?? '';
  return {
    source,
    id: fields['test_id'] as string,
    category: fields['category'] as CaseCategory,
    ...(setup === undefined ? {} : { setup }),
    input: input as string,
    expectedBehavior: expectedBehavior as string,
    passCriteria,
    criteria: criteriaOf(source),
    namedHardFails: [...new Set(passCriteria.match(/\bHF\d+\b/g) ?? [])],
    expectedFacts: factsOf(fields['expected_facts'] ?? []),
  };
}

/** The text of a case, byte for byte as read. */
export const printGoldenCase = ({ source }: GoldenCase): string => printSource(source);

/** A section by its title; a remark in brackets after the title is not part of it. */
const sectionNamed = (source: SourceText, title: string): Section | undefined =>
  sectionsOf(source).find(
    ({ heading }) => heading.replace(/\s*\([^)]*\)\s*$/, '').toLowerCase() === title,
  );

function textUnder(source: SourceText, title: string): string | undefined {
  const section = sectionNamed(source, title);
  if (section === undefined) return undefined;
  const text = source.lines
    .slice(section.start + 1, section.end)
    .join('')
    .trim();
  return text === '' ? undefined : text;
}

const missing = (
  { file }: SourceText,
  title: string,
  text: string | undefined,
): readonly Problem[] =>
  text === undefined
    ? [
        {
          file,
          line: 1,
          message: `there is nothing under \`## ${title}\``,
          hint: 'write the section',
        },
      ]
    : [];

function fieldProblems({ source: { file }, fields, lineOf }: FrontMatter): readonly Problem[] {
  const problems: Problem[] = [];
  const check = (holds: boolean, key: string, must: string): void => {
    if (holds) return;
    const message = fields[key] === undefined ? `\`${key}\` is missing` : `\`${key}\` is wrong`;
    problems.push({ file, line: lineOf(key), message, hint: `write \`${key}\`: ${must}` });
  };
  const { test_id: id, category, expected_facts: facts = [] } = fields;
  check(typeof id === 'string' && /^[\w.-]+$/.test(id), 'test_id', 'letters, digits, `_`, `-`');
  check(
    CASE_CATEGORIES.some((each) => each === category),
    'category',
    `one of ${CASE_CATEGORIES.join(', ')}`,
  );
  check(
    Array.isArray(facts) && facts.every(isFact),
    'expected_facts',
    'a list of claim, source and expected_value',
  );
  return problems;
}

const isFact = (value: Json): boolean =>
  isJsonObject(value) && typeof value['claim'] === 'string' && typeof value['source'] === 'string';

const factsOf = (list: Json): readonly ExpectedFact[] =>
  (list as readonly Json[]).filter(isJsonObject).map((fact) => ({
    claim: String(fact['claim']),
    source: String(fact['source']),
    expectedValue: String(fact['expected_value'] ?? ''),
  }));

const BOUND =
  /^`?([a-z][\w ]*?)`?\s*(?::\s*(>=|≥|<=|≤|==?|>|<)?|(>=|≥|<=|≤|==?|>|<))\s*(\d+(?:\.\d+)?)(?![\w.])/i;

function criteriaOf(source: SourceText): readonly Criterion[] {
  const section = sectionNamed(source, 'pass criteria');
  if (section === undefined) return [];
  return bulletsOf(source, section).flatMap(({ text }): readonly Criterion[] => {
    const [, name, afterColon, alone, value] = BOUND.exec(text) ?? [];
    if (name === undefined) return [];
    const dimension = name.trim().toLowerCase().replaceAll(' ', '_');
    return [{ dimension, operator: operatorOf(afterColon ?? alone ?? '>='), value: Number(value) }];
  });
}

const operatorOf = (sign: string): Criterion['operator'] => {
  if (sign === '≥') return '>=';
  if (sign === '≤') return '<=';
  return sign === '==' ? '=' : (sign as Criterion['operator']);
};
