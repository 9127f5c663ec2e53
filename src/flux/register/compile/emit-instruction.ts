import { fluxLimits } from '../../limits.ts';
import type { CodeWriter } from '../../wasm/code-writer.ts';
import { F64, I32, wasm } from '../../wasm/opcodes.ts';
import type { RegisterInstruction } from '../decode.ts';
import { layout } from '../layout.ts';
import type { Frame } from './frame.ts';

/** Functions compiled code calls, in the order of their numbers. */
export const importedFunctions = [
  { name: 'toInt32', parameters: [F64], results: [I32] },
  { name: 'pow', parameters: [F64, F64], results: [F64] },
  { name: 'log', parameters: [F64], results: [F64] },
  { name: 'exp', parameters: [F64], results: [F64] },
  { name: 'sin', parameters: [F64], results: [F64] },
  { name: 'cos', parameters: [F64], results: [F64] },
  { name: 'tan', parameters: [F64], results: [F64] },
  { name: 'atan2', parameters: [F64, F64], results: [F64] },
] as const;

type ImportName = (typeof importedFunctions)[number]['name'];

/** Where an instruction stands: what to give back when the interpreter must do it. */
interface Site {
  readonly frame: Frame;
  readonly instruction: RegisterInstruction;
  /** Cycles of the block from this instruction on. */
  readonly unused: number;
}

type Emit = (site: Site, operands: readonly number[]) => void;

const LAST_WORD = fluxLimits.memoryBytes - 4;

function callImport(code: CodeWriter, name: ImportName): void {
  code.call(importedFunctions.findIndex((each) => each.name === name));
}

/** Sets an integer register and the flags from the value on the stack. */
function setFlagged({
  code,
  flagged,
  int,
}: Pick<Frame, 'code' | 'flagged'> & { int: number }): void {
  code.tee(int).set(flagged);
}

function flaggedUpdate(operation: number, constant: (immediate: number) => number): Emit {
  return ({ frame }, [rd = 0, immediate = 0]) => {
    const { code, flagged } = frame;
    code.get(frame.int(rd)).i32(constant(immediate)).op(operation);
    setFlagged({ code, flagged, int: frame.int(rd) });
  };
}

function flaggedBinary(operation: number): Emit {
  return ({ frame }, [rd = 0, rs1 = 0, rs2 = 0]) => {
    const { code, flagged } = frame;
    code.get(frame.int(rs1)).get(frame.int(rs2)).op(operation);
    setFlagged({ code, flagged, int: frame.int(rd) });
  };
}

function compare(operation: number): Emit {
  return ({ frame }, [rd = 0, rs1 = 0, rs2 = 0]) => {
    frame.code.get(frame.int(rs1)).get(frame.int(rs2)).op(operation).set(frame.int(rd));
  };
}

/** MIN keeps the first where it is less, MAX where it is greater. */
function choose(operation: number): Emit {
  return ({ frame }, [rd = 0, rs1 = 0, rs2 = 0]) => {
    const [a, b] = [frame.int(rs1), frame.int(rs2)];
    frame.code.get(a).get(b).get(a).get(b).op(operation, wasm.select).set(frame.int(rd));
  };
}

function floatBinary(operation: number): Emit {
  return ({ frame }, [rd = 0, rs1 = 0, rs2 = 0]) => {
    frame.code.get(frame.float(rs1)).get(frame.float(rs2)).op(operation).set(frame.float(rd));
  };
}

function floatUnary(operation: number): Emit {
  return ({ frame }, [rd = 0, rs1 = 0]) => {
    frame.code.get(frame.float(rs1)).op(operation).set(frame.float(rd));
  };
}

function floatCall(name: ImportName, count: 1 | 2): Emit {
  return ({ frame }, [rd = 0, rs1 = 0, rs2 = 0]) => {
    frame.code.get(frame.float(rs1));
    if (count === 2) frame.code.get(frame.float(rs2));
    callImport(frame.code, name);
    frame.code.set(frame.float(rd));
  };
}

function setConstant({ frame }: Site, [rd = 0, immediate = 0]: readonly number[]): void {
  frame.code.i32(immediate).set(frame.int(rd));
}

/** Leaves for the interpreter unless the four bytes at the address on the stack are in memory. */
function checkAddress({ frame, instruction, unused }: Site): void {
  frame.code.tee(frame.scratch).i32(LAST_WORD).op(wasm.i32GtU);
  frame.leaveIf(instruction.pc, unused);
}

function sumAddress({ frame }: Site, rs1: number, rs2: number): void {
  frame.code.get(frame.int(rs1)).get(frame.int(rs2)).op(wasm.i32Add);
}

