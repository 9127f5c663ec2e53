import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type RegisterResult, registerResult, runRegister } from '../../src/flux/index.ts';
import { withArena } from '../../src/flux/register/compile/arena.ts';
import { drive } from '../../src/flux/register/compile/drive.ts';
import { RegisterProgram } from '../../src/flux/register/compile/program.ts';
import {
  moveRegisterMachine,
  type RegisterStart,
  registerMachine,
} from '../../src/flux/register/machine.ts';
import { registerProgram, registerStart } from './register-program.ts';

/** Runs compiled code in calls of `slice` cycles, so that it stops and resumes everywhere. */
export function runCompiledInSlices(
  code: Uint8Array,
  start: RegisterStart,
  slice: number,
): RegisterResult {
  const machine = registerMachine(code, start);
  const program = RegisterProgram.compile(code);
  if (!program) return runRegister(code, { ...start, path: 'interpreter' });
  return withArena((arena) => {
    const moved = moveRegisterMachine(machine, arena.store);
    drive(moved, start.limits?.steps ?? 10_000, { program, arena, slice });
    return registerResult(moved, moved.ending ?? 'step-limit');
  });
}

/** Every observable of a run; memory as a Buffer, which compares fast. */
function observables({ memory, ...rest }: RegisterResult) {
  return { ...rest, memory: Buffer.from(memory).toString('latin1') };
}

/** Compiled code and the interpreter agree on everything a run leaves, however it is cut. */
export const compiledEqualsInterpreted = fc.property(
  registerProgram,
  registerStart,
  fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constant(1 << 20)),
  (code, plain, slice) => {
    let asked = 0;
    const host = () => ({ send: () => (asked += 1) });
    const start = { ...plain };
    const interpreted = runRegister(code, { ...start, host: host(), path: 'interpreter' });
    asked = 0;
    const compiled = runCompiledInSlices(code, { ...start, host: host() }, slice);
    assert.deepEqual(observables(compiled), observables(interpreted));
  },
);
