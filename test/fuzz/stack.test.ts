import fc from 'fast-check';
import { test } from 'vitest';
import { forgedContinuationsAreSafe } from './continuation.ts';
import { compiledEqualsInterpreted } from './stack-equality.ts';
import { vectorFilesAreTagged } from './suite-file.ts';

test('compiled programs of machine S leave exactly what the interpreter leaves', () => {
  fc.assert(compiledEqualsInterpreted, { numRuns: 5000 });
});

test('a continuation that was tampered with is refused or runs the same on both paths', () => {
  fc.assert(forgedContinuationsAreSafe, { numRuns: 2000 });
});

test('a vector file with a mistake is refused with a tagged error, never runs into another', () => {
  fc.assert(vectorFilesAreTagged, { numRuns: 1000 });
});
