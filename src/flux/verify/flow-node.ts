import type { Instruction } from './verified-program.ts';

/** Where control goes after an instruction. */
export type FlowKind =
  | 'plain'
  | 'stop'
  | 'jump'
  | 'branch'
  | 'call'
  | 'return'
  | 'fork'
  | 'suspend'
  | 'computed';

/** What the verifier needs to know of an instruction, alike for both machines. */
export interface FlowNode<I extends Instruction = Instruction> {
  readonly pc: number;
  readonly size: number;
  readonly name: string;
  readonly kind: FlowKind;
  /** Address it jumps to, calls or forks, as encoded; may be none of an instruction. */
  readonly target?: number;
  /** Values it takes from the stack, then leaves; without the return address of a call. */
  readonly pops: number;
  readonly pushes: number;
  /** A fork whose context works on the stack of its parent. */
  readonly sharesStack: boolean;
  /** Without an embedder it traps. */
  readonly needsHost: boolean;
  /** Absent where the bytes are no instruction; the program cannot go on there. */
  readonly instruction?: I;
  readonly fault?: 'unknown' | 'unimplemented' | 'truncated';
}

/** Reads the node at an address; the size of a faulty one is how far to go on reading. */
export type NodeReader<I extends Instruction> = (code: Uint8Array, pc: number) => FlowNode<I>;

/** A node for bytes that are no instruction. */
export function faultNode<I extends Instruction>(
  pc: number,
  size: number,
  fault: NonNullable<FlowNode['fault']>,
): FlowNode<I> {
  return {
    pc,
    size,
    name: '',
    kind: 'stop',
    pops: 0,
    pushes: 0,
    sharesStack: false,
    needsHost: false,
    fault,
  };
}
