import { flagsOf, knownFlags, type PendingFlags } from './flags.ts';
import type { OperandStack } from './operand-stack.ts';

/** A window of memory that a context has locked itself into; permissions 1 read, 2 write. */
export interface Sandbox {
  readonly start: number;
  readonly size: number;
  readonly permissions: number;
}

export const MAY_READ = 1;
export const MAY_WRITE = 2;

/**
 * Why a context does not run: it joins another one, or it waits for a time, a message, or whichever
 * comes first. It goes on when the program's clock is past `until`.
 */
export type Wait =
  | { readonly for: 'join'; readonly id: number }
  | { readonly for: 'time'; readonly until: number }
  | { readonly for: 'message'; readonly channel: number; readonly until: number };

/** One line of control with its own registers; `share` at FORK makes two contexts use one stack. */
export class Context {
  readonly id: number;
  stack: OperandStack;
  pc: number;
  /** Return addresses, the newest last. */
  calls: number[] = [];
  flags: PendingFlags = knownFlags(0);
  confidence = 1;
  /** Enclosing sandboxes, outermost first; all of them must allow an access. */
  sandboxes: readonly Sandbox[] = [];
  /** Memory tags this context holds. */
  tags: ReadonlySet<number> = new Set();
  wait: Wait | undefined;

  constructor(id: number, stack: OperandStack, pc: number) {
    this.id = id;
    this.stack = stack;
    this.pc = pc;
  }

  get flagsByte(): number {
    return flagsOf(this.flags);
  }
}
