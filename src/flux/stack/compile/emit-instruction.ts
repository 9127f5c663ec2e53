import { I32, wasm } from '../../wasm/opcodes.ts';
import type { StackInstruction } from '../decode.ts';
import { BY_ADD, BY_DIV, BY_MUL, BY_RESULT, BY_SUB } from '../flags.ts';
import { isExtension } from '../isa.ts';
import type { BlockState } from './block-state.ts';
import type { Operand } from './frame.ts';

type Emit = (state: BlockState, instruction: StackInstruction) => void;

const LAST_WORD = 65_532;
const INT_MAX = 0x7fffffffn;
/** Fuel left at the end and cycles together stay below 2^31. */
const FUEL_MAX = 0x3fffffffn;

const constant = (value: number): Operand => ({ kind: 'i', constant: value });
const isConstant = (operand: Operand): operand is { kind: 'i'; constant: number } =>
  'constant' in operand;

/** An operation on the two top integers that sets the flags by `rule`. */
function binary(operation: number, rule: number): Emit {
  return (state) => {
    const b = state.pop();
    const a = state.pop();
    state.frame.get(a);
    state.frame.get(b);
    state.frame.code.op(operation);
    state.flag(rule, a, b, state.pushInt());
  };
}

/** INC and DEC: the top integer with 1. */
function withOne(operation: number, rule: number): Emit {
  return (state) => {
    const a = state.pop();
    state.frame.get(a);
    state.frame.code.i32(1).op(operation);
    state.flag(rule, a, constant(1), state.pushInt());
  };
}

/** Pops divisor and dividend; the interpreter traps where the divisor is zero. */
function dividends(state: BlockState, pc: number): { a: Operand; b: Operand } {
  const { frame } = state;
  const b = state.peek(0);
  const a = state.peek(1);
  if (!isConstant(b) || b.constant === 0) {
    frame.get(b);
    frame.code.op(wasm.i32Eqz);
    state.leaveIf(pc);
  }
  state.pop();
  state.pop();
  return { a, b };
}

const divide: Emit = (state, { pc }) => {
  const { frame } = state;
  const { code } = frame;
  const { a, b } = dividends(state, pc);
  const quotient = () => {
    frame.get(a);
    frame.get(b);
    code.op(wasm.i32DivS);
  };
  // Dividing by -1 is negation, which wraps where division would trap.
  const negated = () => {
    code.i32(0);
    frame.get(a);
    code.op(wasm.i32Sub);
  };
  if (!isConstant(b)) {
    frame.get(b);
    code.i32(-1).op(wasm.i32Eq).if(I32);
    negated();
    code.else();
    quotient();
    code.end();
  } else if (b.constant === -1) negated();
  else quotient();
  state.flag(BY_DIV, a, b, state.pushInt());
};

/** The remainder with the sign of the divisor. */
const modulo: Emit = (state, { pc }) => {
  const { frame } = state;
  const { code, scratch } = frame;
  const { a, b } = dividends(state, pc);
  frame.get(a);
  frame.get(b);
  code.op(wasm.i32RemS).tee(scratch);
  frame.get(b);
  code.op(wasm.i32Add).get(scratch);
  code.get(scratch).i32(0).op(wasm.i32Ne).get(scratch);
  frame.get(b);
  code.op(wasm.i32Xor).i32(0).op(wasm.i32LtS, wasm.i32And, wasm.select);
  state.flag(BY_ADD, a, b, state.pushInt());
};

const negate: Emit = (state) => {
  const a = state.pop();
  state.frame.code.i32(0);
  state.frame.get(a);
  state.frame.code.op(wasm.i32Sub);
  const result = state.pushInt();
  state.flag(BY_RESULT, a, a, result);
};

const invert: Emit = (state) => {
  const a = state.pop();
  state.frame.get(a);
  state.frame.code.i32(-1).op(wasm.i32Xor);
  state.flag(BY_RESULT, a, a, state.pushInt());
};

/** A comparison; mixed kinds are compared as doubles, which hold every integer. */
function compare(ints: number, floats: number): Emit {
  return (state) => {
    const { frame } = state;
    const b = state.pop();
    const a = state.pop();
    if (a.kind === 'i' && b.kind === 'i') {
      frame.get(a);
      frame.get(b);
      frame.code.op(ints);
    } else {
      frame.getFloat(a);
      frame.getFloat(b);
      frame.code.op(floats);
    }
    state.flag(BY_RESULT, a, b, state.pushInt());
  };
}

function floatBinary(operation: number): Emit {
  return (state) => {
    const b = state.pop();
    const a = state.pop();
    state.frame.getFloat(a);
    state.frame.getFloat(b);
    state.frame.code.op(operation);
    state.pushFloat();
  };
}

const divideFloat: Emit = (state, instruction) => {
  state.frame.getFloat(state.peek(0));
  state.frame.code.f64(0).op(wasm.f64Eq);
  state.leaveIf(instruction.pc);
  floatBinary(wasm.f64Div)(state, instruction);
};

