import { ESCAPE, operandWidth, type StackOpcode, stackEscape, stackOpcode } from './isa.ts';

/** One decoded instruction of machine S. */
export interface StackInstruction {
  readonly pc: number;
  readonly opcode: StackOpcode;
  /** Operand values in the order of `opcode.operands`. */
  readonly operands: readonly number[];
  readonly size: number;
}

/** Why no instruction can be read at an address. `bytes` are those the fault rests on. */
export interface StackDecodeFault {
  readonly pc: number;
  readonly fault: 'unknown' | 'truncated';
  readonly bytes: readonly number[];
}

function readOperand(code: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let index = width - 1; index >= 0; index -= 1) value = (value << 8) | code[at + index]!;
  return value >>> 0;
}

function fault(code: Uint8Array, pc: number, kind: StackDecodeFault['fault']): StackDecodeFault {
  return { pc, fault: kind, bytes: [...code.subarray(pc, pc + 3)] };
}

/**
 * Decodes the instruction at `pc`, which must lie inside the code. Answers a fault, never throws:
 * `unknown` for a byte or escape that machine S does not have, `truncated` where the code ends first.
 */
export function decodeStack(code: Uint8Array, pc: number): StackInstruction | StackDecodeFault {
  const first = code[pc];
  if (first === undefined) return fault(code, pc, 'truncated');
  if (first === ESCAPE && pc + 2 >= code.length) return fault(code, pc, 'truncated');
  const opcode =
    first === ESCAPE ? stackEscape(code[pc + 1] ?? 0, code[pc + 2] ?? 0) : stackOpcode(first);
  if (opcode === undefined) return fault(code, pc, 'unknown');
  if (pc + opcode.size > code.length) return fault(code, pc, 'truncated');

  const operands = new Array<number>(opcode.operands.length);
  let at = pc + opcode.prefix.length;
  for (let nth = 0; nth < operands.length; nth += 1) {
    const { type } = opcode.operands[nth]!;
    const raw = readOperand(code, at, operandWidth(type));
    operands[nth] = type === 'i32' ? raw | 0 : raw;
    at += operandWidth(type);
  }
  return { pc, opcode, operands, size: opcode.size };
}

/** Whether `decodeStack` found no instruction. */
export function isStackFault(
  decoded: StackInstruction | StackDecodeFault,
): decoded is StackDecodeFault {
  return 'fault' in decoded;
}
