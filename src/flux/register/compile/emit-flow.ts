import { DISPATCHER, type FlowGraph } from '../../flow/flow-graph.ts';
import { FlowWriter } from '../../flow/flow-writer.ts';
import { wasm } from '../../wasm/opcodes.ts';
import { layout } from '../layout.ts';
import type { Block, BlockEnd } from './block.ts';
import { emitInstruction } from './emit-instruction.ts';
import type { Frame } from './frame.ts';

/** Where an edge goes: a stated target, or the interpreter, which executes the instruction itself. */
type Target = number | undefined;

/** The condition of each branch on `rd`, as the WebAssembly comparison with zero. */
const conditions: Readonly<Record<string, number>> = {
  JZ: wasm.i32Eq,
  JNZ: wasm.i32Ne,
  JLT: wasm.i32LtS,
  JGT: wasm.i32GtS,
  LJZ: wasm.i32Eq,
  LJNZ: wasm.i32Ne,
  LJLT: wasm.i32LtS,
  LJGT: wasm.i32GtS,
};

/** Writes the blocks of a program of machine R. */
class RegisterFlowWriter extends FlowWriter<Block, Frame> {
  readonly #codeLength: number;

  constructor(graph: FlowGraph<Block>, frame: Frame, codeLength: number) {
    super(graph, frame);
    this.#codeLength = codeLength;
  }

  protected override leave(_from: number, pc: number): void {
    this.frame.leave(pc, 0);
  }

  protected override writeBlock(node: number, block: Block): void {
    block.body.forEach((instruction, index) => {
      emitInstruction({ frame: this.frame, instruction, unused: block.cycles - index });
    });
    this.#end(node, block.end);
  }

  #end(node: number, end: BlockEnd): void {
    const frame = this.frame;
    switch (end.kind) {
      case 'leave':
        frame.leave(end.pc, 0);
        break;
      case 'next':
        this.go(node, end.target);
        break;
      case 'jump':
        if (end.instruction.opcode.name === 'JAL') {
          const { pc, size, operands } = end.instruction;
          frame.code.i32(pc + size).set(frame.int(operands[0]!));
        }
        this.go(node, end.target);
        break;
      case 'branch':
        this.#branch(node, end);
        break;
      case 'call':
        this.#call(node, end);
        break;
      case 'return':
        this.#return(end.instruction.pc);
        break;
      case 'computed':
        this.#computed(node, end);
    }
  }

  /** Goes to `target` where the value on the stack is not zero, else to `otherwise`. */
  #goWhere(
    from: number,
    target: Target,
    { pc, otherwise }: { pc: number; otherwise: number },
  ): void {
    if (target !== undefined) {
      this.goIf(from, target, () => this.go(from, otherwise));
      return;
    }
    this.frame.leaveIf(pc, 1);
    this.go(from, otherwise);
  }

  #branch(node: number, end: Extract<BlockEnd, { kind: 'branch' }>): void {
    const frame = this.frame;
    const { pc, opcode, operands } = end.instruction;
    const register = frame.int(operands[0]!);
    if (opcode.name === 'LOOP' && end.target === undefined) {
      // The interpreter decrements too, so nothing may have happened before it does.
      frame.code.get(register).i32(-1).op(wasm.i32Add).i32(0).op(wasm.i32GtS);
      frame.leaveIf(pc, 1);
      frame.code.get(register).i32(-1).op(wasm.i32Add).set(register);
      this.go(node, end.otherwise);
      return;
    }
    if (opcode.name === 'LOOP') {
      frame.code.get(register).i32(-1).op(wasm.i32Add).tee(register).i32(0).op(wasm.i32GtS);
    } else frame.code.get(register).i32(0).op(conditions[opcode.name]!);
    this.#goWhere(node, end.target, { pc, otherwise: end.otherwise });
  }

  #call(node: number, { instruction, target }: Extract<BlockEnd, { kind: 'call' }>): void {
    const frame = this.frame;
    const { code, depth } = frame;
    const { pc, size } = instruction;
    code.get(depth).get(frame.stackDepth).op(wasm.i32GeU);
    frame.leaveIf(pc, 1);
    code
      .get(depth)
      .i32(2)
      .op(wasm.i32Shl)
      .i32(pc + size)
      .memory('i32Store', layout.stack);
    code.get(depth).i32(1).op(wasm.i32Add).set(depth);
    this.go(node, target);
  }

  /** Leaves for the interpreter where the address on the stack lies outside the program. */
  #leaveIfOutside(pc: number): void {
    const frame = this.frame;
    frame.code.tee(frame.scratch).i32(this.#codeLength).op(wasm.i32GtU);
    frame.leaveIf(pc, 1);
  }

  #dispatchTo(local: number): void {
    const frame = this.frame;
    frame.code.get(local).set(frame.pc).br(frame.label('loop', DISPATCHER));
  }

  #return(pc: number): void {
    const frame = this.frame;
    const { code, depth } = frame;
    code.get(depth).op(wasm.i32Eqz);
    frame.leaveIf(pc, 1);
    code.get(depth).i32(1).op(wasm.i32Sub).i32(2).op(wasm.i32Shl);
    code.memory('i32Load', layout.stack);
    this.#leaveIfOutside(pc);
    code.get(depth).i32(1).op(wasm.i32Sub).set(depth);
    this.#dispatchTo(frame.scratch);
  }

  #computed(node: number, end: Extract<BlockEnd, { kind: 'computed' }>): void {
    const frame = this.frame;
    const { code } = frame;
    const { pc, size, opcode, operands } = end.instruction;
    const distance = frame.int(operands[1]!);
    code.get(frame.int(operands[0]!)).i32(0).op(conditions[opcode.name]!);
    frame.open('if');
    const guessed = end.guesses.flatMap((guess) => [
      () => {
        code.get(distance).i32(guess.distance).op(wasm.i32Eq);
        frame.open('if');
        this.go(node, guess.target);
      },
      () => frame.close(),
    ]);
    this.queue(...guessed, () => {
      code
        .get(distance)
        .i32(pc + size)
        .op(wasm.i32Add);
      this.#leaveIfOutside(pc);
      this.#dispatchTo(frame.scratch);
      frame.close();
      this.go(node, end.otherwise);
    });
  }
}

/** Writes the code of a whole flow graph; every way through it ends at the label `exit`. */
export function emitFlow(graph: FlowGraph<Block>, frame: Frame, codeLength: number): void {
  new RegisterFlowWriter(graph, frame, codeLength).write();
}
