import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseEvalRun } from '../../folder/index.ts';
import { evalRates, RATE_KEYS } from './rates.ts';

const linesOf = (values: readonly object[]) =>
  parseEvalRun(values.map((value) => JSON.stringify(value)).join('\n'), 'x.jsonl').lines;

const scored = (verdict: string, score: number, more: object = {}) => ({
  ts: '2026-06-05T09:00:00+02:00',
  test_id: 'a',
  category: 'happy',
  agent_model: 'm',
  verdict,
  weighted_score: score,
  scores: { output_quality: score },
  hard_fails: [],
  ...more,
});

test('shares are of the results with a verdict, and a failed agent has no score', () => {
  const lines = linesOf([
    scored('pass', 4.5),
    scored('fail', 3, { hard_fails: ['HF1', 'HF2'] }),
    scored('fail', 0, { scores: {}, hard_fails: ['agent_error'], category: 'edge' }),
    scored('judge_error', 0, { scores: {}, category: 'edge' }),
    scored('judge_error', 0, { scores: {}, regression: true }),
  ]);
  const { rows, total } = evalRates(lines, 'suite');
  expect(rows.map(({ key }) => key)).toEqual(['happy', 'edge', 'regressions']);
  expect(rows[0]).toMatchObject({ results: 2, passRate: 0.5, hardFailRate: 0.5, meanScore: 3.75 });
  expect(rows[1]).toEqual({
    key: 'edge',
    results: 2,
    scored: 1,
    passed: 0,
    passRate: 0,
    hardFailed: 1,
    hardFailRate: 1,
    hardFails: { agent_error: 1 },
  });
  expect(rows[2]).toEqual({
    ...{ key: 'regressions', results: 1, scored: 0, passed: 0, hardFailed: 0, hardFails: {} },
  });
  expect(total).toMatchObject({ results: 5, scored: 3, hardFails: { HF1: 1, HF2: 1 } });
});

test('whatever the results are told apart by, the rows add up to the total', () => {
  const result = fc.record({
    ts: fc.constantFrom('2026-06-05T23:00:00+02:00', '2026-06-06T00:00:00+02:00'),
    test_id: fc.constantFrom('a', 'b'),
    category: fc.constantFrom('happy', 'edge', 'adversarial', 'decline', 'odd'),
    agent_model: fc.constantFrom('m', 'n'),
    verdict: fc.constantFrom('pass', 'fail', 'judge_error'),
    weighted_score: fc.double({ min: 0, max: 5, noNaN: true }),
    scores: fc.constantFrom({}, { output_quality: 4 }),
    hard_fails: fc.subarray(['HF1', 'HF2']),
    regression: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(result), fc.constantFrom(...RATE_KEYS), (values, by) => {
      const { rows, total } = evalRates(linesOf(values), by);
      for (const field of ['results', 'scored', 'passed', 'hardFailed'] as const) {
        expect(rows.reduce((sum, row) => sum + row[field], 0)).toBe(total[field]);
      }
      expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
      for (const { scored: of, passed, hardFailed, passRate } of [...rows, total]) {
        expect(passed + hardFailed).toBeGreaterThanOrEqual(0);
        expect([passRate === undefined, passed <= of, hardFailed <= of]).toEqual([
          ...[of === 0, true, true],
        ]);
      }
    }),
  );
});
