import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type FactualCheck, scoreAnswer, unmetCriteria } from './score.ts';

const weights = { a: 15, b: 15, factual_accuracy: 25, d: 25 };

const check = (value: number): FactualCheck => ({
  claim: 'x',
  stated: value > 0,
  correct: value > 0,
  cited: value === 1,
});

test.each([
  [[1, 0.5], 4],
  [[1, 1, 0.5], 4],
  [[0.5, 0], 1],
  [[0, 0], 1],
  [[1, 1], 5],
])('checked facts of %j give factual accuracy %i', (values, score) => {
  const { scores } = scoreAnswer({ weights, given: {}, checks: values.map(check) });
  expect(scores).toEqual({ factual_accuracy: score });
});

const given = fc.dictionary(
  fc.constantFrom('a', 'b', 'factual_accuracy', 'd'),
  fc.oneof(fc.double({ min: -10, max: 20, noNaN: true }), fc.constant(null)),
);

test('a weighted score lies between its lowest and its highest score', () => {
  fc.assert(
    fc.property(given, (each) => {
      const { scores, weighted } = scoreAnswer({ weights, given: each, checks: [] });
      const values = Object.values(scores);
      if (values.length === 0) return weighted === 0;
      return (
        weighted >= Math.min(...values) - 0.005 - 1e-9 &&
        weighted <= Math.max(...values) + 0.005 + 1e-9
      );
    }),
  );
});

test('every dimension is scored, does not apply, or is reported missing; never two of them', () => {
  fc.assert(
    fc.property(given, (each) => {
      const { scores, notApplicable, missing, clamped } = scoreAnswer({
        weights,
        given: each,
        checks: [],
      });
      const all = [...Object.keys(scores), ...notApplicable, ...missing];
      expect(all.toSorted()).toEqual(Object.keys(weights).toSorted());
      for (const name of Object.keys(clamped)) {
        expect([1, 5]).toContain(scores[name]);
        expect(clamped[name]).toBe(each[name]);
      }
    }),
  );
});

test('a better score never lowers the weighted score', () => {
  const score = fc.integer({ min: 1, max: 5 });
  fc.assert(
    fc.property(fc.record({ a: score, b: score, factual_accuracy: score, d: score }), (each) => {
      const weighted = (more: number): number =>
        scoreAnswer({ weights, given: { ...each, b: Math.min(5, each.b + more) }, checks: [] })
          .weighted;
      return weighted(1) >= weighted(0);
    }),
  );
});

test.each([
  ['>=', 4, true],
  ['>', 4, false],
  ['<=', 4, true],
  ['<', 4, false],
  ['=', 4, true],
] as const)('a score of 4 against %s %i', (operator, value, holds) => {
  const score = { scores: { a: 4 }, notApplicable: [] };
  expect(unmetCriteria([{ dimension: 'a', operator, value }], score)).toHaveLength(holds ? 0 : 1);
});

test('a bound on a dimension nobody scored is not met', () => {
  const bound = { dimension: 'b', operator: '>=', value: 1 } as const;
  expect(unmetCriteria([bound], { scores: {}, notApplicable: [] })).toEqual([bound]);
  expect(unmetCriteria([bound], { scores: {}, notApplicable: ['b'] })).toEqual([]);
});
