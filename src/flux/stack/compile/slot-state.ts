import type { Block } from './block.ts';
import { BlockState } from './block-state.ts';
import type { Frame, Move } from './frame.ts';
import type { Kinds } from './kinds.ts';

/** A block of a program whose stack has one shape at every address: each slot has its local. */
export class SlotState extends BlockState {
  /** The kinds of all values before each instruction, as far as compiled code does them, and after. */
  readonly #path: readonly Kinds[];

  constructor(frame: Frame, block: Block, path: readonly Kinds[]) {
    super(frame, block);
    this.#path = path;
    const kinds = path[0]!;
    for (let slot = 0; slot < kinds.length; slot += 1) {
      this.stack.push(frame.slot(slot, kinds[slot]!));
    }
  }

  override follows(): boolean {
    return this.done + 1 < this.#path.length;
  }

  override exit(pc: number): void {
    this.frame.exit(pc, this.#path[this.done]!);
  }

  protected override reach(): void {
    // All values are known from the start.
  }

  protected override place(others: readonly Move[]): void {
    const moves = this.stack.map((from, slot) => ({
      from,
      to: this.frame.slot(slot, from.kind).local,
    }));
    this.frame.move([...moves, ...others]);
  }
}