function offsetAddress({ frame }: Site, rs1: number, offset: number): void {
  frame.code.get(frame.int(rs1)).i32(offset).op(wasm.i32Add);
}

function loadTo({ frame }: Site, rd: number): void {
  frame.code.get(frame.scratch).memory('i32Load', layout.memory).set(frame.int(rd));
}

function storeFrom({ frame }: Site, rd: number): void {
  frame.code.get(frame.scratch).get(frame.int(rd)).memory('i32Store', layout.memory);
}

/** Quotients of -1 are negations, since WebAssembly traps on the one that overflows. */
const divide: Emit = ({ frame, instruction, unused }, [rd = 0, rs1 = 0, rs2 = 0]) => {
  const { code, flagged } = frame;
  const [a, b] = [frame.int(rs1), frame.int(rs2)];
  code.get(b).op(wasm.i32Eqz);
  frame.leaveIf(instruction.pc, unused);
  code.get(b).i32(-1).op(wasm.i32Eq).if(I32);
  code.i32(0).get(a).op(wasm.i32Sub).else();
  code.get(a).get(b).op(wasm.i32DivS).end();
  setFlagged({ code, flagged, int: frame.int(rd) });
};

const remainder: Emit = ({ frame, instruction, unused }, [rd = 0, rs1 = 0, rs2 = 0]) => {
  const { code, flagged } = frame;
  code.get(frame.int(rs2)).op(wasm.i32Eqz);
  frame.leaveIf(instruction.pc, unused);
  code.get(frame.int(rs1)).get(frame.int(rs2)).op(wasm.i32RemS);
  setFlagged({ code, flagged, int: frame.int(rd) });
};

const negate: Emit = ({ frame }, [rd = 0]) => {
  const { code, flagged } = frame;
  code.i32(0).get(frame.int(rd)).op(wasm.i32Sub);
  setFlagged({ code, flagged, int: frame.int(rd) });
};

const absolute: Emit = ({ frame }, [rd = 0, rs1 = 0]) => {
  const { code } = frame;
  const value = frame.int(rs1);
  code.get(value).i32(31).op(wasm.i32ShrS).tee(frame.scratch).get(value).op(wasm.i32Xor);
  code.get(frame.scratch).op(wasm.i32Sub).set(frame.int(rd));
};

const swap: Emit = ({ frame }, [rd = 0, rs1 = 0]) => {
  const [a, b] = [frame.int(rd), frame.int(rs1)];
  frame.code.get(a).get(b).set(a).set(b);
};

/** Truncation where the value fits, and the rule of JavaScript (modulo 2^32, NaN is 0) elsewhere. */
const floatToInt: Emit = ({ frame }, [rd = 0, rs1 = 0]) => {
  const { code } = frame;
  const value = frame.float(rs1);
  code
    .get(value)
    .op(wasm.f64Abs)
    .f64(2 ** 31)
    .op(wasm.f64Lt)
    .if(I32);
  code.get(value).op(wasm.i32TruncF64S).else().get(value);
  callImport(code, 'toInt32');
  code.end().set(frame.int(rd));
};

const push: Emit = ({ frame, instruction, unused }, [rd = 0]) => {
  const { code } = frame;
  code.get(frame.depth).get(frame.stackDepth).op(wasm.i32GeU);
  frame.leaveIf(instruction.pc, unused);
  code.get(frame.depth).i32(2).op(wasm.i32Shl).get(frame.int(rd)).memory('i32Store', layout.stack);
  code.get(frame.depth).i32(1).op(wasm.i32Add).set(frame.depth);
};

const pop: Emit = ({ frame, instruction, unused }, [rd = 0]) => {
  const { code } = frame;
  code.get(frame.depth).op(wasm.i32Eqz);
  frame.leaveIf(instruction.pc, unused);
  code.get(frame.depth).i32(1).op(wasm.i32Sub).tee(frame.depth);
  code.i32(2).op(wasm.i32Shl).memory('i32Load', layout.stack).set(frame.int(rd));
};

const same = (immediate: number) => immediate;
const nothing: Emit = () => {};

