import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FluxError, resumeStack, type StackPath, stackMachine } from '../../src/flux/index.ts';
import { observables } from './stack-equality.ts';
import { stackProgram, stackStart } from './stack-program.ts';

type Leaf = null | boolean | number | string;

/** Where every scalar of a JSON value is. */
function leaves(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, each]) => leaves(each, [...path, key]));
}

function replaced(value: unknown, [key, ...rest]: readonly string[], leaf: Leaf): unknown {
  if (key === undefined) return leaf;
  const copy: Record<string, unknown> = { ...(value as object) };
  copy[key] = replaced(copy[key], rest, leaf);
  return Array.isArray(value) ? Object.values(copy) : copy;
}

const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  fc.integer({ min: -2, max: 70 }),
  fc.double(),
  fc.constantFrom('7', '2.5', 'NaN', '', null, true, 65_536, 4_294_967_296),
);

/**
 * A continuation of a program stopped anywhere, with one scalar changed: resuming it throws a tagged
 * error, or both paths run it to the same end.
 */
export const forgedContinuationsAreSafe = fc.property(
  stackProgram,
  stackStart,
  fc.record({ stop: fc.nat(60), where: fc.nat(), leaf, forge: fc.boolean() }),
  (code, start, { stop, where, leaf, forge }) => {
    const machine = stackMachine(code, start);
    machine.advance(stop);
    const saved: unknown = JSON.parse(JSON.stringify(machine.save()));
    const paths = leaves(saved);
    const forged = forge ? replaced(saved, paths[where % paths.length]!, leaf) : saved;
    const limits = { ...start.limits, steps: 500 };
    const resume = (path: StackPath) => resumeStack(code, forged, { limits, path }).run();
    try {
      assert.deepEqual(observables(resume('compiled')), observables(resume('interpreter')));
    } catch (error) {
      if (!(error instanceof FluxError)) throw error;
      assert.ok(forge);
    }
  },
);
