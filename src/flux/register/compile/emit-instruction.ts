import { fluxLimits } from '../../limits.ts';
import type { CodeWriter } from '../../wasm/code-writer.ts';
import { F64, I32, wasm } from '../../wasm/opcodes.ts';
import type { RegisterInstruction } from '../decode.ts';
import type { RegisterOpcode } from '../isa.ts';
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
function setFlagged({ code, flagged, int }: Frame, register: number): void {
  code.tee(int(register)).set(flagged);
}

function flaggedUpdate(operation: number, constant: (immediate: number) => number): Emit {
  return ({ frame }, [rd = 0, immediate = 0]) => {
    const { code } = frame;
    code.get(frame.int(rd)).i32(constant(immediate)).op(operation);
    setFlagged(frame, rd);
  };
}

function flaggedBinary(operation: number): Emit {
  return ({ frame }, [rd = 0, rs1 = 0, rs2 = 0]) => {
    const { code } = frame;
    code.get(frame.int(rs1)).get(frame.int(rs2)).op(operation);
    setFlagged(frame, rd);
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

/** Puts the address of a memory access on the stack; its operands are the last two. */
type Address = (frame: Frame, rs1: number, last: number) => void;

const registerSum: Address = ({ code, int }, rs1, rs2) => {
  code.get(int(rs1)).get(int(rs2)).op(wasm.i32Add);
};

const registerOffset: Address = ({ code, int }, rs1, offset) => {
  code.get(int(rs1)).i32(offset).op(wasm.i32Add);
};

/** Leaves for the interpreter unless all four bytes at the address are in memory. */
function checkAddress({ frame, instruction, unused }: Site, address: Address): void {
  const [, rs1 = 0, last = 0] = instruction.operands;
  address(frame, rs1, last);
  frame.code.tee(frame.scratch).i32(LAST_WORD).op(wasm.i32GtU);
  frame.leaveIf(instruction.pc, unused);
  frame.code.get(frame.scratch);
}

function load(address: Address): Emit {
  return (site, [rd = 0]) => {
    checkAddress(site, address);
    site.frame.code.memory('i32Load', layout.memory).set(site.frame.int(rd));
  };
}

function store(address: Address): Emit {
  return (site, [rd = 0]) => {
    checkAddress(site, address);
    site.frame.code.get(site.frame.int(rd)).memory('i32Store', layout.memory);
  };
}

/** LOADI: the word at a register, plus an immediate. */
const loadAndAdd: Emit = (site, [rd = 0, , immediate = 0]) => {
  const { code, int } = site.frame;
  checkAddress(site, (_, rs1) => code.get(int(rs1)));
  code.memory('i32Load', layout.memory).i32(immediate).op(wasm.i32Add).set(int(rd));
};

/** Quotients of -1 are negations, since WebAssembly traps on the one that overflows. */
const divide: Emit = ({ frame, instruction, unused }, [rd = 0, rs1 = 0, rs2 = 0]) => {
  const { code } = frame;
  const [a, b] = [frame.int(rs1), frame.int(rs2)];
  code.get(b).op(wasm.i32Eqz);
  frame.leaveIf(instruction.pc, unused);
  code.get(b).i32(-1).op(wasm.i32Eq).if(I32);
  code.i32(0).get(a).op(wasm.i32Sub).else();
  code.get(a).get(b).op(wasm.i32DivS).end();
  setFlagged(frame, rd);
};

const remainder: Emit = ({ frame, instruction, unused }, [rd = 0, rs1 = 0, rs2 = 0]) => {
  const { code } = frame;
  code.get(frame.int(rs2)).op(wasm.i32Eqz);
  frame.leaveIf(instruction.pc, unused);
  code.get(frame.int(rs1)).get(frame.int(rs2)).op(wasm.i32RemS);
  setFlagged(frame, rd);
};

const negate: Emit = ({ frame }, [rd = 0]) => {
  const { code } = frame;
  code.i32(0).get(frame.int(rd)).op(wasm.i32Sub);
  setFlagged(frame, rd);
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

const intToFloat: Emit = ({ frame }, [rd = 0, rs1 = 0]) => {
  frame.code.get(frame.int(rs1)).op(wasm.f64ConvertI32S).set(frame.float(rd));
};

const move: Emit = ({ frame }, [rd = 0, rs1 = 0]) => {
  frame.code.get(frame.int(rs1)).set(frame.int(rd));
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

/** The instructions of computation that compile, by name; control is `emit-flow.ts`. */
const emitters: Readonly<Record<string, Emit>> = {
  NOP: nothing,
  WFI: nothing,
  SYN: nothing,
  YIELD: nothing,
  INC: flaggedUpdate(wasm.i32Add, () => 1),
  DEC: flaggedUpdate(wasm.i32Sub, () => 1),
  NOT: flaggedUpdate(wasm.i32Xor, () => -1),
  NEG: negate,
  PUSH: push,
  POP: pop,
  MOVI: setConstant,
  ADDI: flaggedUpdate(wasm.i32Add, same),
  SUBI: flaggedUpdate(wasm.i32Sub, same),
  ANDI: flaggedUpdate(wasm.i32And, same),
  ORI: flaggedUpdate(wasm.i32Or, same),
  XORI: flaggedUpdate(wasm.i32Xor, same),
  SHLI: flaggedUpdate(wasm.i32Shl, same),
  SHRI: flaggedUpdate(wasm.i32ShrS, same),
  ADD: flaggedBinary(wasm.i32Add),
  SUB: flaggedBinary(wasm.i32Sub),
  MUL: flaggedBinary(wasm.i32Mul),
  DIV: divide,
  MOD: remainder,
  AND: flaggedBinary(wasm.i32And),
  OR: flaggedBinary(wasm.i32Or),
  XOR: flaggedBinary(wasm.i32Xor),
  SHL: flaggedBinary(wasm.i32Shl),
  SHR: flaggedBinary(wasm.i32ShrS),
  MIN: choose(wasm.i32LtS),
  MAX: choose(wasm.i32GtS),
  CMP_EQ: compare(wasm.i32Eq),
  CMP_LT: compare(wasm.i32LtS),
  CMP_GT: compare(wasm.i32GtS),
  CMP_NE: compare(wasm.i32Ne),
  FADD: floatBinary(wasm.f64Add),
  FSUB: floatBinary(wasm.f64Sub),
  FMUL: floatBinary(wasm.f64Mul),
  FDIV: floatBinary(wasm.f64Div),
  FMIN: floatBinary(wasm.f64Min),
  FMAX: floatBinary(wasm.f64Max),
  FTOI: floatToInt,
  ITOF: intToFloat,
  LOAD: load(registerSum),
  STORE: store(registerSum),
  MOV: move,
  SWP: swap,
  MOVI16: setConstant,
  ADDI16: flaggedUpdate(wasm.i32Add, same),
  SUBI16: flaggedUpdate(wasm.i32Sub, same),
  LOADOFF: load(registerOffset),
  STOREOF: store(registerOffset),
  LOADI: loadAndAdd,
  STOREI: store(registerOffset),
  ABS: absolute,
  SQRT: floatUnary(wasm.f64Sqrt),
  POW: floatCall('pow', 2),
  LOG: floatCall('log', 1),
  EXP: floatCall('exp', 1),
  SIN: floatCall('sin', 1),
  COS: floatCall('cos', 1),
  TAN: floatCall('tan', 1),
  ATAN2: floatCall('atan2', 2),
  FLOOR: floatUnary(wasm.f64Floor),
  CEIL: floatUnary(wasm.f64Ceil),
  ROUND: floatUnary(wasm.f64Nearest),
};

/** Whether compiled code does an instruction of computation itself; the rest are services. */
export function isCompiled({ name }: RegisterOpcode): boolean {
  return emitters[name] !== undefined;
}

/** Writes the code of an instruction for which `isCompiled` holds. */
export function emitInstruction(site: Site): void {
  emitters[site.instruction.opcode.name]?.(site, site.instruction.operands);
}
