import { F64, I32, wasm } from '../../wasm/opcodes.ts';
import type { StackInstruction } from '../decode.ts';
import { BY_RESULT } from '../flags.ts';
import type { Block } from './block.ts';
import type { Frame, Move, Operand } from './frame.ts';

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
 * Where values lie between two blocks is for the two subclasses to say.
 */
export abstract class BlockState {
  readonly frame: Frame;
  readonly #block: Block;
  /** The values known so far, the top one last. */
  protected readonly stack: Operand[] = [];
  #flags: BlockFlags | undefined;
  #done = 0;

  constructor(frame: Frame, block: Block) {
    this.frame = frame;
    this.#block = block;
    frame.freeTemporaries();
  }

  /** Whether compiled code can do an instruction here; it is the current one then. */
  abstract follows(instruction: StackInstruction): boolean;

  /** Leaves for an address with stack and flags settled. */
  abstract exit(pc: number): void;

  /** Makes sure that so many values are known. */
  protected abstract reach(count: number): void;

  /** Puts the stack where the next block expects it, and makes the other moves on the way. */
  protected abstract place(others: readonly Move[]): void;

  /** Instructions of the block before the current one. */
  protected get done(): number {
    return this.#done;
  }

  /** Goes on to the next instruction. */
  step(): void {
    this.#done += 1;
  }

  /** The value `depth` below the top. */
  peek(depth: number): Operand {
    this.reach(depth + 1);
    return this.stack.at(-1 - depth)!;
  }

  pop(): Operand {
    this.reach(1);
    return this.stack.pop()!;
  }

  push(operand: Operand): void {
    this.stack.push(operand);
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
    this.place(this.#flagMoves());
    if (this.#flags !== undefined) this.frame.code.i32(this.#flags.rule).set(this.frame.rule);
  }

  /** Leaves before the current instruction, for the interpreter to do it. */
  leave(pc: number): void {
    const { code, left } = this.frame;
    if (this.#unused > 0) code.get(left).i32(this.#unused).op(wasm.i32Add).set(left);
    this.settle();
    this.exit(pc);
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

  #flagMoves(): readonly Move[] {
    const { frame } = this;
    const flags = this.#flags;
    if (flags === undefined) return [];
    const result = { from: flags.result, to: frame.result };
    if (flags.rule === BY_RESULT) return [result];
    return [result, { from: flags.a, to: frame.flagA }, { from: flags.b, to: frame.flagB }];
  }
}
