import type { DataSegment } from '../machine.ts';
import { decodeStack, isStackFault, type StackInstruction } from '../stack/decode.ts';
import type { BasicBlock, VerifiedProgram } from '../verify/verified-program.ts';
import { binaryOnRegister } from './binary.ts';
import { SourceWriter, type Translation, untranslatable } from './translation.ts';

/** Registers above the stack slots: the last result for Z, two to compute in, the final depth. */
const ZERO = 'R255';
const FIRST = 'R254';
const SECOND = 'R253';
const DEPTH_REGISTER = 252;
const SLOTS_MAX = 250;
/** Blocks times depths at which they are entered. */
const COPIES_MAX = 4000;

/** Comparisons that are the opposite of one machine R has. */
const OPPOSITE: Readonly<Record<string, string>> = { LE: 'CMP_GT', GE: 'CMP_LT' };

/** A block entered with a certain number of values on the stack. */
interface Entry {
  readonly block: number;
  readonly depth: number;
}

/**
 * Translates a proven program of machine S: the slot k of the stack becomes register k, so each
 * block is written once for every depth at which it is entered. Only whole numbers; what machine R
 * lacks, and a stack whose depth the program decides, are refused with the address.
 */
export function stackToRegister(
  program: VerifiedProgram,
  data: readonly DataSegment[],
): Translation {
  const writer = new SourceWriter();
  new StackToRegister(program, writer).write();
  const { code, initialDepth } = program;
  return {
    from: 'stack',
    to: 'register',
    original: code,
    ...writer.finish('register', data),
    initialDepth,
    correspondence: { to: 'register', depthRegister: DEPTH_REGISTER },
  };
}

class StackToRegister {
  readonly #program: VerifiedProgram;
  readonly #writer: SourceWriter;
  readonly #waiting: Entry[] = [];
  readonly #labels = new Map<string, string>();
  #fresh = 0;
  #depth = 0;

  constructor(program: VerifiedProgram, writer: SourceWriter) {
    this.#program = program;
    this.#writer = writer;
  }

  write(): void {
    this.#code(`MOVI ${ZERO}, 1`);
    const first = this.#program.initialDepth;
    if (this.#program.blocks.length > 0) this.#label({ block: 0, depth: first });
    for (let entry = this.#waiting.pop(); entry !== undefined; entry = this.#waiting.pop()) {
      this.#block(entry);
    }
    this.#writer.label('end');
    this.#code('NOP');
  }

  #code(text: string): void {
    this.#writer.code(text);
  }

