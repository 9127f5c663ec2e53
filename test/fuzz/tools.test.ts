import fc from 'fast-check';
import { test } from 'vitest';
import {
  assemblingIsTagged,
  disassemblyReassembles,
  loadingIsTagged,
  runningIsTagged,
  verifyingIsSound,
} from './tools.ts';

test('any file is loaded or refused with a tagged error', () => {
  fc.assert(loadingIsTagged, { numRuns: 3000 });
});

test('any text assembles, or all its mistakes are named with their place', () => {
  fc.assert(assemblingIsTagged, { numRuns: 3000 });
});

test('any bytes, disassembled and assembled, are the same bytes', () => {
  fc.assert(disassemblyReassembles, { numRuns: 3000 });
});

test('any bytes are verified, and proven programs never underflow or jump wild', () => {
  fc.assert(verifyingIsSound, { numRuns: 3000 });
});

test('any bytes run to an ending or are refused with a tagged error', () => {
  fc.assert(runningIsTagged, { numRuns: 1000 });
});
