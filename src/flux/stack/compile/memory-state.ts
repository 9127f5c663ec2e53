import { I32, wasm } from '../../wasm/opcodes.ts';
import type { StackInstruction } from '../decode.ts';
import type { Block } from './block.ts';
import { BlockState } from './block-state.ts';
import type { Frame, Move, Operand } from './frame.ts';
import { kindsAfter } from './kinds.ts';
import { layout } from './layout.ts';

/** How far a block reaches below the top it finds, and how far above it grows. */
function extent({ body }: Block): { readonly need: number; readonly grow: number } {
  let [depth, need, grow] = [0, 0, 0];
  for (const { opcode } of body) {
    if (opcode.effect === 'dynamic') break;
    need = Math.max(need, opcode.effect.pops - depth);
    depth += opcode.effect.pushes - opcode.effect.pops;
    grow = Math.max(grow, depth);
  }
  return { need, grow };
}

/**
 * A block of a program of integers alone whose stack can have any depth: between two blocks its
 * values lie in memory, within one they are read when they are first used.
 */
export class MemoryState extends BlockState {
  /** Values read so far, the deepest first; they stand at the bottom of the known ones. */
  readonly #read: Operand[] = [];

  constructor(frame: Frame, block: Block) {
    super(frame, block);
    const { code, depth, stackLimit } = frame;
    const { need, grow } = extent(block);
    if (need > 0) {
      code.get(depth).i32(need).op(wasm.i32LtU);
      this.leaveIf(block.pc);
    }
    if (grow > 0) {
      code.get(depth).i32(grow).op(wasm.i32Add).get(stackLimit).op(wasm.i32GtU);
      this.leaveIf(block.pc);
    }
  }

  override follows(instruction: StackInstruction): boolean {
    const { effect } = instruction.opcode;
    return effect !== 'dynamic' && kindsAfter('i'.repeat(effect.pops), instruction) !== undefined;
  }

  override exit(pc: number): void {
    this.frame.exit(pc, '');
  }

  protected override reach(count: number): void {
    while (this.stack.length < count) {
      const value: Operand = { kind: 'i', local: this.frame.temporary(I32) };
      this.#address(-1 - this.#read.length);
      this.frame.code.memory('i32Load', layout.ints).set(value.local);
      this.#read.unshift(value);
      this.stack.unshift(value);
    }
  }

  protected override place(others: readonly Move[]): void {
    const { code, depth } = this.frame;
    const bottom = -this.#read.length;
    for (const [index, value] of this.stack.entries()) {
      if (value === this.#read[index]) continue;
      this.#address(bottom + index);
      this.frame.get(value);
      code.memory('i32Store', layout.ints);
    }
    const change = this.stack.length - this.#read.length;
    if (change !== 0) code.get(depth).i32(change).op(wasm.i32Add).set(depth);
    this.frame.move(others);
  }

  /** Where a slot lies, counted from the depth at the start of the block, less `layout.ints`. */
  #address(slot: number): void {
    const { code, depth } = this.frame;
    code.get(depth).i32(slot).op(wasm.i32Add).i32(2).op(wasm.i32Shl);
  }
}
