import { FluxError } from '../../error.ts';
import { printHead } from '../program/print.ts';
import { assignedNames } from '../program/reach.ts';
import type {
  BinaryOperator,
  Expression,
  Procedure,
  Program,
  Statement,
} from '../program/syntax.ts';
import {
  type ControlWriter,
  failureNumber,
  isAlways,
  lowerIf,
  lowerWhile,
  outsideGenerator,
} from './control.ts';
import { frameBases } from './frames.ts';

/** A register of a frame, or R0, which carries answers and returned values. */
type Register = { readonly frame: string; readonly slot: number } | 'R0';

interface Line {
  readonly mnemonic: string;
  readonly operands: readonly (Register | string | number)[];
  comment?: string;
}

const OPERATIONS: Readonly<Partial<Record<BinaryOperator, string>>> = {
  '+': 'ADD',
  '-': 'SUB',
  '*': 'MUL',
  '/': 'DIV',
  '&': 'AND',
  '|': 'OR',
  '^': 'XOR',
  '<<': 'SHL',
  '>>': 'SHR',
  '==': 'CMP_EQ',
  '!=': 'CMP_NE',
  '<': 'CMP_LT',
  '>': 'CMP_GT',
};

/** Comparisons the machine lacks, as the opposite of one it has. */
const NEGATED: Readonly<Partial<Record<BinaryOperator, string>>> = {
  '<=': 'CMP_GT',
  '>=': 'CMP_LT',
};

const R0: Register = 'R0';

/**
 * Lowers a program to assembly of machine R: variables are registers, one frame a procedure, with
 * frames of procedures that are never active together in the same place; the answer is what `emit`
 * prints through R0. A failure panics with its number, counted from 1, in R0.
 */
export function lowerToRegister(program: Program): string {
  const main: Procedure = { name: 'main', parameters: [], body: program.main };
  const bodies = [main, ...program.procedures].map((procedure) => new BodyLowering(procedure));
  for (const body of bodies) body.run();
  const bases = frameBases(
    [main, ...program.procedures],
    new Map(bodies.map(({ name, slots }) => [name, slots])),
  );
  const place = (operand: Register | string | number): string => {
    if (typeof operand !== 'object') return String(operand);
    return `R${(bases.get(operand.frame) ?? 0) + operand.slot}`;
  };
  const lines = bodies
    .flatMap((body) => body.lines)
    .map((line) => {
      if (typeof line === 'string') return `${line}:`;
      const text = `  ${line.mnemonic} ${line.operands.map(place).join(', ')}`.trimEnd();
      return line.comment === undefined ? text : `${text.padEnd(28)}; ${line.comment}`;
    });
  return `${lines.join('\n')}\n`;
}

class BodyLowering implements ControlWriter {
  readonly lines: (Line | string)[] = [];
  readonly name: string;
  readonly #procedure: Procedure;
  readonly #slots = new Map<string, number>();
  #temporaries = 0;
  #temporariesMax = 0;
  #labels = 0;

  constructor(procedure: Procedure) {
    this.#procedure = procedure;
    this.name = procedure.name;
    for (const name of [...procedure.parameters, ...assignedNames(procedure.body)]) {
      if (!this.#slots.has(name)) this.#slots.set(name, this.#slots.size);
    }
  }

  /** Registers the frame takes. */
  get slots(): number {
    return this.#slots.size + this.#temporariesMax;
  }

  run(): void {
    if (this.name !== 'main') this.label(this.name);
    this.statements(this.#procedure.body);
    if (this.name === 'main') this.#code('HALT');
    else if (this.#procedure.body.at(-1)?.kind !== 'return') {
      this.#code('MOVI', R0, 0);
      this.#code('RET');
    }
  }

  #code(mnemonic: string, ...operands: readonly (Register | string | number)[]): void {
    this.lines.push({ mnemonic, operands });
  }

  label(name: string): void {
    this.lines.push(name);
  }

  fresh(kind: string): string {
    this.#labels += 1;
    return `${this.name}_${kind}_${this.#labels}`;
  }

  #variable(name: string): Register {
    const slot = this.#slots.get(name);
    if (slot === undefined) throw neverAssigned(name);
    return { frame: this.name, slot };
  }

