import type { FlowGraph } from '../../flow/flow-graph.ts';
import { FlowWriter } from '../../flow/flow-writer.ts';
import { wasm } from '../../wasm/opcodes.ts';
import type { Block, BlockEnd } from './block.ts';
import { BlockState } from './block-state.ts';
import { emitInstruction } from './emit-instruction.ts';
import type { Frame } from './frame.ts';
import { type Kinds, kindsAfter } from './kinds.ts';
import { layout } from './layout.ts';
import type { Shapes } from './shapes.ts';

/** Writes the blocks of a program of machine S whose stack has one shape at every address. */
export class StackFlowWriter extends FlowWriter<Block, Frame> {
  readonly #shapes: Shapes;
  /** The kinds after each block that has been written, by node. */
  readonly #left = new Map<number, Kinds>();

  constructor(graph: FlowGraph<Block>, frame: Frame, shapes: Shapes) {
    super(graph, frame);
    this.#shapes = shapes;
  }

  protected override leave(from: number, pc: number): void {
    const atStart = this.graph.blocks[from]!.pc === pc;
    this.frame.exit(pc, atStart ? this.#shapes.at.get(pc)! : this.#left.get(from)!);
  }

  protected override writeBlock(node: number, block: Block): void {
    const kinds = this.#shapes.at.get(block.pc);
    if (kinds === undefined) {
      // No followed path leads here, so none of the code does.
      this.frame.code.op(wasm.unreachable);
      return;
    }
    const state = new BlockState(this.frame, block, kinds);
    for (const instruction of block.body) {
      const next = kindsAfter(state.kinds, instruction);
      if (next === undefined) {
        state.leave(instruction.pc);
        return;
      }
      emitInstruction(state, instruction);
      state.step(next);
    }
    this.#left.set(node, state.kinds);
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
    const { kinds } = state;
    const next = (index: number): void => {
      const site = end.sites[index];
      if (site === undefined) {
        code.get(callDepth).i32(1).op(wasm.i32Add).set(callDepth);
        code.get(left).i32(1).op(wasm.i32Add).set(left);
        this.frame.exit(pc, kinds);
        return;
      }
      code.get(scratch).i32(site).op(wasm.i32Eq);
      this.goIf(node, site, () => next(index + 1));
    };
    next(0);
  }
}
