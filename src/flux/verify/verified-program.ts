import type { Sha256 } from '../../base/index.ts';
import type { MachineName } from '../machine.ts';

/** What both machines' decoded instructions share. */
export interface Instruction {
  /** Address of its first byte. */
  readonly pc: number;
  readonly size: number;
  /** Operand values as the machine reads them (signed where it is signed), in encoding order. */
  readonly operands: readonly number[];
}

/** How many values lie on the stack; `max` is Infinity where a loop can grow it without bound. */
export interface DepthRange {
  readonly min: number;
  readonly max: number;
}

/** A straight run of instructions: entered only at its first, left only after its last. */
export interface BasicBlock {
  readonly pc: number;
  /** Index into `instructions` of the first, and how many there are. */
  readonly first: number;
  readonly count: number;
  /**
   * Block that follows when its last instruction does not jump; after a CALL the one it returns to.
   * Absent after HALT, BREAK, RET, an unconditional jump, and where the code ends.
   */
  readonly next?: number;
  /** Block its last instruction jumps to (jump, branch, deadline). */
  readonly target?: number;
  /** Block a CALL or FORK enters as a routine of its own. */
  readonly callee?: number;
}

/**
 * Code reached from the start of the program, a CALL target or a FORK entry, up to its HALT or RET.
 * Depths are relative to the entry; a block may belong to several routines.
 */
export interface Routine {
  readonly kind: 'main' | 'call' | 'fork';
  /** Index of its first block. */
  readonly entry: number;
  /** Depth at the entry of each of its blocks, relative to the depth at the routine's entry. */
  readonly depths: ReadonlyMap<number, DepthRange>;
  /** Values it needs below its entry depth; verified to be there at every call. */
  readonly need: number;
  /** Change of depth from call to return; absent when it never returns. */
  readonly change?: DepthRange;
}

/**
 * A program the verifier has proven: every reachable instruction is whole and known, every jump
 * lands on an instruction, no reachable POP can find an empty stack and no RET an empty call stack,
 * from any state with at least `initialDepth` values on the stack. It can still trap for what data
 * decides: division by zero, memory bounds, types, stack overflow, sandbox, fuel.
 *
 * Only `verify` makes one.
 */
export interface VerifiedProgram<I extends Instruction = Instruction> {
  readonly machine: MachineName;
  readonly code: Uint8Array;
  readonly hash: Sha256;
  readonly initialDepth: number;
  /** Reachable instructions in the order of their addresses; unreachable bytes are not listed. */
  readonly instructions: readonly I[];
  /** In the order of their addresses; block 0 starts at address 0. Empty for an empty program. */
  readonly blocks: readonly BasicBlock[];
  /** `routines[0]` is main. */
  readonly routines: readonly Routine[];
}
