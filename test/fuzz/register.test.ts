import fc from 'fast-check';
import { test } from 'vitest';
import { compiledEqualsInterpreted } from './register-equality.ts';

test('compiled programs of machine R leave exactly what the interpreter leaves', () => {
  fc.assert(compiledEqualsInterpreted, { numRuns: 5000 });
});
