import type { FlowBlock } from '../../flow/flow-graph.ts';
import type { StackInstruction } from '../decode.ts';

/** How a block is left. */
export type BlockEnd =
  /** The interpreter goes on here: at an instruction it must do, or at the end of the code. */
  | { readonly kind: 'leave'; readonly pc: number }
  | { readonly kind: 'next'; readonly target: number }
  | {
      readonly kind: 'branch';
      readonly instruction: StackInstruction;
      readonly target: number;
      readonly otherwise: number;
    }
  | {
      readonly kind: 'call';
      readonly instruction: StackInstruction;
      readonly target: number;
      /** Where it returns to. */
      readonly back: number;
    }
  /** `sites` are the addresses that calls of its routine return to. */
  | {
      readonly kind: 'return';
      readonly instruction: StackInstruction;
      readonly sites: readonly number[];
    };

/** A straight run of compiled instructions: entered at its first, left after its last. */
export interface Block extends FlowBlock {
  /** All but the CALL, RET or branch that ends it; JMP is among them. */
  readonly body: readonly StackInstruction[];
  readonly end: BlockEnd;
  /** The instruction the interpreter does next, where one ends the block. */
  readonly service?: StackInstruction;
}

export interface Blocks {
  /** By address. */
  readonly blocks: ReadonlyMap<number, Block>;
  /** The start, and the addresses after what the interpreter does. */
  readonly entries: ReadonlySet<number>;
  readonly instructions: number;
}
