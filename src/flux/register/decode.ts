import { type RegisterOpcode, registerOpcode } from './isa.ts';

/** One decoded instruction of machine R. */
export interface RegisterInstruction {
  readonly pc: number;
  readonly opcode: RegisterOpcode;
  /** Operand values in the order of `opcode.operands`; signed immediates and distances are signed. */
  readonly operands: readonly number[];
  readonly size: number;
}

/**
 * Why no instruction can be read at an address: a reserved byte, an opcode that is only a name, or
 * code that ends first. `bytes` are those the fault rests on.
 */
export interface RegisterDecodeFault {
  readonly pc: number;
  readonly fault: 'unknown' | 'unimplemented' | 'truncated';
  readonly bytes: readonly number[];
}

const signedRoles = new Set(['signed', 'forward', 'backward']);

/** Decodes the instruction at `pc`, which must lie inside the code. Answers a fault, never throws. */
export function decodeRegister(
  code: Uint8Array,
  pc: number,
): RegisterInstruction | RegisterDecodeFault {
  const byte = code[pc];
  if (byte === undefined) return { pc, fault: 'truncated', bytes: [] };
  const opcode = registerOpcode(byte);
  if (opcode === undefined) return { pc, fault: 'unknown', bytes: [byte] };
  if (opcode.status === 'unimplemented') return { pc, fault: 'unimplemented', bytes: [byte] };
  const bytes = code.subarray(pc, pc + opcode.size);
  if (bytes.length < opcode.size) return { pc, fault: 'truncated', bytes: [...bytes] };

  let at = 1;
  const operands = opcode.operands.map(({ role, width }) => {
    const raw = width === 2 ? (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) : (bytes[at] ?? 0);
    at += width;
    if (!signedRoles.has(role)) return raw;
    return width === 2 ? (raw << 16) >> 16 : (raw << 24) >> 24;
  });
  return { pc, opcode, operands, size: opcode.size };
}

/** Whether `decodeRegister` found no instruction. */
export function isRegisterFault(
  decoded: RegisterInstruction | RegisterDecodeFault,
): decoded is RegisterDecodeFault {
  return 'fault' in decoded;
}
