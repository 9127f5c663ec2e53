import { type Sha256, sha256 } from '../../base/index.ts';
import { checkCodeSize } from '../code-size.ts';
import { decodeStack, type StackDecodeFault, type StackInstruction } from './decode.ts';
import { baseOpcodes, ESCAPE } from './isa.ts';

// Dispatch codes for what is no base opcode; bytes that machine S does not use.
const TRUNCATED = 0x03;
const UNKNOWN = 0x04;
const ESCAPED = 0x05;

/** Dispatch code in the low byte, values needed on the stack in the high one; by first byte. */
const dispatch = new Uint16Array(256).fill(UNKNOWN);
/** Bytes of a base instruction, by first byte. */
export const sizes = new Uint8Array(256);
for (const { prefix, size, effect } of baseOpcodes) {
  const byte = prefix[0]!;
  sizes[byte] = size;
  dispatch[byte] = byte | ((effect === 'dynamic' ? 0 : effect.pops) << 8);
}
dispatch[ESCAPE] = ESCAPED;

/**
 * A program of machine S decoded at every address, as a jump may enter anywhere. The low byte of
 * `dispatch` is the opcode, or 3 for a cut instruction, 4 for an unknown one, 5 for an escape; its
 * high byte the values it needs on the stack. `operands` holds the operand of the base opcodes.
 */
export class StackProgram {
  readonly code: Uint8Array;
  readonly dispatch: Uint16Array;
  readonly operands: Int32Array;
  #hash: Sha256 | undefined;
  readonly #services = new Map<number, StackInstruction | StackDecodeFault>();

  constructor(code: Uint8Array) {
    checkCodeSize(code);
    this.code = code.slice();
    this.dispatch = new Uint16Array(code.length);
    this.operands = new Int32Array(code.length);
    this.#decode();
  }

  /** SHA-256 of the code. */
  get hash(): Sha256 {
    this.#hash ??= sha256(this.code);
    return this.#hash;
  }

  /** The instruction at an address in full, decoded once; for those the interpreter leaves. */
  instructionAt(pc: number): StackInstruction | StackDecodeFault {
    const known = this.#services.get(pc) ?? decodeStack(this.code, pc);
    this.#services.set(pc, known);
    return known;
  }

  #decode(): void {
    const { code } = this;
    for (let pc = 0; pc < code.length; pc += 1) {
      const byte = code[pc]!;
      const cut = pc + sizes[byte]! > code.length;
      this.dispatch[pc] = cut ? TRUNCATED : dispatch[byte]!;
      let operand = 0;
      for (let at = sizes[byte]! - 1; at > 0; at -= 1) operand = (operand << 8) | code[pc + at]!;
      this.operands[pc] = operand;
    }
  }
}
