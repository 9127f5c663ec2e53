import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type StackResult, type StackStart, stackMachine } from '../../src/flux/index.ts';
import { compiledEngine } from '../../src/flux/stack/compile/auto-engine.ts';
import { stackProgram, stackStart } from './stack-program.ts';

/** Runs compiled code for `slice` steps at a time, so that it stops and resumes everywhere. */
export function runCompiledInSlices(
  code: Uint8Array,
  start: StackStart,
  slice: number,
): StackResult {
  const machine = stackMachine(code, start, compiledEngine);
  for (;;) {
    const result = machine.advance(slice);
    if (result !== undefined) return result;
  }
}

/** Every observable of a run; memory as text, which compares fast. */
export function observables({ memory, ...rest }: StackResult) {
  return { ...rest, memory: Buffer.from(memory).toString('latin1') };
}

/** Compiled code and the interpreter agree on everything a run leaves, however it is cut. */
export const compiledEqualsInterpreted = fc.property(
  stackProgram,
  stackStart,
  fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constant(1 << 20)),
  fc.boolean(),
  (code, start, slice, hasClock) => {
    const host = () => {
      let time = 0;
      return {
        send: () => 5,
        capabilities: new Set([1]),
        ...(hasClock && { clock: () => (time += 3) }),
      };
    };
    const interpreted = stackMachine(code, { ...start, host: host() }).run();
    const compiled = runCompiledInSlices(code, { ...start, host: host() }, slice);
    assert.deepEqual(observables(compiled), observables(interpreted));
  },
);