  /** The label of a block at a depth; the block is written when it is first asked for. */
  #label(entry: Entry): string {
    const key = `${entry.block}@${entry.depth}`;
    const known = this.#labels.get(key);
    if (known !== undefined) return known;
    const { pc } = this.#program.blocks[entry.block]!;
    if (entry.depth > SLOTS_MAX || this.#labels.size >= COPIES_MAX) {
      throw untranslatable(pc, 'the code here', 'is reached with ever more values on the stack');
    }
    const label = `at_${pc}_${entry.depth}`;
    this.#labels.set(key, label);
    this.#waiting.push(entry);
    return label;
  }

  #block({ block, depth }: Entry): void {
    const { first, count, ...flow } = this.#program.blocks[block]!;
    this.#writer.label(this.#label({ block, depth }));
    this.#depth = depth;
    let last: StackInstruction | undefined;
    for (const { pc } of this.#program.instructions.slice(first, first + count)) {
      const instruction = decodeStack(this.#program.code, pc);
      if (isStackFault(instruction)) throw untranslatable(pc, 'the code here', 'does not decode');
      this.#writer.begin(pc, instruction.opcode.name);
      this.#instruction(instruction, flow);
      last = instruction;
    }
    if (last === undefined || !fallsThrough(last)) return;
    if (flow.next !== undefined) this.#goOn(flow.next);
    else this.#leave('JMP end');
  }

  /** On to the next block; it need not be written right behind this one. */
  #goOn(block: number): void {
    this.#code(`JMP ${this.#label({ block, depth: this.#depth })}`);
  }

  #leave(by: string): void {
    this.#code(`MOVI16 R${DEPTH_REGISTER}, ${this.#depth}`);
    this.#code(by);
  }

  #instruction(instruction: StackInstruction, flow: Pick<BasicBlock, 'target' | 'callee'>): void {
    const { pc, opcode, operands } = instruction;
    const [operand = 0] = operands;
    switch (opcode.name) {
      case 'HALT':
        this.#leave('HALT');
        break;
      case 'NOP':
        this.#code('NOP');
        break;
      case 'PUSH':
        this.#constant(this.#slot(0), operand);
        break;
      case 'POP':
        break;
      case 'DUP':
        this.#code(`MOV ${this.#slot(0)}, ${this.#slot(-1)}`);
        break;
      case 'OVER':
        this.#code(`MOV ${this.#slot(0)}, ${this.#slot(-2)}`);
        break;
      case 'SWAP':
        this.#code(`SWP ${this.#slot(-2)}, ${this.#slot(-1)}`);
        break;
      case 'ROT':
        this.#code(`SWP ${this.#slot(-3)}, ${this.#slot(-2)}`);
        this.#code(`SWP ${this.#slot(-2)}, ${this.#slot(-1)}`);
        break;
      case 'LOAD':
        this.#constant(FIRST, operand);
        this.#code(`LOADOFF ${this.#slot(0)}, ${FIRST}, 0`);
        break;
      case 'STORE':
        this.#constant(FIRST, operand);
        this.#code(`STOREOF ${this.#slot(-1)}, ${FIRST}, 0`);
        break;
      case 'PEEK':
        this.#code(`LOADOFF ${this.#slot(-1)}, ${this.#slot(-1)}, 0`);
        break;
      case 'POKE':
        this.#code(`STOREOF ${this.#slot(-1)}, ${this.#slot(-2)}, 0`);
        break;
      case 'JMP':
      case 'JZ':
      case 'JNZ':
        this.#jump(opcode.name, flow.target);
        break;
      case 'CALL':
        this.#call(pc, flow.callee);
        break;
      case 'RET':
        this.#code('RET');
        break;
      default:
        this.#computation(instruction);
    }
    if (opcode.effect === 'dynamic') throw untranslatable(pc, opcode.name, NO_EQUAL);
    if (opcode.name !== 'CALL') this.#depth += opcode.effect.pushes - opcode.effect.pops;
  }

  /** Register of a slot, counted from the top: -1 is the top, 0 the next one to be pushed. */
  #slot(fromTop: number): string {
    return `R${this.#depth + fromTop}`;
  }

  #jump(name: string, target: number | undefined): void {
    if (target === undefined) return;
    const label = this.#label({ block: target, depth: this.#depth });
    this.#code(name === 'JMP' ? `JMP ${label}` : `${name} ${ZERO}, ${label}`);
  }

  /** The routine is written for the depth it is called at; it must change that by a known amount. */
  #call(pc: number, callee: number | undefined): void {
    if (callee === undefined) return;
    const routine = this.#program.routines.find(
      ({ kind, entry }) => kind === 'call' && entry === callee,
    );
    const change = routine?.change ?? { min: 0, max: 0 };
    if (change.min !== change.max) {
      throw untranslatable(pc, 'CALL', 'leaves a number of values that differs from run to run');
    }
    this.#code(`CALL ${this.#label({ block: callee, depth: this.#depth })}`);
    this.#depth += change.min;
  }

  /** Arithmetic, comparisons and logic; Z follows from the result. */
  #computation({ pc, opcode }: StackInstruction): void {
    const { name } = opcode;
    const [left, right] = [this.#slot(-2), this.#slot(-1)];
    const plain = binaryOnRegister[name];
    const opposite = OPPOSITE[name];
    let result = left;
    if (plain !== undefined) this.#code(`${plain} ${left}, ${left}, ${right}`);
    else if (opposite !== undefined) {
      this.#code(`${opposite} ${left}, ${left}, ${right}`);
      this.#code(`XORI ${left}, 1`);
    } else if (name === 'MOD') this.#modulo(left, right);
    else if (['NEG', 'INC', 'DEC', 'NOT'].includes(name)) {
      result = right;
      this.#code(`${name} ${right}`);
    } else throw untranslatable(pc, name, NO_EQUAL);
    this.#code(`MOV ${ZERO}, ${result}`);
  }

  /** MOD of machine R has the sign of the dividend, that of machine S the sign of the divisor. */
  #modulo(left: string, right: string): void {
    this.#fresh += 1;
    const done = `mod_${this.#fresh}`;
    this.#code(`MOD ${FIRST}, ${left}, ${right}`);
    this.#code(`JZ ${FIRST}, ${done}`);
    this.#code(`XOR ${SECOND}, ${FIRST}, ${right}`);
    this.#code(`JGT ${SECOND}, ${done}`);
    this.#code(`ADD ${FIRST}, ${FIRST}, ${right}`);
    this.#writer.label(done);
    this.#code(`MOV ${left}, ${FIRST}`);
  }

  #constant(register: string, value: number): void {
    if (value >= -32_768 && value <= 32_767) {
      this.#code(`MOVI16 ${register}, ${value}`);
      return;
    }
    const low = (value << 16) >> 16;
    this.#code(`MOVI16 ${register}, ${((value - low) << 0) >> 16}`);
    this.#code(`SHLI ${register}, 16`);
    if (low !== 0) this.#code(`ADDI16 ${register}, ${low}`);
  }
}

const NO_EQUAL = 'has no equal on machine R';

const fallsThrough = ({ opcode }: StackInstruction): boolean =>
  opcode.flow === 'next' || opcode.flow === 'branch' || opcode.flow === 'call';
