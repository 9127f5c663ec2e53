import { boundedCount } from '../bounded.ts';
import { fluxLimits } from '../limits.ts';
import type { Ending, Trap } from '../machine.ts';
import { LOOKUP_STEPS } from '../program-cache.ts';
import { withArena } from './compile/arena.ts';
import { compiledNow, compiledWhenHot } from './compile/cache.ts';
import { drive } from './compile/drive.ts';
import { interpret } from './interpret.ts';
import {
  copyRegisterMachine,
  moveRegisterMachine,
  type RegisterMachine,
  type RegisterStart,
  registerFlags,
  registerMachine,
  storeIn,
} from './machine.ts';

/** How a run of machine R ended and the state it left. */
export interface RegisterResult {
  readonly machine: 'register';
  readonly ending: Ending;
  readonly trap?: Trap;
  /** Instructions executed, the one that trapped or halted included. */
  readonly steps: number;
  /** Address of the next instruction, of the trapping one after a trap. */
  readonly pc: number;
  /** Z is 1, S is 2. */
  readonly flags: number;
  readonly ints: Int32Array;
  readonly floats: Float64Array;
  readonly confidence: Float64Array;
  readonly memory: Uint8Array;
  /** Bottom to top. */
  readonly stack: Int32Array;
  readonly output: readonly string[];
}

/** The most cycles a run may take, and how it ends when they are spent. */
export function cycleBudget({ limits = {} }: RegisterStart): { cycles: number; spent: Ending } {
  const steps = boundedCount('steps', limits.steps ?? fluxLimits.registerStepsDefault);
  const fuel = boundedCount('fuel', limits.fuel ?? Number.POSITIVE_INFINITY);
  return fuel < steps ? { cycles: fuel, spent: 'fuel' } : { cycles: steps, spent: 'step-limit' };
}

/** Engines differ in the sign and payload of a NaN; a result has only the quiet positive one. */
function makeOneNaN(floats: Float64Array<ArrayBuffer>): void {
  const bits = new BigUint64Array(floats.buffer, floats.byteOffset, floats.length);
  for (let index = 0; index < floats.length; index += 1) {
    if (Number.isNaN(floats[index])) bits[index] = 0x7ff8_0000_0000_0000n;
  }
}

/** The result of a machine that nobody uses any more: it takes over its arrays. */
function takeResult(machine: RegisterMachine, ending: Ending): RegisterResult {
  const { trap, cycles: steps, pc, ints, floats, confidence, memory, stack, output } = machine;
  makeOneNaN(floats);
  return {
    machine: 'register',
    ending,
    ...(trap && { trap }),
    steps,
    pc,
    flags: registerFlags(machine),
    ints,
    floats,
    confidence,
    memory,
    stack: stack.subarray(0, machine.depth),
    output,
  };
}

/** The state of a machine as a result of its own, which later instructions do not change. */
export function registerResult(machine: RegisterMachine, ending: Ending): RegisterResult {
  return takeResult(copyRegisterMachine(machine), ending);
}

/** Which of the two equal ways a program runs; `auto` compiles what runs long. */
export type RegisterPath = 'auto' | 'interpreter' | 'compiled';

/**
 * Runs a program of machine R to its end or limit. A trap is part of the result, never thrown.
 *
 * @example
 * const { ints, steps } = runRegister(Uint8Array.of(0x18, 0x00, 0x2a, 0x00)); // MOVI R0, 42; HALT
 * [ints[0], steps]; // => [42, 2]
 */
export function runRegister(
  code: Uint8Array,
  start: RegisterStart & { readonly path?: RegisterPath } = {},
): RegisterResult {
  const { path = 'auto' } = start;
  const machine = registerMachine(code, start);
  const { cycles, spent } = cycleBudget(start);
  if (path === 'interpreter') interpret(machine, cycles);
  if (path === 'auto') interpret(machine, Math.min(cycles, LOOKUP_STEPS));
  if (machine.ending !== undefined || machine.cycles >= cycles) {
    return takeResult(machine, machine.ending ?? spent);
  }
  const program = path === 'compiled' ? compiledNow(code) : compiledWhenHot(code, machine, cycles);
  if (!program) {
    interpret(machine, cycles);
    return takeResult(machine, machine.ending ?? spent);
  }
  return withArena((arena) => {
    const moved = moveRegisterMachine(machine, arena.store);
    drive(moved, cycles, { program, arena });
    const home = moveRegisterMachine(moved, storeIn(machine.memory.buffer));
    return takeResult(home, moved.ending ?? spent);
  });
}
