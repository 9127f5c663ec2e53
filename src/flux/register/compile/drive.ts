import { interpret } from '../interpret.ts';
import type { RegisterMachine } from '../machine.ts';
import type { Arena } from './arena.ts';
import type { RegisterProgram } from './program.ts';

/**
 * Cycles of one call into compiled code. Engines put faster code into place only between calls, so
 * a long run must come back now and then.
 */
const SLICE_CYCLES = 1 << 20;
/** A call that got this far was worth it; shorter ones hand over to the interpreter for longer. */
const WORTHWHILE_CYCLES = 256;
const PATIENCE_MAX = 1 << 16;

/** One call into compiled code; answers the cycles it took. */
function runSlice(machine: RegisterMachine, cycles: number, { program, arena }: Compiled): number {
  const entry = program.entries.get(machine.pc)!;
  arena.control.depth = machine.depth;
  arena.control.stackDepth = machine.limits.stackDepth;
  arena.control.flagged = machine.flagged;
  machine.pc = program.in(arena)(entry.dispatch, cycles, entry.goal);
  machine.depth = arena.control.depth;
  machine.flagged = arena.control.flagged;
  const used = cycles - arena.control.left;
  machine.cycles += used;
  return used;
}

/** A program and the arena in which its machine lives. */
export interface Compiled {
  readonly program: RegisterProgram;
  readonly arena: Arena;
  /** Cycles of one call into compiled code, at most 2^30; tests take few. */
  readonly slice?: number;
}

/**
 * Like `interpret`, with compiled code wherever control is at one of its entries. The interpreter
 * does what compiled code left undone, one instruction at first and twice as many each time that
 * compiled code gets nowhere, so that no program runs slower than it would interpreted.
 */
export function drive(machine: RegisterMachine, until: number, compiled: Compiled): void {
  const { program, slice = SLICE_CYCLES } = compiled;
  let patience = 1;
  while (machine.ending === undefined && machine.cycles < until) {
    if (program.entries.has(machine.pc)) {
      const used = runSlice(machine, Math.min(until - machine.cycles, slice), compiled);
      if (used >= WORTHWHILE_CYCLES) {
        patience = 1;
        if (program.entries.has(machine.pc)) continue;
      }
    }
    interpret(machine, Math.min(until, machine.cycles + patience));
    patience = Math.min(patience * 2, PATIENCE_MAX);
  }
}
