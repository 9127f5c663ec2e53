import fc from 'fast-check';
import { test } from 'vitest';
import { certainErrorsAreCertain, provenRegisterHolds, provenStackHolds } from './proven.ts';

test('a proven register program never underflows, never jumps wild, and is as deep as proven', () => {
  fc.assert(provenRegisterHolds, { numRuns: 300, maxSkipsPerRun: 200 });
});

test('a proven stack program never underflows or returns astray, and is as deep as proven', () => {
  fc.assert(provenStackHolds, { numRuns: 300, maxSkipsPerRun: 200 });
});

test('what is certain to fail fails', () => {
  fc.assert(certainErrorsAreCertain, { numRuns: 1000 });
});
