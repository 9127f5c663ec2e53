/**
 * What an instruction does, whatever runtime it is of: the operations for which two runtimes have
 * an exact equal. Each has its number of operands; jumps have a target besides.
 */
export const operations = Object.freeze({
  HALT: 0,
  NOP: 0,
  RET: 0,
  YIELD: 0,
  INC: 1,
  DEC: 1,
  NOT: 1,
  NEG: 1,
  PUSH: 1,
  POP: 1,
  MOV: 2,
  ABS: 2,
  MOVI: 2,
  ADDI: 2,
  SUBI: 2,
  /** The 32-bit word at the address in the second register. */
  LOAD: 2,
  STORE: 2,
  ADD: 3,
  SUB: 3,
  MUL: 3,
  DIV: 3,
  MOD: 3,
  AND: 3,
  OR: 3,
  XOR: 3,
  SHL: 3,
  SHR: 3,
  MIN: 3,
  MAX: 3,
  CMP_EQ: 3,
  CMP_NE: 3,
  CMP_LT: 3,
  CMP_GT: 3,
  FADD: 3,
  FSUB: 3,
  FMUL: 3,
  FDIV: 3,
  FMIN: 3,
  FMAX: 3,
  ITOF: 2,
  FTOI: 2,
  JMP: 0,
  CALL: 0,
  /** Jumps when the register is zero. */
  JZ: 1,
  JNZ: 1,
});

export type OperationName = keyof typeof operations;

const readsFirst: ReadonlySet<OperationName> = new Set(['PUSH', 'STORE', 'JZ', 'JNZ']);

/** Whether the first operand is a register the operation writes. */
export const writesFirst = (operation: OperationName): boolean =>
  operations[operation] > 0 && !readsFirst.has(operation);

const floats: Readonly<Partial<Record<OperationName, readonly boolean[]>>> = {
  FADD: [true, true, true],
  FSUB: [true, true, true],
  FMUL: [true, true, true],
  FDIV: [true, true, true],
  FMIN: [true, true, true],
  FMAX: [true, true, true],
  ITOF: [true, false],
  FTOI: [false, true],
};

const withImmediate: ReadonlySet<OperationName> = new Set(['MOVI', 'ADDI', 'SUBI']);

/** The integer registers among the operands. */
export const integerRegisters = (
  operation: OperationName,
  operands: readonly number[],
): readonly number[] =>
  operands.filter(
    (_, index) =>
      floats[operation]?.[index] !== true && !(index === 1 && withImmediate.has(operation)),
  );

/** The float registers among the operands. */
export const floatRegisters = (
  operation: OperationName,
  operands: readonly number[],
): readonly number[] => operands.filter((_, index) => floats[operation]?.[index] === true);
