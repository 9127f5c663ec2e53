import { fluxLimits } from '../limits.ts';
import { registerOpcodes } from './isa.ts';
import { type RegisterMachine, trapMachine } from './machine.ts';
import { executeService } from './service.ts';

/** Bytes per opcode; 1 for those that trap before their operands are looked at. */
const sizes = new Uint8Array(256).fill(1);
for (const { byte, size, status } of registerOpcodes) {
  if (status !== 'unimplemented') sizes[byte] = size;
}

/** Highest address that still has four bytes. */
const LAST_WORD = fluxLimits.memoryBytes - 4;
/** Keeps the cycle counter of the dispatch loop a small integer. */
const SLICE_CYCLES = 1 << 28;

/**
 * Runs until the program ends or has executed `until` cycles in all: the reference for what the
 * instructions of machine R do. Reference: FLUX §3.1, §3.3.
 */
export function interpret(machine: RegisterMachine, until: number): void {
  while (machine.ending === undefined && machine.cycles < until) {
    if (machine.pc === machine.codeLength) machine.ending = 'end';
    else if (dispatch(machine, Math.min(until - machine.cycles, SLICE_CYCLES))) {
      executeService(machine);
    }
  }
}

/** The signed immediate of format G, whose high byte lies beyond the first four bytes. */
function offset(low: number, high: number): number {
  return ((low | (high << 8)) << 16) >> 16;
}

/**
 * Executes at most `cycles` instructions of computation and control, in one function because a call
 * for each would halve the speed. Answers true before an instruction that is not one of them or
 * that cannot do its ordinary work (a trap, a word over the edge of memory): a service does those.
 */