/** The instructions of computation that compile, by opcode byte; control is `emit-flow.ts`. */
const emitters: Readonly<Record<number, Emit>> = {
  1: nothing, // NOP
  5: nothing, // WFI
  7: nothing, // SYN
  21: nothing, // YIELD
  8: flaggedUpdate(wasm.i32Add, () => 1), // INC
  9: flaggedUpdate(wasm.i32Sub, () => 1), // DEC
  10: flaggedUpdate(wasm.i32Xor, () => -1), // NOT
  11: negate,
  12: push,
  13: pop,
  24: setConstant, // MOVI
  25: flaggedUpdate(wasm.i32Add, same), // ADDI
  26: flaggedUpdate(wasm.i32Sub, same), // SUBI
  27: flaggedUpdate(wasm.i32And, same), // ANDI
  28: flaggedUpdate(wasm.i32Or, same), // ORI
  29: flaggedUpdate(wasm.i32Xor, same), // XORI
  30: flaggedUpdate(wasm.i32Shl, same), // SHLI
  31: flaggedUpdate(wasm.i32ShrS, same), // SHRI
  32: flaggedBinary(wasm.i32Add), // ADD
  33: flaggedBinary(wasm.i32Sub), // SUB
  34: flaggedBinary(wasm.i32Mul), // MUL
  35: divide,
  36: remainder,
  37: flaggedBinary(wasm.i32And), // AND
  38: flaggedBinary(wasm.i32Or), // OR
  39: flaggedBinary(wasm.i32Xor), // XOR
  40: flaggedBinary(wasm.i32Shl), // SHL
  41: flaggedBinary(wasm.i32ShrS), // SHR
  42: choose(wasm.i32LtS), // MIN
  43: choose(wasm.i32GtS), // MAX
  44: compare(wasm.i32Eq), // CMP_EQ
  45: compare(wasm.i32LtS), // CMP_LT
  46: compare(wasm.i32GtS), // CMP_GT
  47: compare(wasm.i32Ne), // CMP_NE
  48: floatBinary(wasm.f64Add), // FADD
  49: floatBinary(wasm.f64Sub), // FSUB
  50: floatBinary(wasm.f64Mul), // FMUL
  51: floatBinary(wasm.f64Div), // FDIV
  52: floatBinary(wasm.f64Min), // FMIN
  53: floatBinary(wasm.f64Max), // FMAX
  54: floatToInt,
  55: ({ frame }, [rd = 0, rs1 = 0]) => {
    frame.code.get(frame.int(rs1)).op(wasm.f64ConvertI32S).set(frame.float(rd)); // ITOF
  },
  56: (site, [rd = 0, rs1 = 0, rs2 = 0]) => {
    sumAddress(site, rs1, rs2); // LOAD
    checkAddress(site);
    loadTo(site, rd);
  },
  57: (site, [rd = 0, rs1 = 0, rs2 = 0]) => {
    sumAddress(site, rs1, rs2); // STORE
    checkAddress(site);
    storeFrom(site, rd);
  },
  58: ({ frame }, [rd = 0, rs1 = 0]) => {
    frame.code.get(frame.int(rs1)).set(frame.int(rd)); // MOV
  },
  59: swap,
  64: setConstant, // MOVI16
  65: flaggedUpdate(wasm.i32Add, same), // ADDI16
  66: flaggedUpdate(wasm.i32Sub, same), // SUBI16
  72: (site, [rd = 0, rs1 = 0, offset = 0]) => {
    offsetAddress(site, rs1, offset); // LOADOFF
    checkAddress(site);
    loadTo(site, rd);
  },
  73: (site, [rd = 0, rs1 = 0, offset = 0]) => {
    offsetAddress(site, rs1, offset); // STOREOF
    checkAddress(site);
    storeFrom(site, rd);
  },
  74: (site, [rd = 0, rs1 = 0, offset = 0]) => {
    const { code, int } = { code: site.frame.code, int: site.frame.int(rd) };
    offsetAddress(site, rs1, 0); // LOADI
    checkAddress(site);
    loadTo(site, rd);
    code.get(int).i32(offset).op(wasm.i32Add).set(int);
  },
  75: (site, [rd = 0, rs1 = 0, offset = 0]) => {
    offsetAddress(site, rs1, offset); // STOREI
    checkAddress(site);
    storeFrom(site, rd);
  },
  144: absolute,
  145: floatUnary(wasm.f64Sqrt), // SQRT
  146: floatCall('pow', 2),
  147: floatCall('log', 1),
  148: floatCall('exp', 1),
  149: floatCall('sin', 1),
  150: floatCall('cos', 1),
  151: floatCall('tan', 1),
  152: floatCall('atan2', 2),
  153: floatUnary(wasm.f64Floor), // FLOOR
  154: floatUnary(wasm.f64Ceil), // CEIL
  155: floatUnary(wasm.f64Nearest), // ROUND
};

/** Whether compiled code does an instruction of computation itself; the rest are services. */
export function isCompiled(byte: number): boolean {
  return emitters[byte] !== undefined;
}

/** Writes the code of an instruction for which `isCompiled` holds. */
export function emitInstruction(site: Site): void {
  emitters[site.instruction.opcode.byte]?.(site, site.instruction.operands);
}
