import { FluxError } from '../../error.ts';
import { fluxLimits } from '../../limits.ts';
import { printHead } from '../program/print.ts';
import type { BinaryOperator, Expression, Program, Statement } from '../program/syntax.ts';
import {
  type ControlWriter,
  failureNumber,
  isAlways,
  lowerIf,
  lowerWhile,
  outsideGenerator,
} from './control.ts';

/** Mnemonics of machine S; every one sets Z from its result, compares set it when false. */
const OPERATIONS: Readonly<Record<BinaryOperator, string>> = {
  '+': 'ADD',
  '-': 'SUB',
  '*': 'MUL',
  '/': 'DIV',
  '%': 'MOD',
  '&': 'AND',
  '|': 'OR',
  '^': 'XOR',
  '<<': 'SHL',
  '>>': 'SHR',
  '==': 'EQ',
  '!=': 'NE',
  '<': 'LT',
  '<=': 'LE',
  '>': 'GT',
  '>=': 'GE',
};

/**
 * Lowers a program to assembly of machine S: each variable is a memory cell after the blocks,
 * expressions live on the operand stack, the answer is what `emit` leaves there. A failure breaks
 * with its number, counted from 1, on top.
 */
export function lowerToStack(program: Program): string {
  const lowering = new StackLowering(program);
  return lowering.text();
}

class StackLowering implements ControlWriter {
  readonly #program: Program;
  readonly #lines: string[] = [];
  readonly #cells = new Map<string, number>();
  #labels = 0;
  #procedure = 'main';

  constructor(program: Program) {
    this.#program = program;
  }

  text(): string {
    this.statements(this.#program.main);
    this.#code('HALT');
    for (const { name, parameters, body } of this.#program.procedures) {
      this.#procedure = name;
      this.label(name);
      for (const parameter of parameters.toReversed()) {
        this.#code(`STORE ${this.#cell(parameter)}`, parameter);
      }
      this.statements(body);
      if (body.at(-1)?.kind !== 'return') this.#return({ kind: 'constant', value: 0 });
    }
    return `${this.#lines.join('\n')}\n`;
  }

  #code(instruction: string, comment?: string): void {
    const line = `  ${instruction}`;
    this.#lines.push(comment === undefined ? line : `${line.padEnd(20)}; ${comment}`);
  }

  label(name: string): void {
    this.#lines.push(`${name}:`);
  }

  fresh(kind: string): string {
    this.#labels += 1;
    return `${kind}_${this.#labels}`;
  }

  /** Address of a variable; a procedure is never active twice, so each has one place. */
  #cell(name: string): number {
    const key = `${this.#procedure}.${name}`;
    const known = this.#cells.get(key);
    if (known !== undefined) return known;
    const address = ((this.#program.blockBytes + 3) & ~3) + 4 * this.#cells.size;
    if (address + 4 > fluxLimits.memoryBytes) throw memoryFull();
    this.#cells.set(key, address);
    return address;
  }

  statements(body: readonly Statement[]): void {
    for (const statement of body) {
      const first = this.#lines.length;
      this.#statement(statement);
      this.#remark(first, statement);
    }
  }

  /** The statement becomes the comment of the first instruction it made. */
  #remark(first: number, statement: Statement): void {
    const at = this.#lines.findIndex((line, index) => index >= first && !line.endsWith(':'));
    const line = this.#lines[at];
    if (line === undefined || line.includes(';')) return;
    this.#lines[at] = `${line.padEnd(20)}; ${printHead(statement)}`;
  }

  #statement(statement: Statement): void {
    switch (statement.kind) {
      case 'assign':
        this.#push(statement.value);
        this.#code(`STORE ${this.#cell(statement.name)}`);
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
        this.#push(statement.call);
        this.#code('POP');
        break;
      case 'return':
        this.#return(statement.value);
        break;
      case 'emit':
        this.#push(statement.value);
        break;
      case 'fail':
        this.#code(`PUSH ${failureNumber(statement.failure)}`);
        this.#code('BREAK');
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
    if (base.kind === 'constant' && index.kind === 'constant') {
      this.#push(value);
      this.#code(`STORE ${base.value + 4 * index.value}`);
      return;
    }
    this.#address(base, index);
    this.#push(value);
    this.#code('POKE');
  }

  jump(label: string): void {
    this.#code(`JMP ${label}`);
  }

  #return(value: Expression): void {
    this.#push(value);
    this.#code('RET');
  }

  /** Jumps pop nothing and POP leaves the flags alone: compare, POP, jump. */
  branchIfFalse(condition: Expression, label: string): void {
    if (isAlways(condition)) return;
    this.#push(condition);
    if (condition.kind !== 'binary') {
      this.#code('PUSH 0');
      this.#code('NE');
    }
    this.#code('POP');
    this.#code(`JZ ${label}`);
  }

  #push(expression: Expression): void {
    switch (expression.kind) {
      case 'constant':
        this.#code(`PUSH ${expression.value}`);
        break;
      case 'variable':
        this.#code(`LOAD ${this.#cell(expression.name)}`);
        break;
      case 'word':
        this.#word(expression);
        break;
      case 'call':
        for (const argument of expression.arguments) this.#push(argument);
        this.#code(`CALL ${expression.procedure}`);
        break;
      case 'binary':
        this.#binary(expression);
        break;
    }
  }

  #word({ base, index }: Expression & { readonly kind: 'word' }): void {
    if (base.kind === 'constant' && index.kind === 'constant') {
      this.#code(`LOAD ${base.value + 4 * index.value}`);
      return;
    }
    this.#address(base, index);
    this.#code('PEEK');
  }

  #address(base: Expression, index: Expression): void {
    this.#push(base);
    if (index.kind === 'constant') {
      if (index.value === 0) return;
      this.#code(`PUSH ${4 * index.value}`);
    } else {
      this.#push(index);
      this.#code('PUSH 2');
      this.#code('SHL');
    }
    this.#code('ADD');
  }

  #binary({ operator, left, right }: Expression & { readonly kind: 'binary' }): void {
    this.#push(left);
    const one = right.kind === 'constant' && right.value === 1;
    if (one && operator === '+') this.#code('INC');
    else if (one && operator === '-') this.#code('DEC');
    else {
      this.#push(right);
      this.#code(OPERATIONS[operator]);
    }
  }
}

const memoryFull = (): FluxError =>
  new FluxError({
    code: 'flux/think-memory',
    message: 'the question needs more than the 65,536 bytes of memory a program has',
    hint: 'Ask for smaller numbers, or in parts.',
  });
