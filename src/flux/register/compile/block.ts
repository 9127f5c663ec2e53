import type { FlowBlock } from '../../flow/flow-graph.ts';
import type { RegisterInstruction } from '../decode.ts';

/**
 * How a block is left. Targets are addresses; one outside the program is undefined, and then the
 * interpreter executes the instruction and traps.
 */
export type BlockEnd =
  /** The interpreter goes on here: at an instruction it must do, or at the end of the code. */
  | { readonly kind: 'leave'; readonly pc: number }
  | { readonly kind: 'next'; readonly target: number }
  | { readonly kind: 'jump'; readonly instruction: RegisterInstruction; readonly target: number }
  | {
      readonly kind: 'branch';
      readonly instruction: RegisterInstruction;
      readonly target: number | undefined;
      readonly otherwise: number;
    }
  | { readonly kind: 'call'; readonly instruction: RegisterInstruction; readonly target: number }
  | { readonly kind: 'return'; readonly instruction: RegisterInstruction }
  /** A distance held in a register; `guesses` are distances the program loads into it. */
  | {
      readonly kind: 'computed';
      readonly instruction: RegisterInstruction;
      readonly guesses: readonly { readonly distance: number; readonly target: number }[];
      readonly otherwise: number;
    };

/** A straight run of compiled instructions: entered at its first, left after its last. */
export interface Block extends FlowBlock {
  /** All but the control instruction that ends it. */
  readonly body: readonly RegisterInstruction[];
  readonly end: BlockEnd;
}

export interface Blocks {
  /** By address. */
  readonly blocks: ReadonlyMap<number, Block>;
  /**
   * Addresses that control reaches without a jump the program states: the start, the address after
   * a call or after an instruction that the interpreter does.
   */
  readonly entries: ReadonlySet<number>;
  readonly instructions: number;
}
