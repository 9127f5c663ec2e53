import { MAY_READ, MAY_WRITE } from './context.ts';
import { BY_ADD, BY_DIV, BY_MUL, BY_RESULT, BY_SUB } from './flags.ts';
import { sizes } from './program.ts';
import type { Engine, Executor } from './state.ts';
import { type TrapCause, traps } from './trap-cause.ts';

const LAST_WORD = 65_532;

/**
 * Runs at most `budget` instructions of a context (below 2^31): the reference machine S (FLUX §2).
 * Answers why it stopped; `state.steps` has grown by the instructions completed and the context
 * holds their effect. A trapped instruction has taken its operands and done nothing else.
 *
 * The labels of the switch are the opcode bytes themselves, as only literals make a jump table.
 */
export const interpret: Executor = (state, context, budget) => {
  const { view } = state;
  const { dispatch, operands } = state.program;
  const { calls, stack } = context;
  const { callDepth } = state.limits;
  const length = dispatch.length;
  const firstStep = state.steps;
  const guarded = state.isGuarded(context);
  let { ints, floats, kinds } = stack.slots;
  let capacity = kinds.length;
  let sp = stack.depth;
  let pc = context.pc;
  let { rule, a: flagA, b: flagB, result } = context.flags;
  let left = budget;
  let exit: ReturnType<Executor> = 'end';
  let cause: TrapCause | undefined;

  run: while (pc < length) {
    if (left === 0) {
      exit = 'budget';
      break;
    }
    const word = dispatch[pc]!;
    const op = word & 0xff;
    const base = sp - (word >>> 8);
    if (base < 0) {
      sp = 0;
      cause = traps.underflow(pc + sizes[op]!);
      break;
    }
    switch (op) {
      case 0x00: // HALT
        pc += 1;
        left -= 1;
        exit = 'halt';
        break run;
      case 0x01: // NOP
        pc += 1;
        break;
      case 0x02: // BREAK
        pc += 1;
        left -= 1;
        exit = 'break';
        break run;
      case 0x03:
        cause = traps.truncated(pc);
        break run;
      case 0x04:
        cause = traps.unknown(state.program.code[pc]!, pc);
        break run;
      case 0x10: // ADD
        sp = base;
        if ((kinds[base]! | kinds[base + 1]!) !== 0) {
          cause = traps.type('ADD');
          break run;
        }
        flagA = ints[base]!;
        flagB = ints[base + 1]!;
        result = (flagA + flagB) | 0;
        rule = BY_ADD;
        ints[base] = result;
        sp = base + 1;
        pc += 1;
        break;
      case 0x11: // SUB
        sp = base;
        if ((kinds[base]! | kinds[base + 1]!) !== 0) {
          cause = traps.type('SUB');
          break run;
        }
        flagA = ints[base]!;
        flagB = ints[base + 1]!;
        result = (flagA - flagB) | 0;
        rule = BY_SUB;
        ints[base] = result;
        sp = base + 1;
        pc += 1;
        break;
      case 0x12: // MUL
        sp = base;
        if ((kinds[base]! | kinds[base + 1]!) !== 0) {
          cause = traps.type('MUL');
          break run;
        }
        flagA = ints[base]!;
        flagB = ints[base + 1]!;
        result = Math.imul(flagA, flagB);
        rule = BY_MUL;
        ints[base] = result;
        sp = base + 1;
        pc += 1;
        break;
      case 0x13: // DIV
        sp = base;
        if ((kinds[base]! | kinds[base + 1]!) !== 0) {
          cause = traps.type('DIV');
          break run;
        }
        if (ints[base + 1] === 0) {
          cause = traps.division;
          break run;
        }
        flagA = ints[base]!;
        flagB = ints[base + 1]!;
        result = (flagA / flagB) | 0;
        rule = BY_DIV;
        ints[base] = result;
        sp = base + 1;
        pc += 1;
        break;
      case 0x14: // MOD
        sp = base;
        if ((kinds[base]! | kinds[base + 1]!) !== 0) {
          cause = traps.type('MOD');
          break run;
        }
        if (ints[base + 1] === 0) {
          cause = traps.modulo;
          break run;
        }
        flagA = ints[base]!;
        flagB = ints[base + 1]!;
        result = (flagA % flagB) | 0;
        // The remainder has the sign of the divisor.
        if (result !== 0 && (result ^ flagB) < 0) result += flagB;
        rule = BY_ADD;
        ints[base] = result;
        sp = base + 1;
        pc += 1;
        break;
      case 0x15: // NEG
        if (kinds[base] !== 0) {
          sp = base;
          cause = traps.type('NEG');
          break run;
        }
        result = -ints[base]! | 0;
        rule = BY_RESULT;
        ints[base] = result;
        pc += 1;
        break;
      case 0x16: // INC
        if (kinds[base] !== 0) {
          sp = base;
          cause = traps.type('INC');
          break run;
        }
        flagA = ints[base]!;
        flagB = 1;
        result = (flagA + 1) | 0;
        rule = BY_ADD;
        ints[base] = result;
        pc += 1;
        break;
      case 0x17: // DEC
        if (kinds[base] !== 0) {
          sp = base;
          cause = traps.type('DEC');
          break run;
        }
        flagA = ints[base]!;
        flagB = 1;
        result = (flagA - 1) | 0;
        rule = BY_SUB;
        ints[base] = result;
        pc += 1;
        break;
      case 0x20: // EQ
      case 0x21: // NE
      case 0x22: // LT
      case 0x23: // LE
      case 0x24: // GT
      case 0x25: {
        // GE; a double holds every i32, so mixed operands compare by value.
        const a = kinds[base] === 0 ? ints[base]! : floats[base]!;
        const b = kinds[base + 1] === 0 ? ints[base + 1]! : floats[base + 1]!;
        result = compare(op, a, b) ? 1 : 0;
        rule = BY_RESULT;
        kinds[base] = 0;
        ints[base] = result;
        sp = base + 1;
        pc += 1;
        break;
      }
      case 0x30: // AND
      case 0x31: // OR
      case 0x32: // XOR
      case 0x34: // SHL
      case 0x35: {
        // SHR; floats are truncated, modulo 2^32 as every integer.
        sp = base;
        const a = kinds[base] === 0 ? ints[base]! : floats[base]!;
        const b = kinds[base + 1] === 0 ? ints[base + 1]! : floats[base + 1]!;
        if (!(Number.isFinite(a) && Number.isFinite(b))) {
          cause = traps.type('a bit operation');
          break run;
        }
        result = combine(op, a, b);
        rule = BY_RESULT;
        kinds[base] = 0;
        ints[base] = result;
        sp = base + 1;
        pc += 1;
        break;
      }
      case 0x33: {
        // NOT
        const a = kinds[base] === 0 ? ints[base]! : floats[base]!;
        if (!Number.isFinite(a)) {
          sp = base;
          cause = traps.type('NOT');
          break run;
        }
        result = ~a;
        rule = BY_RESULT;
        kinds[base] = 0;
        ints[base] = result;
        pc += 1;
        break;
      }
      case 0x40: {
        // LOAD
        const address = operands[pc]!;
        cause = address > LAST_WORD ? traps.bounds(address) : undefined;
        if (guarded) cause ??= state.refuses(context, { address, size: 4, permission: MAY_READ });
        if (cause !== undefined) break run;
        if (sp === capacity) {
          if (!stack.growAt(sp)) {
            cause = traps.overflow(capacity);
            break run;
          }
          ({ ints, floats, kinds } = stack.slots);
          capacity = kinds.length;
        }
        kinds[sp] = 0;
        ints[sp] = view.getInt32(address, true);
        sp += 1;
        pc += 3;
        break;
      }
      case 0x41: {
        // STORE
        const address = operands[pc]!;
        sp = base;
        if (kinds[base] !== 0) cause = traps.type('STORE');
        else if (address > LAST_WORD) cause = traps.bounds(address);
        else if (guarded)
          cause = state.refuses(context, { address, size: 4, permission: MAY_WRITE });
        if (cause !== undefined) break run;
        view.setInt32(address, ints[base]!, true);
        pc += 3;
        break;
      }
      case 0x43: {
        // PEEK
        const address = ints[base]!;
        sp = base;
        if (kinds[base] !== 0) cause = traps.type('PEEK');
        else if (address < 0 || address > LAST_WORD) cause = traps.bounds(address);
        else if (guarded)
          cause = state.refuses(context, { address, size: 4, permission: MAY_READ });
        if (cause !== undefined) break run;
        ints[base] = view.getInt32(address, true);
        sp = base + 1;
        pc += 1;
        break;
      }
      case 0x44: {
        // POKE
        const address = ints[base]!;
        sp = base;
        if ((kinds[base]! | kinds[base + 1]!) !== 0) cause = traps.type('POKE');
        else if (address < 0 || address > LAST_WORD) cause = traps.bounds(address);
        else if (guarded)
          cause = state.refuses(context, { address, size: 4, permission: MAY_WRITE });
        if (cause !== undefined) break run;
        view.setInt32(address, ints[base + 1]!, true);
        pc += 1;
        break;
      }
      case 0x50: // JMP
        pc = operands[pc]!;
        break;
      case 0x51: // JZ
        pc = result === 0 ? operands[pc]! : pc + 3;
        break;
      case 0x52: // JNZ
        pc = result === 0 ? pc + 3 : operands[pc]!;
        break;
      case 0x53: // CALL
        if (calls.length >= callDepth) {
          cause = traps.callOverflow(callDepth);
          break run;
        }
        calls.push(pc + 3);
        pc = operands[pc]!;
        break;
      case 0x54: {
        // RET
        const back = calls.pop();
        if (back === undefined) {
          cause = traps.callUnderflow;
          break run;
        }
        pc = back;
        break;
      }
      case 0x55: // PUSH
        if (sp === capacity) {
          if (!stack.growAt(sp)) {
            cause = traps.overflow(capacity);
            break run;
          }
          ({ ints, floats, kinds } = stack.slots);
          capacity = kinds.length;
        }
        kinds[sp] = 0;
        ints[sp] = operands[pc]!;
        sp += 1;
        pc += 5;
        break;
      case 0x56: // POP
        sp = base;
        pc += 1;
        break;
      case 0x60: // DUP
      case 0x62: {
        // OVER; both copy the lowest of their operands to the top.
        if (sp === capacity) {
          if (!stack.growAt(sp)) {
            sp = base;
            cause = traps.overflow(capacity);
            break run;
          }
          ({ ints, floats, kinds } = stack.slots);
          capacity = kinds.length;
        }
        if (kinds[base] === 0) ints[sp] = ints[base]!;
        else floats[sp] = floats[base]!;
        kinds[sp] = kinds[base]!;
        sp += 1;
        pc += 1;
        break;
      }
      case 0x61: {
        // SWAP
        const int = ints[base]!;
        ints[base] = ints[base + 1]!;
        ints[base + 1] = int;
        if ((kinds[base]! | kinds[base + 1]!) !== 0) swapFloats(floats, kinds, base);
        pc += 1;
        break;
      }
      case 0x63: {
        // ROT: a b c to b c a, which is two swaps.
        const int = ints[base]!;
        ints[base] = ints[base + 1]!;
        ints[base + 1] = ints[base + 2]!;
        ints[base + 2] = int;
        if ((kinds[base]! | kinds[base + 1]! | kinds[base + 2]!) !== 0) {
          swapFloats(floats, kinds, base);
          swapFloats(floats, kinds, base + 1);
        }
        pc += 1;
        break;
      }
      case 0x70: // FADD
      case 0x71: // FSUB
      case 0x72: // FMUL
      case 0x73: {
        // FDIV
        sp = base;
        const a = kinds[base] === 0 ? ints[base]! : floats[base]!;
        const b = kinds[base + 1] === 0 ? ints[base + 1]! : floats[base + 1]!;
        if (op === 0x73 && b === 0) {
          cause = traps.floatDivision;
          break run;
        }
        kinds[base] = 1;
        floats[base] = calculate(op, a, b);
        sp = base + 1;
        pc += 1;
        break;
      }
      case 0x80: // CONF_GET
        if (sp === capacity) {
          if (!stack.growAt(sp)) {
            cause = traps.overflow(capacity);
            break run;
          }
          ({ ints, floats, kinds } = stack.slots);
          capacity = kinds.length;
        }
        kinds[sp] = 1;
        floats[sp] = context.confidence;
        sp += 1;
        pc += 1;
        break;
      case 0x81: // CONF_SET
        sp = base;
        context.confidence = clamp(kinds[base] === 0 ? ints[base]! : floats[base]!);
        pc += 1;
        break;
      case 0x82: {
        // CONF_MUL
        sp = base;
        const factor = kinds[base] === 0 ? ints[base]! : floats[base]!;
        context.confidence = clamp(context.confidence * factor);
        pc += 1;
        break;
      }
      default:
        // Messages and escapes see and change the whole machine.
        exit = 'service';
        break run;
    }
    left -= 1;
  }

  stack.depth = sp;
  context.pc = pc;
  context.flags = { rule, a: flagA, b: flagB, result };
  state.steps = firstStep + budget - left;
  if (cause === undefined) return exit;
  state.cause = cause;
  return 'trap';
};

