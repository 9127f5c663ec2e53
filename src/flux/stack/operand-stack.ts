import type { Value } from './value.ts';

const FIRST_CAPACITY = 64;

/** Where a stack keeps its slots; slot i is `floats[i]` when `kinds[i]` is 1, else `ints[i]`. */
export interface StackSlots {
  readonly ints: Int32Array;
  readonly floats: Float64Array;
  readonly kinds: Uint8Array;
}

function allocate(capacity: number): StackSlots {
  return {
    ints: new Int32Array(capacity),
    floats: new Float64Array(capacity),
    kinds: new Uint8Array(capacity),
  };
}

/** The operand stack: typed slots that grow on demand up to a limit. */
export class OperandStack {
  readonly limit: number;
  depth = 0;
  #slots: StackSlots;

  constructor(limit: number) {
    this.limit = limit;
    this.#slots = allocate(Math.min(FIRST_CAPACITY, limit));
  }

  /** The slots as they are now; growing and moving replaces them. */
  get slots(): StackSlots {
    return this.#slots;
  }

  /** Makes room for slot `depth`; false at the limit. */
  growAt(depth: number): boolean {
    this.depth = depth;
    const capacity = this.#slots.kinds.length;
    if (depth < capacity) return true;
    if (capacity >= this.limit) return false;
    this.moveTo(allocate(Math.min(Math.max(capacity * 2, FIRST_CAPACITY), this.limit)));
    return true;
  }

  /** Copies the stack into other slots, which must hold its depth, and works there from now on. */
  moveTo(slots: StackSlots): void {
    slots.ints.set(this.#slots.ints.subarray(0, this.depth));
    slots.floats.set(this.#slots.floats.subarray(0, this.depth));
    slots.kinds.set(this.#slots.kinds.subarray(0, this.depth));
    this.#slots = slots;
  }

  /** Copies the stack into slots of its own. */
  moveHome(): void {
    this.moveTo(allocate(Math.max(this.depth, Math.min(FIRST_CAPACITY, this.limit))));
  }

  /** Pushes; false at the limit. */
  push({ kind, value }: Value): boolean {
    if (!this.growAt(this.depth)) return false;
    const { ints, floats, kinds } = this.#slots;
    kinds[this.depth] = kind === 'float' ? 1 : 0;
    if (kind === 'float') floats[this.depth] = value;
    else ints[this.depth] = value;
    this.depth += 1;
    return true;
  }

  /** Pops; the stack must not be empty. */
  pop(): Value {
    this.depth -= 1;
    return this.at(this.depth);
  }

  /** Slot `index` from the bottom. */
  at(index: number): Value {
    const { ints, floats, kinds } = this.#slots;
    if (kinds[index] === 1) return { kind: 'float', value: floats[index]! };
    return { kind: 'int', value: ints[index]! };
  }

  /** The top value, or the integer 0 of an empty stack. */
  top(): Value {
    return this.depth === 0 ? { kind: 'int', value: 0 } : this.at(this.depth - 1);
  }

  /** All values, bottom first. */
  values(): readonly Value[] {
    return Array.from({ length: this.depth }, (_, index) => this.at(index));
  }

  /** Replaces the content, bottom first; false when it is over the limit. */
  replace(values: readonly Value[]): boolean {
    this.depth = 0;
    return values.every((value) => this.push(value));
  }
}
