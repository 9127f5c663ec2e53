import type { FlowGraph } from '../../flow/flow-graph.ts';
import { FlowWriter } from '../../flow/flow-writer.ts';
import { wasm } from '../../wasm/opcodes.ts';
import type { Block, BlockEnd } from './block.ts';
import type { BlockState } from './block-state.ts';
import { emitInstruction } from './emit-instruction.ts';
import type { Frame } from './frame.ts';
import type { Kinds } from './kinds.ts';
import { layout } from './layout.ts';

/** Where values lie between two blocks: a local for every slot, or memory. */
export interface Places {
  /** What lies on the stack at an address, for `Frame.exit`; undefined where control never comes. */
  readonly kindsAt: (pc: number) => Kinds | undefined;
  readonly open: (frame: Frame, block: Block) => BlockState;
}

/** Writes the blocks of a program of machine S. */
export class StackFlowWriter extends FlowWriter<Block, Frame> {
  readonly #places: Places;
  /** The state every block was left in, by node. */
  readonly #left = new Map<number, BlockState>();

  constructor(graph: FlowGraph<Block>, frame: Frame, places: Places) {
    super(graph, frame);
    this.#places = places;
  }

  protected override leave(from: number, pc: number): void {
    const atStart = this.graph.blocks[from]!.pc === pc;
    if (atStart) this.frame.exit(pc, this.#places.kindsAt(pc)!);
    else this.#left.get(from)!.exit(pc);
  }

  protected override writeBlock(node: number, block: Block): void {
    const state = this.#places.open(this.frame, block);
    for (const instruction of block.body) {
      if (!state.follows(instruction)) {
        state.leave(instruction.pc);
        return;
      }
      emitInstruction(state, instruction);
      state.step();
    }
    this.#left.set(node, state);
    this.#end(node, block.end, state);
  }

  #end(node: number, end: BlockEnd, state: BlockState): void {
    switch (end.kind) {
      case 'leave':
        state.leave(end.pc);
        break;
      case 'next':
        state.settle();
        this.go(node, end.target);
        break;
      case 'branch':
        this.#branch(node, end, state);
        break;
      case 'call':
        this.#call(node, end, state);
        break;
      case 'return':
        this.#return(node, end, state);
    }
  }

  #branch(node: number, end: Extract<BlockEnd, { kind: 'branch' }>, state: BlockState): void {
    const { code, time } = this.frame;
    const { opcode, pc, operands } = end.instruction;
    if (opcode.name === 'DEADLINE_BEFORE') {
      // A clock of the host is asked by the interpreter.
      code.get(time).i64(0n).op(wasm.i64LtS);
      state.leaveIf(pc);
      state.getMeter(time, wasm.i64Sub);
      code.i64(BigInt(operands[0]!)).op(wasm.i64GeS);
    } else {
      state.getResult();
      if (opcode.name === 'JZ') code.op(wasm.i32Eqz);
    }
    state.settle();
    this.goIf(node, end.target, () => this.go(node, end.otherwise));
  }

  #call(node: number, end: Extract<BlockEnd, { kind: 'call' }>, state: BlockState): void {
    const { code, callDepth, callLimit } = this.frame;
    code.get(callDepth).get(callLimit).op(wasm.i32GeU);
    state.leaveIf(end.instruction.pc);
    code.get(callDepth).i32(2).op(wasm.i32Shl).i32(end.back).memory('i32Store', layout.calls);
    code.get(callDepth).i32(1).op(wasm.i32Add).set(callDepth);
    state.settle();
    this.go(node, end.target);
  }

  /** Compares the return address with those of all calls; an unknown one is for the interpreter. */
  #return(node: number, end: Extract<BlockEnd, { kind: 'return' }>, state: BlockState): void {
    const { code, callDepth, scratch, left } = this.frame;
    const { pc } = end.instruction;
    code.get(callDepth).op(wasm.i32Eqz);
    state.leaveIf(pc);
    code.get(callDepth).i32(1).op(wasm.i32Sub).tee(callDepth);
    code.i32(2).op(wasm.i32Shl).memory('i32Load', layout.calls).set(scratch);
    state.settle();
    const next = (index: number): void => {
      const site = end.sites[index];
      if (site === undefined) {
        code.get(callDepth).i32(1).op(wasm.i32Add).set(callDepth);
        code.get(left).i32(1).op(wasm.i32Add).set(left);
        state.exit(pc);
        return;
      }
      code.get(scratch).i32(site).op(wasm.i32Eq);
      this.goIf(node, site, () => next(index + 1));
    };
    next(0);
  }
}
