import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FluxError, resumeStack, type StackPath, stackMachine } from '../../src/flux/index.ts';
import { type Mutation, mutated, mutations } from './mutation.ts';
import { observables } from './stack-equality.ts';
import { stackProgram, stackStart } from './stack-program.ts';

/**
 * A continuation of a program stopped anywhere, changed in a few places: resuming it throws a tagged
 * error, or both paths run it to the same end.
 */
export const forgedContinuationsAreSafe = fc.property(
  stackProgram,
  stackStart,
  fc.record({
    stop: fc.nat(60),
    changes: fc.oneof(fc.constant<readonly Mutation[]>([]), mutations),
  }),
  (code, start, { stop, changes }) => {
    const machine = stackMachine(code, start);
    machine.advance(stop);
    const saved: unknown = JSON.parse(JSON.stringify(machine.save()));
    const forged = changes.reduce(mutated, saved);
    const limits = { ...start.limits, steps: 500 };
    const resume = (path: StackPath) => resumeStack(code, forged, { limits, path }).run();
    try {
      assert.deepEqual(observables(resume('compiled')), observables(resume('interpreter')));
    } catch (error) {
      if (!(error instanceof FluxError)) throw error;
      assert.ok(changes.length > 0);
    }
  },
);
