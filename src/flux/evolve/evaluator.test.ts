import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runStack } from '../stack/run.ts';
import { evaluate } from './evaluator.ts';
import { encodeGenome, type Genome, genes, isJump } from './genome.ts';

const genome: fc.Arbitrary<Genome> = fc
  .array(
    fc.record({
      code: fc.nat({ max: genes.length - 1 }),
      constant: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer()),
      jump: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { maxLength: 14 },
  )
  .map((instructions) => ({
    codes: instructions.map(({ code }) => code),
    operands: instructions.map(({ code, constant, jump }) =>
      isJump(code) ? Math.floor(jump * (instructions.length + 0.999)) : constant,
    ),
  }));

const inputs = fc.array(fc.oneof(fc.integer({ min: -20, max: 20 }), fc.integer()), {
  maxLength: 3,
});

test('the evaluator of a search does what machine S does: ending, steps, depth and top', () => {
  fc.assert(
    fc.property(genome, inputs, (given, stack) => {
      const limits = { steps: 200 };
      const result = runStack(encodeGenome(given), { stack, limits });
      const ended = { halt: 'done', trap: 'trap', 'step-limit': 'step-limit' }[
        result.ending as 'halt'
      ];
      expect(evaluate(given, stack, 200)).toMatchObject({
        ended,
        steps: result.steps,
        ...(ended !== 'trap' && { depth: result.stack.length, top: result.stack.at(-1) ?? 0 }),
      });
    }),
    { numRuns: 3000 },
  );
});
