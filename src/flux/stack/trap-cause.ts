import type { TrapKind } from '../machine.ts';

/** What went wrong, before the machine adds where and when. */
export interface TrapCause {
  readonly kind: TrapKind;
  readonly message: string;
}

/** Texts are those of the reference machine (FLUX §2.3, §8.1), so that vectors can name them. */
export const traps = {
  /** `pc` is the address after the instruction. */
  underflow: (pc: number): TrapCause => ({
    kind: 'StackUnderflow',
    message: `Stack underflow at PC=${pc}`,
  }),
  overflow: (limit: number): TrapCause => ({
    kind: 'StackOverflow',
    message: `Stack overflow: more than ${limit} values`,
  }),
  callUnderflow: { kind: 'CallStackUnderflow', message: 'Call stack underflow' },
  callOverflow: (limit: number): TrapCause => ({
    kind: 'CallStackOverflow',
    message: `Call stack overflow: more than ${limit} calls`,
  }),
  division: { kind: 'DivisionByZero', message: 'Division by zero' },
  modulo: { kind: 'DivisionByZero', message: 'Modulo by zero' },
  floatDivision: { kind: 'DivisionByZero', message: 'Float division by zero' },
  type: (name: string): TrapCause => ({
    kind: 'TypeMismatch',
    message: `Type mismatch: ${name} takes integers`,
  }),
  bounds: (address: number): TrapCause => ({
    kind: 'MemoryOutOfBounds',
    message: `Memory address out of bounds: ${address}`,
  }),
  unknown: (byte: number, pc: number): TrapCause => ({
    kind: 'UnknownOpcode',
    message: `Unknown opcode 0x${byte.toString(16).padStart(2, '0')} at PC=${pc}`,
  }),
  truncated: (pc: number): TrapCause => ({
    kind: 'TruncatedInstruction',
    message: `Truncated instruction at PC=${pc}`,
  }),
} as const;
