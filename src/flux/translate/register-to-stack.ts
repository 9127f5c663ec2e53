import { fluxLimits } from '../limits.ts';
import type { DataSegment } from '../machine.ts';
import { decodeRegister, isRegisterFault, type RegisterInstruction } from '../register/decode.ts';
import type { BasicBlock, VerifiedProgram } from '../verify/verified-program.ts';
import { binaryOnStack } from './binary.ts';
import { SourceWriter, type Translation, untranslatable } from './translation.ts';

const IMMEDIATE: Readonly<Record<string, string>> = {
  ADDI: 'ADD',
  SUBI: 'SUB',
  ANDI: 'AND',
  ORI: 'OR',
  XORI: 'XOR',
  SHLI: 'SHL',
  SHRI: 'SHR',
  ADDI16: 'ADD',
  SUBI16: 'SUB',
};

/** Conditional jumps: how the register is compared with zero, and the jump after it. */
const BRANCHES: Readonly<Record<string, readonly [compare: string, jump: string]>> = {
  JZ: ['NE', 'JZ'],
  JNZ: ['NE', 'JNZ'],
  JLT: ['LT', 'JNZ'],
  JGT: ['GT', 'JNZ'],
};

/** Instructions that do nothing a program can see. */
const NOTHING = new Set(['NOP', 'WFI', 'SYN', 'YIELD']);

/**
 * Translates a proven program of machine R: every integer register it uses becomes a cell at the
 * end of memory, PUSH and POP work on the operand stack. Memory the cells take is lost to the
 * program, and touching it traps. What machine S lacks is refused with the address.
 */
export function registerToStack(
  program: VerifiedProgram,
  data: readonly DataSegment[],
): Translation {
  const writer = new SourceWriter();
  const cells = cellsOf(program);
  const memoryEnd = fluxLimits.memoryBytes - 4 * cells.size;
  const beyond = data.find(({ address, bytes }) => address + bytes.length > memoryEnd);
  if (beyond !== undefined) {
    const reason = `reaches beyond ${memoryEnd}, where the registers lie on machine S`;
    throw untranslatable(0, `the data at ${beyond.address}`, reason);
  }
  new RegisterToStack(program, writer, { cells, memoryEnd }).write();
  return {
    from: 'register',
    to: 'stack',
    original: program.code,
    ...writer.finish('stack', data),
    initialDepth: 0,
    correspondence: { to: 'stack', cells, memoryEnd },
  };
}

function instructionAt(program: VerifiedProgram, pc: number): RegisterInstruction {
  const instruction = decodeRegister(program.code, pc);
  if (isRegisterFault(instruction)) throw untranslatable(pc, 'the code here', 'does not decode');
  return instruction;
}

/** A cell for each integer register some instruction names, and for R0, which VER writes. */
function cellsOf(program: VerifiedProgram): ReadonlyMap<number, number> {
  const used = new Set<number>([0]);
  for (const { pc } of program.instructions) {
    const { opcode, operands } = instructionAt(program, pc);
    for (const [index, { file }] of opcode.operands.entries()) {
      if (file === 'int') used.add(operands[index] ?? 0);
    }
  }
  const registers = [...used].sort((a, b) => a - b);
  const start = fluxLimits.memoryBytes - 4 * registers.length;
  return new Map(registers.map((register, index) => [register, start + 4 * index]));
}

interface Layout {
  readonly cells: ReadonlyMap<number, number>;
  readonly memoryEnd: number;
}

class RegisterToStack {
  readonly #program: VerifiedProgram;
  readonly #writer: SourceWriter;
  readonly #cells: ReadonlyMap<number, number>;
  readonly #memoryEnd: number;
  #fresh = 0;

  constructor(program: VerifiedProgram, writer: SourceWriter, { cells, memoryEnd }: Layout) {
    this.#program = program;
    this.#writer = writer;
    this.#cells = cells;
    this.#memoryEnd = memoryEnd;
  }

  /** Blocks keep their order, so that what falls through on R falls through here. */
  write(): void {
    for (const [index, block] of this.#program.blocks.entries()) {
      this.#writer.label(`at_${block.pc}`);
      this.#block(block, index);
    }
    this.#writer.label('beyond');
    this.#code('PUSH -1');
    this.#code('PEEK');
    this.#code('HALT');
    this.#writer.label('end');
    this.#code('NOP');
  }

