import { type CaseResult, type Evaluation, evaluateAgent } from '../../../agent/index.ts';
import type { JsonObject } from '../../../base/index.ts';
import { CASE_CATEGORIES } from '../../../folder/index.ts';
import { defineCommand, type OptionValue, type Report } from '../../command.ts';
import { usageError } from '../../error.ts';
import { exitCode } from '../../exit-code.ts';
import { given } from '../../given.ts';
import { writeHome } from '../../session.ts';
import { judgeOption } from '../outcome/outcome-options.ts';

/** `datum eval` */
export const command = defineCommand({
  summary: 'Measure an agent by its golden cases',
  about:
    'Asks the agent each question under evals/golden and evals/regressions, has another model judge ' +
    'the answers by evals/rubric.md, and writes evals/runs. Ends with 0 only when every case passed; ' +
    'a suite without cases does not pass. Nothing the agent would remember is written.',
  arguments: [{ name: '<agent>', about: 'the agent' }],
  options: [
    { flags: '--category <name>', about: `only ${CASE_CATEGORIES.join(', ')}` },
    { flags: '--test <id>', about: 'only the case of this test_id' },
    { flags: '--all', about: 'every case, as without it' },
    { flags: '--model <id>', about: 'this model instead of the default of model.md' },
    judgeOption,
    { flags: '--summary-only', about: 'only the last line' },
    { flags: '--no-write', about: 'do not write evals/runs' },
  ],
  examples: [
    'datum eval harbor',
    'datum eval harbor --category adversarial',
    'datum eval harbor --test 001_quote_with_page --judge-model claude-haiku-4-5-20251001',
  ],
  run: (invocation) => {
    const { args, options, terminal, world } = invocation;
    const filter = filterOf(options);
    return writeHome(invocation, async (home) => {
      const agent = await home.agent(args[0] ?? '').called();
      const request = {
        agent,
        ...filter,
        ...given('model', options['model']),
        ...given('judge', options['judgeModel']),
        ...(options['write'] === false ? {} : { write: { by: home.by, why: { source: 'eval' } } }),
      };
      const progress = { signal: world.signal, onStep: terminal.progress };
      try {
        const done = await evaluateAgent(await home.agent(agent).world(), request, progress);
        return report(done, options['summaryOnly'] === true ? 'summary' : 'cases');
      } finally {
        await home.commit(`eval: ${agent}`);
      }
    });
  },
});

function filterOf(options: Readonly<Record<string, OptionValue>>) {
  const { category, test } = options;
  if (typeof category === 'string' && !CASE_CATEGORIES.some((each) => each === category)) {
    throw usageError(
      `there is no category ${category}`,
      `name one of ${CASE_CATEGORIES.join(', ')}`,
    );
  }
  return { ...given('category', category), ...given('test', test) };
}

function report(done: Evaluation, shown: 'summary' | 'cases'): Report {
  const { results, broken, warnings, passed } = done;
  const details = [
    ...results.flatMap(caseLines),
    ...warnings.map(({ file, line, message }) => `note  ${file}:${line}: ${message}`),
  ];
  const faults = broken.map(
    ({ file, line, message }) => `cannot be run  ${file}:${line}: ${message}`,
  );
  return {
    data: dataOf(done),
    text: [...(shown === 'cases' ? details : []), ...faults, summary(done)].join('\n'),
    exit: passed ? exitCode.done : exitCode.failed,
  };
}

function caseLines(result: CaseResult): readonly string[] {
  const { verdict, weightedScore, category, testId, hardFails, unmet, scores, error } = result;
  const score = verdict === 'judge_error' ? '  - ' : weightedScore.toFixed(2);
  const where = `${result.isRegression ? 'regression' : category}/${testId}`;
  const bounds = unmet.map(
    ({ dimension, operator, value }) =>
      `      ${dimension} is ${scores[dimension] ?? 'not scored'}, not ${operator} ${value}`,
  );
  return [
    [verdict.padEnd(11), score, where, ...hardFails].join('  '),
    ...bounds,
    ...(error === undefined ? [] : [`      ${error}`]),
    ...(result.isAuditSample ? ['      audit sample: read this verdict again yourself'] : []),
  ];
}

function summary({ results, meanScore, judgeModel, costUsd, broken }: Evaluation): string {
  if (results.length === 0 && broken.length === 0) {
    return 'no case was run: write one under evals/golden/happy/';
  }
  const passed = results.filter(({ verdict }) => verdict === 'pass').length;
  return [
    `${passed} of ${results.length} passed`,
    ...(meanScore === undefined ? [] : [`mean ${meanScore.toFixed(2)}`]),
    `judged by ${judgeModel}`,
    `${costUsd.toFixed(6)} USD`,
  ].join(', ');
}

const dataOf = ({ results, broken, warnings, ...rest }: Evaluation): JsonObject => ({
  ...rest,
  results: results.map((result) => ({
    ...result,
    agent: { ...result.agent },
    judge: { ...result.judge },
    checks: result.checks.map((check) => ({ ...check })),
    unmet: result.unmet.map((bound) => ({ ...bound })),
  })),
  broken: broken.map((problem) => ({ ...problem })),
  warnings: warnings.map((problem) => ({ ...problem })),
});
