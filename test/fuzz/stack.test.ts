import fc from 'fast-check';
import { test } from 'vitest';
import { compiledEqualsInterpreted } from './stack-equality.ts';

test('compiled programs of machine S leave exactly what the interpreter leaves', () => {
  fc.assert(compiledEqualsInterpreted, { numRuns: 5000 });
});