  #code(...texts: readonly string[]): void {
    for (const text of texts) this.#writer.code(text);
  }

  #block({ first, count, next, target, callee }: BasicBlock, index: number): void {
    let flow: RegisterInstruction['opcode']['flow'] = 'next';
    for (const { pc } of this.#program.instructions.slice(first, first + count)) {
      const instruction = instructionAt(this.#program, pc);
      const { name } = instruction.opcode;
      this.#writer.begin(pc, name);
      this.#instruction(instruction, this.#labelOf(target ?? callee));
      ({ flow } = instruction.opcode);
    }
    if (flow === 'stop' || flow === 'jump' || flow === 'return') return;
    if (next === undefined) this.#code('JMP end');
    else if (next !== index + 1) this.#code(`JMP ${this.#labelOf(next)}`);
  }

  #labelOf(block: number | undefined): string {
    return block === undefined ? 'end' : `at_${this.#program.blocks[block]!.pc}`;
  }

  #load(register: number): string {
    return `LOAD ${this.#cells.get(register)}`;
  }

  #store(register: number): string {
    return `STORE ${this.#cells.get(register)}`;
  }

  #instruction(instruction: RegisterInstruction, target: string): void {
    const { opcode, operands } = instruction;
    const [rd = 0, second = 0, third = 0] = operands;
    const { name } = opcode;
    const binary = binaryOnStack[name];
    const immediate = IMMEDIATE[name];
    if (NOTHING.has(name)) this.#code('NOP');
    else if (binary !== undefined) {
      this.#code(this.#load(second), this.#load(third), binary, this.#store(rd));
    } else if (immediate !== undefined) {
      this.#code(this.#load(rd), `PUSH ${second}`, immediate, this.#store(rd));
    } else if (!this.#control(instruction, target) && !this.#memory(instruction)) {
      this.#other(instruction);
    }
  }

  #control({ pc, opcode, operands }: RegisterInstruction, target: string): boolean {
    const [rd = 0] = operands;
    const branch = BRANCHES[opcode.name.replace(/^L(?=J)/, '')];
    if (branch !== undefined) {
      const [compare, jump] = branch;
      this.#code(this.#load(rd), 'PUSH 0', compare, 'POP', `${jump} ${target}`);
      return true;
    }
    switch (opcode.name) {
      case 'HALT':
        this.#code('HALT');
        return true;
      case 'JMP':
      case 'LJMP':
        this.#code(`JMP ${target}`);
        return true;
      case 'CALL':
      case 'LCALL':
        this.#code(`CALL ${target}`);
        return true;
      case 'RET':
      case 'IRET':
      case 'LRET':
        this.#code('RET');
        return true;
      case 'LOOP':
        this.#code(this.#load(rd), 'DEC', 'DUP', this.#store(rd), 'PUSH 0', 'GT', 'POP');
        this.#code(`JNZ ${target}`);
        return true;
      case 'JAL':
        throw untranslatable(pc, 'JAL', 'puts an address of machine R into a register');
      default:
        return false;
    }
  }

  #memory({ opcode, operands }: RegisterInstruction): boolean {
    const [rd = 0, rs1 = 0, last = 0] = operands;
    switch (opcode.name) {
      case 'LOAD':
        this.#code(this.#load(rs1), this.#load(last), 'ADD');
        break;
      case 'STORE':
        this.#code(this.#load(rs1), this.#load(last), 'ADD');
        break;
      case 'LOADI':
        this.#code(this.#load(rs1));
        break;
      case 'LOADOFF':
      case 'STOREOF':
      case 'STOREI':
        this.#code(this.#load(rs1), `PUSH ${last}`, 'ADD');
        break;
      default:
        return false;
    }
    this.#code('DUP', `PUSH ${this.#memoryEnd - 4}`, 'GT', 'POP', 'JNZ beyond');
    if (opcode.name.startsWith('STORE')) this.#code(this.#load(rd), 'POKE');
    else {
      this.#code('PEEK');
      if (opcode.name === 'LOADI') this.#code(`PUSH ${last}`, 'ADD');
      this.#code(this.#store(rd));
    }
    return true;
  }

  #other({ pc, opcode, operands }: RegisterInstruction): void {
    const [rd = 0, second = 0, third = 0] = operands;
    switch (opcode.name) {
      case 'INC':
      case 'DEC':
      case 'NOT':
      case 'NEG':
        this.#code(this.#load(rd), opcode.name, this.#store(rd));
        break;
      case 'MOVI':
      case 'MOVI16':
        this.#code(`PUSH ${second}`, this.#store(rd));
        break;
      case 'MOV':
        this.#code(this.#load(second), this.#store(rd));
        break;
      case 'SWP':
        this.#code(this.#load(rd), this.#load(second), this.#store(rd), this.#store(second));
        break;
      case 'PUSH':
        this.#code(this.#load(rd));
        break;
      case 'POP':
        this.#code(this.#store(rd));
        break;
      case 'MOD':
        this.#code(this.#load(second), 'DUP', this.#load(third), 'DIV');
        this.#code(this.#load(third), 'MUL', 'SUB', this.#store(rd));
        break;
      case 'MIN':
      case 'MAX':
        this.#choose(opcode.name === 'MIN' ? 'LT' : 'GT', [rd, second, third]);
        break;
      case 'ABS':
        this.#absolute(rd, second);
        break;
      case 'RESET':
        for (const address of this.#cells.values()) this.#code('PUSH 0', `STORE ${address}`);
        break;
      case 'VER':
        this.#code('PUSH 3', this.#store(0));
        break;
      default:
        throw untranslatable(pc, opcode.name, 'has no equal on machine S');
    }
  }

  #choose(compare: string, [rd, left, right]: readonly [number, number, number]): void {
    const label = this.#freshLabel();
    this.#code(this.#load(left), this.#load(right), 'OVER', 'OVER', compare, 'POP');
    this.#code(`JNZ ${label}`, 'SWAP');
    this.#writer.label(label);
    this.#code('POP', this.#store(rd));
  }

  #absolute(rd: number, from: number): void {
    const label = this.#freshLabel();
    this.#code(this.#load(from), 'DUP', 'PUSH 0', 'LT', 'POP', `JZ ${label}`, 'NEG');
    this.#writer.label(label);
    this.#code(this.#store(rd));
  }

  #freshLabel(): string {
    this.#fresh += 1;
    return `kept_${this.#fresh}`;
  }
}