/** Leaves where an address in the stack is outside; a constant one is checked here. */
function checkAddress(state: BlockState, address: Operand, pc: number): void {
  if (isConstant(address) && address.constant >= 0 && address.constant <= LAST_WORD) return;
  state.frame.get(address);
  state.frame.code.i32(LAST_WORD).op(wasm.i32GtU);
  state.leaveIf(pc);
}

const peek: Emit = (state, { pc }) => {
  checkAddress(state, state.peek(0), pc);
  state.frame.get(state.pop());
  state.frame.code.memory('i32Load', 0);
  state.pushInt();
};

const poke: Emit = (state, { pc }) => {
  checkAddress(state, state.peek(1), pc);
  const value = state.pop();
  state.frame.get(state.pop());
  state.frame.get(value);
  state.frame.code.memory('i32Store', 0);
};

const load: Emit = (state, { operands: [address = 0] }) => {
  state.frame.code.i32(0).memory('i32Load', address);
  state.pushInt();
};

const store: Emit = (state, { operands: [address = 0] }) => {
  state.frame.code.i32(0);
  state.frame.get(state.pop());
  state.frame.code.memory('i32Store', address);
};

/** Brings the double in a local of the frame into 0..1; what is no number gives 0. */
function setConfidence(state: BlockState): void {
  const { code, confidence } = state.frame;
  code.set(confidence);
  code.get(confidence).f64(0).op(wasm.f64Max).f64(1).op(wasm.f64Min);
  code.f64(0).get(confidence).get(confidence).op(wasm.f64Eq, wasm.select).set(confidence);
}

const multiplyConfidence: Emit = (state) => {
  state.frame.code.get(state.frame.confidence);
  state.frame.getFloat(state.pop());
  state.frame.code.op(wasm.f64Mul);
  setConfidence(state);
};

/** Pushes a meter as an integer; the interpreter does it where it has no limit or is too large. */
function meter(name: 'time' | 'fuel', operation: number, max: bigint): Emit {
  return (state, { pc }) => {
    const { code } = state.frame;
    const local = state.frame[name];
    code.get(local).i64(max).op(wasm.i64GtU);
    state.leaveIf(pc);
    state.getMeter(local, operation);
    code.op(wasm.i32WrapI64);
    state.pushInt();
  };
}

/** Moves the value `depth` below the top to the top. */
const raise =
  (depth: number): Emit =>
  (state) => {
    const above = Array.from({ length: depth }, () => state.pop());
    const lowest = state.pop();
    for (const each of above.toReversed()) state.push(each);
    state.push(lowest);
  };

const copy =
  (depth: number): Emit =>
  (state) =>
    state.push(state.peek(depth));

const nothing: Emit = () => undefined;

const emitters: Readonly<Record<string, Emit>> = {
  NOP: nothing,
  JMP: nothing,
  EXT_NOP: nothing,
  ADD: binary(wasm.i32Add, BY_ADD),
  SUB: binary(wasm.i32Sub, BY_SUB),
  MUL: binary(wasm.i32Mul, BY_MUL),
  DIV: divide,
  MOD: modulo,
  NEG: negate,
  INC: withOne(wasm.i32Add, BY_ADD),
  DEC: withOne(wasm.i32Sub, BY_SUB),
  EQ: compare(wasm.i32Eq, wasm.f64Eq),
  NE: compare(wasm.i32Ne, wasm.f64Ne),
  LT: compare(wasm.i32LtS, wasm.f64Lt),
  LE: compare(wasm.i32LeS, wasm.f64Le),
  GT: compare(wasm.i32GtS, wasm.f64Gt),
  GE: compare(wasm.i32GeS, wasm.f64Ge),
  AND: binary(wasm.i32And, BY_RESULT),
  OR: binary(wasm.i32Or, BY_RESULT),
  XOR: binary(wasm.i32Xor, BY_RESULT),
  SHL: binary(wasm.i32Shl, BY_RESULT),
  SHR: binary(wasm.i32ShrS, BY_RESULT),
  NOT: invert,
  LOAD: load,
  STORE: store,
  PEEK: peek,
  POKE: poke,
  PUSH: (state, { operands: [value = 0] }) => state.push(constant(value)),
  POP: (state) => {
    state.pop();
  },
  DUP: copy(0),
  OVER: copy(1),
  SWAP: raise(1),
  ROT: raise(2),
  FADD: floatBinary(wasm.f64Add),
  FSUB: floatBinary(wasm.f64Sub),
  FMUL: floatBinary(wasm.f64Mul),
  FDIV: divideFloat,
  CONF_GET: (state) => {
    state.frame.code.get(state.frame.confidence);
    state.pushFloat();
  },
  CONF_SET: (state) => {
    state.frame.getFloat(state.pop());
    setConfidence(state);
  },
  CONF_MUL: multiplyConfidence,
  PROBE: (state, { operands: [id = 0] }) => state.push(constant(isExtension(id) ? 1 : 0)),
  TIME_NOW: meter('time', wasm.i64Sub, INT_MAX),
  FUEL_CHECK: meter('fuel', wasm.i64Add, FUEL_MAX),
};

/** Writes an instruction that goes on to the next, whose operands are there and of the right kind. */
export function emitInstruction(state: BlockState, instruction: StackInstruction): void {
  emitters[instruction.opcode.name]!(state, instruction);
}
