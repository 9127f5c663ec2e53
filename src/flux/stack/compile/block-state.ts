import { F64, I32, wasm } from '../../wasm/opcodes.ts';
import { BY_RESULT } from '../flags.ts';
import type { Block } from './block.ts';
import type { Frame, Move, Operand } from './frame.ts';
import type { Kinds } from './kinds.ts';

/** The flags an instruction of the block has set, if one has. */
interface BlockFlags {
  readonly rule: number;
  readonly a: Operand;
  readonly b: Operand;
  readonly result: Operand;
}

/**
 * The stack and flags of a block while it is written. The stack is followed here, at compile time:
 * values are computed into locals once, and what only moves them (DUP, SWAP, POP) costs nothing.
 */
export class BlockState {
  readonly frame: Frame;
  readonly #block: Block;
  readonly #stack: Operand[];
  #kinds: Kinds;
  #flags: BlockFlags | undefined;
  /** Instructions of the block before the current one. */
  #done = 0;

  constructor(frame: Frame, block: Block, kinds: Kinds) {
    this.frame = frame;
    this.#block = block;
    this.#kinds = kinds;
    this.#stack = [...kinds].map((kind, slot) => frame.slot(slot, kind));
    frame.freeTemporaries();
  }

  get kinds(): Kinds {
    return this.#kinds;
  }

  /** Goes on to the next instruction, with such a stack. */
  step(kinds: Kinds): void {
    this.#kinds = kinds;
    this.#done += 1;
  }

  /** The value `depth` below the top. */
  peek(depth: number): Operand {
    return this.#stack.at(-1 - depth)!;
  }

  pop(): Operand {
    return this.#stack.pop()!;
  }

  push(operand: Operand): void {
    this.#stack.push(operand);
  }

  /** Takes the value on the stack of WebAssembly as an integer. */
  pushInt(): Operand {
    const result: Operand = { kind: 'i', local: this.frame.temporary(I32) };
    this.frame.code.set(result.local);
    this.push(result);
    return result;
  }

  pushFloat(): void {
    const result: Operand = { kind: 'f', local: this.frame.temporary(F64) };
    this.frame.code.set(result.local);
    this.push(result);
  }

  /** Notes what the flags are computed from, should somebody look at them. */
  flag(rule: number, a: Operand, b: Operand, result: Operand): void {
    this.#flags = { rule, a, b, result };
  }

  /** The last flagged result: zero exactly when the flag Z is set. */
  getResult(): void {
    this.frame.get(this.#flags?.result ?? { kind: 'i', local: this.frame.result });
  }

  /** A meter of what is left when all cycles are used, as it is now: plus or minus these cycles. */
  getMeter(meter: number, operation: number): void {
    const { code, left } = this.frame;
    code.get(meter).get(left).i32(this.#unused).op(wasm.i32Add, wasm.i64ExtendI32S, operation);
  }

  /** Puts stack and flags where the next block expects them. */
  settle(): void {
    const { code, rule } = this.frame;
    this.frame.move(this.#moves());
    if (this.#flags !== undefined) code.i32(this.#flags.rule).set(rule);
  }

  /** Leaves before the current instruction, for the interpreter to do it. */
  leave(pc: number): void {
    const { code, left } = this.frame;
    if (this.#unused > 0) code.get(left).i32(this.#unused).op(wasm.i32Add).set(left);
    this.settle();
    this.frame.exit(pc, this.#kinds);
  }

  /** The same where the value on the stack is not zero. */
  leaveIf(pc: number): void {
    this.frame.open('if');
    this.leave(pc);
    this.frame.close();
  }

  /** Cycles taken for instructions that have not been done. */
  get #unused(): number {
    return this.#block.cycles - this.#done;
  }

  #moves(): readonly Move[] {
    const { frame } = this;
    const moves: Move[] = this.#stack.map((from, slot) => ({
      from,
      to: frame.slot(slot, from.kind).local,
    }));
    const flags = this.#flags;
    if (flags === undefined) return moves;
    moves.push({ from: flags.result, to: frame.result });
    if (flags.rule === BY_RESULT) return moves;
    moves.push({ from: flags.a, to: frame.flagA }, { from: flags.b, to: frame.flagB });
    return moves;
  }
}
