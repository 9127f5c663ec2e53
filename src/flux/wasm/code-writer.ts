import { ByteWriter } from './byte-writer.ts';
import { type ValueType, wasmMemory } from './opcodes.ts';

const NO_RESULT = 0x40;

/**
 * Writes the instructions of one WebAssembly function; the caller keeps blocks and ends in balance.
 * Loops count here: iterators make garbage until the engine has optimised them.
 */
export class CodeWriter extends ByteWriter {
  /** Instructions without operands, in order. */
  op(...opcodes: readonly number[]): this {
    for (let nth = 0; nth < opcodes.length; nth += 1) this.byte(opcodes[nth]!);
    return this;
  }

  i32(value: number): this {
    return this.byte(0x41).signed(value);
  }

  i64(value: bigint): this {
    return this.byte(0x42).signedLong(value);
  }

  f64(value: number): this {
    return this.byte(0x44).double(value);
  }

  get(local: number): this {
    return this.byte(0x20).unsigned(local);
  }

  set(local: number): this {
    return this.byte(0x21).unsigned(local);
  }

  tee(local: number): this {
    return this.byte(0x22).unsigned(local);
  }

  call(functionIndex: number): this {
    return this.byte(0x10).unsigned(functionIndex);
  }

  block(result: ValueType | typeof NO_RESULT = NO_RESULT): this {
    return this.byte(0x02).byte(result);
  }

  loop(): this {
    return this.byte(0x03).byte(NO_RESULT);
  }

  if(result: ValueType | typeof NO_RESULT = NO_RESULT): this {
    return this.byte(0x04).byte(result);
  }

  else(): this {
    return this.byte(0x05);
  }

  end(): this {
    return this.byte(0x0b);
  }

  br(depth: number): this {
    return this.byte(0x0c).unsigned(depth);
  }

  brIf(depth: number): this {
    return this.byte(0x0d).unsigned(depth);
  }

  brTable(depths: readonly number[], otherwise: number): this {
    this.byte(0x0e).unsigned(depths.length);
    for (let nth = 0; nth < depths.length; nth += 1) this.unsigned(depths[nth]!);
    return this.unsigned(otherwise);
  }

  /** A load or store at the address on the stack plus `offset`; no alignment is promised. */
  memory(access: keyof typeof wasmMemory, offset: number): this {
    return this.byte(wasmMemory[access]).byte(0).unsigned(offset);
  }
}
