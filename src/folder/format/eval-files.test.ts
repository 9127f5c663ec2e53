import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FolderError } from '../error.ts';
import { parseEvalRun } from './eval-line.ts';
import { parseGoldenCase, printGoldenCase } from './golden-case.ts';
import { parseJudgeFile, printJudgeFile } from './judge-file.ts';
import { parseRubric, printRubric } from './rubric.ts';

const harbor = (path: string): string =>
  readFileSync(join(import.meta.dirname, '../../../examples/harbor/evals', path), 'utf8');

const problemsOf = (read: () => unknown): readonly string[] => {
  try {
    read();
  } catch (error) {
    if (error instanceof FolderError) {
      return error.problems.map(({ line, message }) => `${line}: ${message}`);
    }
    throw error;
  }
  return [];
};

test('the rubric of harbor', () => {
  const text = harbor('rubric.md');
  const rubric = parseRubric(text, 'rubric.md');
  expect(rubric.weights).toMatchObject({ persona_fidelity: 15, output_quality: 25 });
  expect(rubric).toMatchObject({ thresholdPass: 4, warnings: [] });
  expect(rubric.hardFails[0]).toEqual({ code: 'HF1', text: 'cites a volume that is not held' });
  expect(printRubric(rubric)).toBe(text);
});

test('weights that do not sum to 100 are a warning, wrong ones a problem with its line', () => {
  const text = (weights: string) => `---\nweights:\n${weights}---\n\nx\n`;
  expect(parseRubric(text('  a: 60\n  b: 50\n'), 'r.md').warnings).toMatchObject([{ line: 2 }]);
  expect(problemsOf(() => parseRubric(text('  a: sixty\n'), 'r.md'))).toEqual([
    '3: the weight of `a` must be a number, 0 or more',
  ]);
  expect(problemsOf(() => parseRubric('---\nx: 1\n---\n', 'r.md'))).toHaveLength(1);
});

test('the judge of harbor', () => {
  const text = harbor('judge.md');
  const judge = parseJudgeFile(text, 'judge.md');
  expect(judge).toMatchObject({
    crossFamily: ['gpt-5-mini'],
    sameFamilyFallback: ['claude-haiku-4-5-20251001'],
    strictMode: true,
    auditSample: 0.1,
  });
  expect(judge.template).toContain('{agent_response}');
  expect(printJudgeFile(judge)).toBe(text);
});

test('a case of harbor, its bounds and its facts', () => {
  const text = harbor('golden/happy/001_quote_with_page.md');
  const golden = parseGoldenCase(text, 'x.md');
  expect(golden).toMatchObject({
    id: '001_quote_with_page',
    category: 'happy',
    input: '> "Where does the pilot first mention the gauge?"',
    criteria: [
      { dimension: 'factual_accuracy', operator: '>=', value: 5 },
      { dimension: 'format_adherence', operator: '>=', value: 4 },
    ],
    expectedFacts: [{ claim: 'Ledger covers 1871-1904', expectedValue: '1871-1904' }],
  });
  expect(printGoldenCase(golden)).toBe(text);
});

const caseText = (headings: { readonly expected: string; readonly criteria: string }): string =>
  [
    '---\ntest_id: a\ncategory: edge\n---\n\n## Setup\n\nS\n\n## Input\n\nI',
    `\n\n## ${headings.expected}\n\nE\n\n## ${headings.criteria}\n\n- No HF2\n- Memory recall >= 3\n- at most 12 words\n`,
  ].join('');

test.each([
  ['Expected behavior', 'Pass criteria'],
  [
    'Expected behavior (the judge evaluates against this)',
    'Pass criteria (rubric thresholds + hard-fail checks)',
  ],
  ['Expected Behavior', 'Pass Criteria'],
])('sections are found as %s and %s', (expected, criteria) => {
  expect(parseGoldenCase(caseText({ expected, criteria }), 'x.md')).toMatchObject({
    setup: 'S',
    input: 'I',
    expectedBehavior: 'E',
    criteria: [{ dimension: 'memory_recall', operator: '>=', value: 3 }],
    namedHardFails: ['HF2'],
  });
});

test('whatever is appended to a case, it is read or refused with lines, and printed as it was', () => {
  const base = caseText({ expected: 'Expected behavior', criteria: 'Pass criteria' });
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(base.length), (text, at) => {
      const file = base.slice(0, at) + text + base.slice(at);
      try {
        expect(printGoldenCase(parseGoldenCase(file, 'x.md'))).toBe(file);
      } catch (error) {
        expect(error).toBeInstanceOf(FolderError);
        expect((error as FolderError).problems.length).toBeGreaterThan(0);
      }
    }),
  );
});

test('results of harbor are read; a torn line costs nothing but itself', () => {
  const { lines, damaged } = parseEvalRun(`${harbor('runs/2026-06-05.jsonl')}{"ts":"2`, 'x.jsonl');
  expect(lines.map(({ weightedScore }) => weightedScore)).toEqual([4.85, 4.35, 4.25, 3.1, 4.6]);
  expect(lines[3]).toMatchObject({ verdict: 'fail', hardFails: ['HF1'] });
  expect(damaged).toHaveLength(1);
});
