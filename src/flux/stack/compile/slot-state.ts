import type { StackInstruction } from '../decode.ts';
import type { Block } from './block.ts';
import { BlockState } from './block-state.ts';
import type { Frame, Move } from './frame.ts';
import { type Kinds, kindsAfter } from './kinds.ts';

/** A block of a program whose stack has one shape at every address: each slot has its local. */
export class SlotState extends BlockState {
  #kinds: Kinds;
  #next: Kinds;

  constructor(frame: Frame, block: Block, kinds: Kinds) {
    super(frame, block);
    this.#kinds = kinds;
    this.#next = kinds;
    for (const [slot, kind] of [...kinds].entries()) this.stack.push(frame.slot(slot, kind));
  }

  /** The kinds of all values, before the current instruction. */
  get kinds(): Kinds {
    return this.#kinds;
  }

  override follows(instruction: StackInstruction): boolean {
    const kinds = kindsAfter(this.#kinds, instruction);
    this.#next = kinds ?? this.#kinds;
    return kinds !== undefined;
  }

  override step(): void {
    super.step();
    this.#kinds = this.#next;
  }

  override exit(pc: number): void {
    this.frame.exit(pc, this.#kinds);
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