function dispatch(machine: RegisterMachine, cycles: number): boolean {
  const { code, codeLength, ints, floats, stack } = machine;
  const { stackDepth } = machine.limits;
  // One load fetches an instruction whole, but for the last byte of format G.
  const program = new DataView(code.buffer, code.byteOffset, code.length);
  const memory = new DataView(machine.memory.buffer, 0, machine.memory.length);
  let { pc, depth, flagged } = machine;
  let at = pc;
  let left = cycles;
  let value = 0;
  let interrupted = true;

  run: while (true) {
    if (left === 0 || pc >>> 0 >= codeLength) {
      interrupted = false;
      break;
    }
    at = pc;
    const word = program.getInt32(at, true);
    const op = word & 0xff;
    const rd = (word >> 8) & 0xff;
    const rs1 = (word >> 16) & 0xff;
    const rs2 = word >>> 24;
    const immediate = word >> 16;
    pc = at + sizes[op]!;
    left -= 1;
    if (pc > codeLength) break;
    switch (op) {
      case 0x08: // INC
        value = (ints[rd]! + 1) | 0;
        break;
      case 0x09: // DEC
        value = (ints[rd]! - 1) | 0;
        break;
      case 0x0a: // NOT
        value = ~ints[rd]!;
        break;
      case 0x0b: // NEG
        value = -ints[rd]! | 0;
        break;
      case 0x19: // ADDI
        value = (ints[rd]! + rs1) | 0;
        break;
      case 0x1a: // SUBI
        value = (ints[rd]! - rs1) | 0;
        break;
      case 0x1b: // ANDI
        value = ints[rd]! & rs1;
        break;
      case 0x1c: // ORI
        value = ints[rd]! | rs1;
        break;
      case 0x1d: // XORI
        value = ints[rd]! ^ rs1;
        break;
      case 0x1e: // SHLI
        value = ints[rd]! << rs1;
        break;
      case 0x1f: // SHRI
        value = ints[rd]! >> rs1;
        break;
      case 0x20: // ADD
        value = (ints[rs1]! + ints[rs2]!) | 0;
        break;
      case 0x21: // SUB
        value = (ints[rs1]! - ints[rs2]!) | 0;
        break;
      case 0x22: // MUL
        value = Math.imul(ints[rs1]!, ints[rs2]!);
        break;
      case 0x23: // DIV
        if (ints[rs2] === 0) break run;
        value = (ints[rs1]! / ints[rs2]!) | 0;
        break;
      case 0x24: // MOD
        if (ints[rs2] === 0) break run;
        value = (ints[rs1]! % ints[rs2]!) | 0;
        break;
      case 0x25: // AND
        value = ints[rs1]! & ints[rs2]!;
        break;
      case 0x26: // OR
        value = ints[rs1]! | ints[rs2]!;
        break;
      case 0x27: // XOR
        value = ints[rs1]! ^ ints[rs2]!;
        break;
      case 0x28: // SHL
        value = ints[rs1]! << ints[rs2]!;
        break;
      case 0x29: // SHR
        value = ints[rs1]! >> ints[rs2]!;
        break;
      case 0x41: // ADDI16
        value = (ints[rd]! + immediate) | 0;
        break;
      case 0x42: // SUBI16
        value = (ints[rd]! - immediate) | 0;
        break;
      case 0x01: // NOP
        continue;
      case 0x18: // MOVI
        ints[rd] = (rs1 << 24) >> 24;
        continue;
      case 0x40: // MOVI16
        ints[rd] = immediate;
        continue;
      case 0x2a: // MIN
        ints[rd] = Math.min(ints[rs1]!, ints[rs2]!);
        continue;
      case 0x2b: // MAX
        ints[rd] = Math.max(ints[rs1]!, ints[rs2]!);
        continue;
      case 0x2c: // CMP_EQ
        ints[rd] = ints[rs1]! === ints[rs2]! ? 1 : 0;
        continue;
      case 0x2d: // CMP_LT
        ints[rd] = ints[rs1]! < ints[rs2]! ? 1 : 0;
        continue;
      case 0x2e: // CMP_GT
        ints[rd] = ints[rs1]! > ints[rs2]! ? 1 : 0;
        continue;
      case 0x2f: // CMP_NE
        ints[rd] = ints[rs1]! !== ints[rs2]! ? 1 : 0;
        continue;
      case 0x3a: // MOV
        ints[rd] = ints[rs1]!;
        continue;
      case 0x3b: // SWP
        value = ints[rd]!;
        ints[rd] = ints[rs1]!;
        ints[rs1] = value;
        continue;
      case 0x30: // FADD
        floats[rd] = floats[rs1]! + floats[rs2]!;
        continue;
      case 0x31: // FSUB
        floats[rd] = floats[rs1]! - floats[rs2]!;
        continue;
      case 0x32: // FMUL
        floats[rd] = floats[rs1]! * floats[rs2]!;
        continue;
      case 0x33: // FDIV
        floats[rd] = floats[rs1]! / floats[rs2]!;
        continue;
      case 0x36: // FTOI
        ints[rd] = floats[rs1]!;
        continue;
      case 0x3c: // JZ
        if (ints[rd] === 0) pc += ints[rs1]!;
        continue;
      case 0x3d: // JNZ
        if (ints[rd] !== 0) pc += ints[rs1]!;
        continue;
      case 0x3e: // JLT
        if (ints[rd]! < 0) pc += ints[rs1]!;
        continue;
      case 0x3f: // JGT
        if (ints[rd]! > 0) pc += ints[rs1]!;
        continue;
      case 0xe1: // LJZ
        if (ints[rd] === 0) pc += immediate;
        continue;
      case 0xe2: // LJNZ
        if (ints[rd] !== 0) pc += immediate;
        continue;
      case 0xe3: // LJLT
        if (ints[rd]! < 0) pc += immediate;
        continue;
      case 0xe4: // LJGT
        if (ints[rd]! > 0) pc += immediate;
        continue;
      case 0x43: // JMP
      case 0xe0: // LJMP
        pc += immediate;
        continue;
      case 0x44: // JAL
        ints[rd] = pc;
        pc += immediate;
        continue;
      case 0x45: // CALL
      case 0xe5: // LCALL
        if (depth >= stackDepth) break run;
        stack[depth] = pc;
        depth += 1;
        pc += immediate;
        continue;
      case 0x02: // RET
      case 0x03: // IRET
      case 0xe6: // LRET
        if (depth === 0) break run;
        depth -= 1;
        pc = stack[depth]!;
        continue;
      case 0x46: // LOOP
        value = (ints[rd]! - 1) | 0;
        ints[rd] = value;
        if (value > 0) pc -= immediate;
        continue;
      case 0x0c: // PUSH
        if (depth >= stackDepth) break run;
        stack[depth] = ints[rd]!;
        depth += 1;
        continue;
      case 0x0d: // POP
        if (depth === 0) break run;
        depth -= 1;
        ints[rd] = stack[depth]!;
        continue;
      case 0x38: // LOAD
        value = (ints[rs1]! + ints[rs2]!) | 0;
        if (value >>> 0 > LAST_WORD) break run;
        ints[rd] = memory.getInt32(value, true);
        continue;
      case 0x39: // STORE
        value = (ints[rs1]! + ints[rs2]!) | 0;
        if (value >>> 0 > LAST_WORD) break run;
        memory.setInt32(value, ints[rd]!, true);
        continue;
      case 0x48: // LOADOFF
        value = (ints[rs1]! + offset(rs2, code[at + 4]!)) | 0;
        if (value >>> 0 > LAST_WORD) break run;
        ints[rd] = memory.getInt32(value, true);
        continue;
      case 0x49: // STOREOF
        value = (ints[rs1]! + offset(rs2, code[at + 4]!)) | 0;
        if (value >>> 0 > LAST_WORD) break run;
        memory.setInt32(value, ints[rd]!, true);
        continue;
      case 0x90: // ABS
        ints[rd] = Math.abs(ints[rs1]!);
        continue;
      case 0x91: // SQRT
        floats[rd] = Math.sqrt(floats[rs1]!);
        continue;
      case 0x37: // ITOF
        floats[rd] = ints[rs1]!;
        continue;
      default:
        break run;
    }
    ints[rd] = value;
    flagged = value;
  }

  machine.depth = depth;
  machine.flagged = flagged;
  machine.pc = pc;
  machine.cycles += cycles - left;
  if (interrupted) {
    machine.pc = at;
    machine.cycles -= 1;
  } else if (pc >>> 0 > codeLength) {
    machine.pc = at;
    trapMachine(machine, 'InvalidJump', `Jump outside the program: ${pc}`);
  }
  return interrupted;
}
