import { FlowFrame } from '../../flow/flow-frame.ts';
import { F64, I32, I64, type ValueType, wasm } from '../../wasm/opcodes.ts';
import type { Kinds } from './kinds.ts';
import { layout } from './layout.ts';

/** A value of a block being compiled: a constant integer, or what a local holds. */
export type Operand =
  | { readonly kind: 'i'; readonly constant: number }
  | { readonly kind: 'i' | 'f'; readonly local: number };

/** A value and the local it has to be in. */
export interface Move {
  readonly from: Operand;
  readonly to: number;
}

/** Slots that need a local for integers or for floats. */
export interface Slots {
  readonly intSlots: ReadonlySet<number>;
  readonly floatSlots: ReadonlySet<number>;
}

/** Locals for values of one type within a block, and how many the current block uses. */
interface Temporaries {
  readonly locals: number[];
  used: number;
}

const { control } = layout;

/**
 * The locals of compiled code: meters, flags, and a local for every slot of the stack that has one.
 * Slots live there while compiled code runs and in memory otherwise.
 */
export class Frame extends FlowFrame {
  readonly #types: ValueType[] = [];
  readonly #intSlots: ReadonlyMap<number, Operand & { local: number }>;
  readonly #floatSlots: ReadonlyMap<number, Operand & { local: number }>;
  readonly #intTemporaries: Temporaries = { locals: [], used: 0 };
  readonly #floatTemporaries: Temporaries = { locals: [], used: 0 };
  readonly #shapes = new Map<Kinds, number>();

  readonly shape = this.#local(I32);
  readonly callDepth = this.#local(I32);
  readonly callLimit = this.#local(I32);
  /** Values on the stack and how many it may hold, for programs whose values lie in memory. */
  readonly depth = this.#local(I32);
  readonly stackLimit = this.#local(I32);
  readonly scratch = this.#local(I32);
  readonly ints = this.#local(I32);
  readonly floats = this.#local(I32);
  readonly rule = this.#local(I32);
  readonly flagA = this.#local(I32);
  readonly flagB = this.#local(I32);
  readonly result = this.#local(I32);
  readonly time = this.#local(I64);
  readonly fuel = this.#local(I64);
  readonly confidence = this.#local(F64);

  constructor({ intSlots, floatSlots }: Slots) {
    super();
    const slot = (kind: 'i' | 'f') => (index: number) =>
      [index, { kind, local: this.#local(kind === 'i' ? I32 : F64) }] as const;
    this.#intSlots = new Map([...intSlots].map(slot('i')));
    this.#floatSlots = new Map([...floatSlots].map(slot('f')));
  }

  /** Locals after the parameters, as runs of one type. */
  get locals(): readonly { readonly count: number; readonly type: ValueType }[] {
    const runs: { count: number; type: ValueType }[] = [];
    for (const type of this.#types) {
      const last = runs.at(-1);
      if (last?.type === type) last.count += 1;
      else runs.push({ count: 1, type });
    }
    return runs;
  }

  /** The kinds of every place the code can be left at, by the number it leaves with. */
  get shapes(): readonly Kinds[] {
    return [...this.#shapes.keys()];
  }

  /** The local of a slot that holds such a value. */
  slot(index: number, kind: string): Operand & { local: number } {
    return (kind === 'i' ? this.#intSlots : this.#floatSlots).get(index)!;
  }

  /** A local for a value of the block being written; the next block uses it again. */
  temporary(type: typeof I32 | typeof F64): number {
    const temporaries = type === I32 ? this.#intTemporaries : this.#floatTemporaries;
    const local = temporaries.locals[temporaries.used] ?? this.#local(type);
    temporaries.locals[temporaries.used] = local;
    temporaries.used += 1;
    return local;
  }

  freeTemporaries(): void {
    this.#intTemporaries.used = 0;
    this.#floatTemporaries.used = 0;
  }

  get(operand: Operand): void {
    if ('constant' in operand) this.code.i32(operand.constant);
    else this.code.get(operand.local);
  }

  /** The value as a double. */
  getFloat(operand: Operand): void {
    this.get(operand);
    if (operand.kind === 'i') this.code.op(wasm.f64ConvertI32S);
  }

  /** All moves at once: every value is read before any local is written. */
  move(moves: readonly Move[]): void {
    const needed = moves.filter(({ from, to }) => !('local' in from) || from.local !== to);
    for (const { from } of needed) this.get(from);
    for (const { to } of needed.toReversed()) this.code.set(to);
  }

  /** Leaves the compiled code for an address, with such a stack in the slots. */
  exit(pc: number, kinds: Kinds): void {
    this.code.i32(this.#shapeNumber(kinds)).set(this.shape);
    this.code.i32(pc).set(this.pc).br(this.label('exit'));
  }

  /** From memory into locals. */
  load(): void {
    const { code } = this;
    for (const [local, address] of this.#words()) code.i32(0).memory('i32Load', address).set(local);
    code.i32(0).memory('i64Load', control.time).set(this.time);
    code.i32(0).memory('i64Load', control.fuel).set(this.fuel);
    code.i32(0).memory('f64Load', control.confidence).set(this.confidence);
    code.i32(0).memory('i32Load', control.base).i32(2).op(wasm.i32Shl).tee(this.ints);
    code.i32(1).op(wasm.i32Shl).set(this.floats);
    for (const [slot, { local }] of this.#intSlots) {
      code
        .get(this.ints)
        .memory('i32Load', layout.ints + slot * 4)
        .set(local);
    }
    for (const [slot, { local }] of this.#floatSlots) {
      code
        .get(this.floats)
        .memory('f64Load', layout.floats + slot * 8)
        .set(local);
    }
  }

  /** Back to memory; the address is the answer of the function. */
  store(): void {
    const { code } = this;
    for (const [slot, { local }] of this.#intSlots) {
      code
        .get(this.ints)
        .get(local)
        .memory('i32Store', layout.ints + slot * 4);
    }
    for (const [slot, { local }] of this.#floatSlots) {
      code
        .get(this.floats)
        .get(local)
        .memory('f64Store', layout.floats + slot * 8);
    }
    for (const [local, address] of this.#words())
      code.i32(0).get(local).memory('i32Store', address);
    code.i32(0).get(this.shape).memory('i32Store', control.shape);
    code.i32(0).get(this.left).memory('i32Store', control.left);
    code.i32(0).get(this.confidence).memory('f64Store', control.confidence);
    code.get(this.pc);
  }

  /** The words that compiled code reads and writes, with their locals. */
  #words(): readonly (readonly [local: number, address: number])[] {
    return [
      [this.callDepth, control.callDepth],
      [this.callLimit, control.callLimit],
      [this.depth, control.depth],
      [this.stackLimit, control.stackLimit],
      [this.rule, control.rule],
      [this.flagA, control.flagA],
      [this.flagB, control.flagB],
      [this.result, control.result],
    ];
  }

  #shapeNumber(kinds: Kinds): number {
    const known = this.#shapes.get(kinds) ?? this.#shapes.size;
    this.#shapes.set(kinds, known);
    return known;
  }

  #local(type: ValueType): number {
    this.#types.push(type);
    return FlowFrame.parameters + this.#types.length - 1;
  }
}