  /** A register above the variables; given back by setting `#temporaries` to what it was. */
  #temporary(): Register {
    const slot = this.#slots.size + this.#temporaries;
    this.#temporaries += 1;
    this.#temporariesMax = Math.max(this.#temporariesMax, this.#temporaries);
    return { frame: this.name, slot };
  }

  statements(body: readonly Statement[]): void {
    for (const statement of body) {
      const first = this.lines.length;
      this.#statement(statement);
      this.#temporaries = 0;
      const line = this.lines.slice(first).find((each) => typeof each !== 'string');
      if (line !== undefined) line.comment ??= printHead(statement);
    }
  }

  #statement(statement: Statement): void {
    switch (statement.kind) {
      case 'assign':
        this.#into(this.#variable(statement.name), statement.value);
        break;
      case 'write':
        this.#write(statement);
        break;
      case 'if':
        lowerIf(this, statement);
        break;
      case 'while':
        lowerWhile(this, statement);
        break;
      case 'call':
        this.#call(statement.call);
        break;
      case 'return':
        this.#into(R0, statement.value);
        this.#code('RET');
        break;
      case 'emit':
        this.#into(R0, statement.value);
        this.#code('SYS', 0);
        break;
      case 'fail':
        this.#code('MOVI', R0, failureNumber(statement.failure));
        this.#code('PANIC');
        break;
      case 'scope':
        this.statements(statement.body);
        this.label(statement.name);
        break;
      case 'leave':
        this.jump(statement.scope);
        break;
      case 'yield':
        throw outsideGenerator();
    }
  }

  #write({ base, index, value }: Statement & { readonly kind: 'write' }): void {
    const source = this.#value(value);
    const start = this.#value(base);
    if (index.kind === 'constant') this.#code('STOREOF', source, start, 4 * index.value);
    else this.#code('STORE', source, start, this.#scaled(index));
  }

  jump(label: string): void {
    this.#code('JMP', label);
  }

  branchIfFalse(condition: Expression, label: string): void {
    if (isAlways(condition)) return;
    const negated = condition.kind === 'binary' ? NEGATED[condition.operator] : undefined;
    const zero = zeroTest(condition);
    if (zero !== undefined) {
      this.#code(zero.operator === '==' ? 'JNZ' : 'JZ', this.#value(zero.left), label);
    } else if (condition.kind === 'binary' && negated !== undefined) {
      const result = this.#temporary();
      this.#code(negated, result, this.#value(condition.left), this.#value(condition.right));
      this.#code('JNZ', result, label);
    } else {
      this.#code('JZ', this.#value(condition), label);
    }
    this.#temporaries = 0;
  }

  /** The register that holds a value: a variable's own, or a temporary. */
  #value(expression: Expression): Register {
    if (expression.kind === 'variable') return this.#variable(expression.name);
    const target = this.#temporary();
    this.#into(target, expression);
    return target;
  }

  #into(target: Register, expression: Expression): void {
    const kept = this.#temporaries;
    switch (expression.kind) {
      case 'constant':
        this.#constant(target, expression.value);
        break;
      case 'variable':
        this.#code('MOV', target, this.#variable(expression.name));
        break;
      case 'word':
        this.#word(target, expression);
        break;
      case 'call':
        this.#call(expression);
        if (target !== R0) this.#code('MOV', target, R0);
        break;
      case 'binary':
        this.#binary(target, expression);
        break;
    }
    this.#temporaries = kept;
  }

  #constant(target: Register, value: number): void {
    if (value >= -128 && value <= 127) this.#code('MOVI', target, value);
    else if (value >= -32_768 && value <= 32_767) this.#code('MOVI16', target, value);
    else {
      const low = (value << 16) >> 16;
      this.#code('MOVI16', target, ((value - low) | 0) >> 16);
      const sixteen = this.#temporary();
      this.#code('MOVI', sixteen, 16);
      this.#code('SHL', target, target, sixteen);
      if (low !== 0) this.#code('ADDI16', target, low);
    }
  }

  #word(target: Register, { base, index }: Expression & { readonly kind: 'word' }): void {
    const start = this.#value(base);
    if (index.kind === 'constant') this.#code('LOADOFF', target, start, 4 * index.value);
    else this.#code('LOAD', target, start, this.#scaled(index));
  }

  /** Byte distance of a word index. */
  #scaled(index: Expression): Register {
    const distance = this.#temporary();
    this.#into(distance, index);
    const two = this.#temporary();
    this.#code('MOVI', two, 2);
    this.#code('SHL', distance, distance, two);
    return distance;
  }

  #binary(target: Register, expression: Expression & { readonly kind: 'binary' }): void {
    const { operator, left, right } = expression;
    const first = this.#value(left);
    if (isSame(first, target) && right.kind === 'constant' && isByte(right.value)) {
      if (operator === '+') return void this.#code('ADDI', target, right.value);
      if (operator === '-') return void this.#code('SUBI', target, right.value);
    }
    const second = this.#value(right);
    const plain = OPERATIONS[operator];
    const negated = NEGATED[operator];
    if (plain !== undefined) this.#code(plain, target, first, second);
    else if (negated !== undefined) {
      const one = this.#temporary();
      this.#code(negated, target, first, second);
      this.#code('MOVI', one, 1);
      this.#code('XOR', target, target, one);
    } else this.#modulo(target, first, second);
  }

  /** MOD takes the sign of the dividend; the language wants that of the divisor. */
  #modulo(target: Register, dividend: Register, divisor: Register): void {
    const rest = this.#temporary();
    const signs = this.#temporary();
    const done = this.fresh('mod');
    this.#code('MOD', rest, dividend, divisor);
    this.#code('JZ', rest, done);
    this.#code('XOR', signs, rest, divisor);
    this.#code('JGT', signs, done);
    this.#code('ADD', rest, rest, divisor);
    this.label(done);
    this.#code('MOV', target, rest);
  }

  /** Arguments wait in this frame, since a call among them may use the callee's frame. */
  #call({ procedure, arguments: args }: Expression & { readonly kind: 'call' }): void {
    const values = args.map((argument) => this.#value(argument));
    for (const [slot, value] of values.entries()) {
      this.#code('MOV', { frame: procedure, slot }, value);
    }
    this.#code('CALL', procedure);
  }
}

/** A comparison with zero for equality, which a jump does by itself. */
const zeroTest = (condition: Expression): (Expression & { readonly kind: 'binary' }) | undefined =>
  condition.kind === 'binary' &&
  (condition.operator === '==' || condition.operator === '!=') &&
  condition.right.kind === 'constant' &&
  condition.right.value === 0
    ? condition
    : undefined;

const isByte = (value: number): boolean => value >= 0 && value <= 255;

const isSame = (left: Register, right: Register): boolean =>
  typeof left === 'object' &&
  typeof right === 'object' &&
  left.frame === right.frame &&
  left.slot === right.slot;

const neverAssigned = (name: string): FluxError =>
  new FluxError({
    code: 'flux/program-text',
    message: `${name} is read and never assigned`,
    hint: 'Assign it first.',
  });