/** Instructions in one call, so that JavaScript can put in the code it has optimised meanwhile. */
const STRETCH = 1 << 20;

/** The reference engine. */
export const interpreterEngine: Engine = Object.freeze({
  run: (state, context, budget) => interpret(state, context, Math.min(budget, STRETCH)),
} satisfies Engine);

function compare(op: number, a: number, b: number): boolean {
  switch (op) {
    case 0x20:
      return a === b;
    case 0x21:
      return a !== b;
    case 0x22:
      return a < b;
    case 0x23:
      return a <= b;
    case 0x24:
      return a > b;
    default:
      return a >= b;
  }
}

function combine(op: number, a: number, b: number): number {
  switch (op) {
    case 0x30:
      return a & b;
    case 0x31:
      return a | b;
    case 0x32:
      return a ^ b;
    case 0x34:
      return a << b;
    default:
      return a >> b;
  }
}

function calculate(op: number, a: number, b: number): number {
  switch (op) {
    case 0x70:
      return a + b;
    case 0x71:
      return a - b;
    case 0x72:
      return a * b;
    default:
      return a / b;
  }
}

/** Brings a confidence into 0..1; what is no number gives none. */
function clamp(value: number): number {
  return Number.isNaN(value) ? 0 : Math.min(1, Math.max(0, value));
}

function swapFloats(floats: Float64Array, kinds: Uint8Array, at: number): void {
  const float = floats[at]!;
  floats[at] = floats[at + 1]!;
  floats[at + 1] = float;
  const kind = kinds[at]!;
  kinds[at] = kinds[at + 1]!;
  kinds[at + 1] = kind;
}
