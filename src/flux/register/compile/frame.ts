import { FlowFrame } from '../../flow/flow-frame.ts';
import { F64, I32, type ValueType, wasm } from '../../wasm/opcodes.ts';
import type { RegisterInstruction } from '../decode.ts';
import { control, layout } from '../layout.ts';
import type { Block } from './block.ts';

/** Fixed locals after the parameters; the registers a program uses follow. */
const DEPTH = 3;
const STACK_DEPTH = 4;
const FLAGGED = 5;
const SCRATCH = 6;
const FIRST_REGISTER = 7;

/** The locals of compiled code, which registers they hold, and the way out to the interpreter. */
export class Frame extends FlowFrame {
  readonly depth = DEPTH;
  readonly stackDepth = STACK_DEPTH;
  readonly flagged = FLAGGED;
  readonly scratch = SCRATCH;
  readonly #ints = new Map<number, number>();
  readonly #floats = new Map<number, number>();

  constructor(blocks: Iterable<Block | undefined>) {
    super();
    const ints = new Set<number>();
    const floats = new Set<number>();
    for (const block of blocks) {
      if (!block) continue;
      for (const each of block.body) collect(each, ints, floats);
      if ('instruction' in block.end) collect(block.end.instruction, ints, floats);
    }
    for (const each of ints) this.#ints.set(each, FIRST_REGISTER + this.#ints.size);
    const firstFloat = FIRST_REGISTER + this.#ints.size;
    for (const each of floats) this.#floats.set(each, firstFloat + this.#floats.size);
  }

  get locals(): readonly { readonly count: number; readonly type: ValueType }[] {
    return [
      { count: FIRST_REGISTER - FlowFrame.parameters + this.#ints.size, type: I32 },
      { count: this.#floats.size, type: F64 },
    ];
  }

  /** The local of an integer register; bound, so that it can be taken out of the frame. */
  readonly int = (register: number): number => this.#ints.get(register)!;
  readonly float = (register: number): number => this.#floats.get(register)!;

  /** Stops at `pc`, with `unused` of the cycles that were taken for this block given back. */
  leave(pc: number, unused: number): void {
    if (unused > 0) this.code.get(this.left).i32(unused).op(wasm.i32Add).set(this.left);
    this.code.i32(pc).set(this.pc).br(this.label('exit'));
  }

  /** The same where the value on the stack is not zero. */
  leaveIf(pc: number, unused: number): void {
    this.open('if');
    this.leave(pc, unused);
    this.close();
  }

  /** Registers and control words from memory into locals. */
  load(): void {
    const { code } = this;
    code.i32(0).memory('i32Load', control.depth).set(DEPTH);
    code.i32(0).memory('i32Load', control.stackDepth).set(STACK_DEPTH);
    code.i32(0).memory('i32Load', control.flagged).set(FLAGGED);
    for (const [register, local] of this.#ints) {
      code
        .i32(0)
        .memory('i32Load', layout.ints + register * 4)
        .set(local);
    }
    for (const [register, local] of this.#floats) {
      code
        .i32(0)
        .memory('f64Load', layout.floats + register * 8)
        .set(local);
    }
  }

  /** Back to memory; the address is the answer of the function. */
  store(): void {
    const { code } = this;
    for (const [register, local] of this.#ints) {
      code
        .i32(0)
        .get(local)
        .memory('i32Store', layout.ints + register * 4);
    }
    for (const [register, local] of this.#floats) {
      code
        .i32(0)
        .get(local)
        .memory('f64Store', layout.floats + register * 8);
    }
    code.i32(0).get(DEPTH).memory('i32Store', control.depth);
    code.i32(0).get(FLAGGED).memory('i32Store', control.flagged);
    code.i32(0).get(this.left).memory('i32Store', control.left);
    code.get(this.pc);
  }
}

function collect(instruction: RegisterInstruction, ints: Set<number>, floats: Set<number>): void {
  instruction.opcode.operands.forEach(({ file }, index) => {
    if (file === 'int') ints.add(instruction.operands[index]!);
    if (file === 'float') floats.add(instruction.operands[index]!);
  });
}
