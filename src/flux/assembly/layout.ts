import { fluxLimits } from '../limits.ts';
import type { MachineName } from '../machine.ts';
import { type DataItem, type DataWidth, dataWidths } from './data-item.ts';
import { dialects } from './detect-text.ts';
import type { PlacedInstruction } from './encode.ts';
import { matchForm } from './match-form.ts';
import type { Position, ProblemList } from './problem.ts';
import type { Name, Statement, WrittenOperand } from './statement.ts';
import { SymbolTable } from './symbols.ts';

type CodeItem = PlacedInstruction | (DataItem & { readonly pc: number });

/** A `.data` section. */
interface DataBlock {
  readonly place: Position;
  readonly address: number;
  size: number;
  readonly items: DataItem[];
}

/** The first pass over a source: every statement has its address, every name its meaning. */
export class Layout {
  readonly symbols = new SymbolTable();
  readonly code: CodeItem[] = [];
  readonly data: DataBlock[] = [];
  readonly lines = new Map<number, number>();
  #pc = 0;
  #block: DataBlock | undefined;
  readonly #machine: MachineName;
  readonly #problems: ProblemList;

  constructor(machine: MachineName, problems: ProblemList) {
    this.#machine = machine;
    this.#problems = problems;
  }

  get codeSize(): number {
    return this.#pc;
  }

  add(statement: Statement): void {
    const { head, isDirective } = statement;
    const names = head?.text === '.DATA' ? [] : statement.labels;
    for (const label of names) this.#defineLabel(label);
    if (head === undefined) return;
    if (isDirective) this.#directive(head, statement);
    else this.#instruction(head, statement.operands);
  }

  #defineLabel(label: Name): void {
    const block = this.#block;
    const meaning =
      block === undefined
        ? ({ kind: 'code', value: this.#pc } as const)
        : ({ kind: 'data', value: block.address + block.size } as const);
    this.symbols.define(label, meaning, this.#problems);
  }

  #instruction(head: Name, operands: readonly WrittenOperand[]): void {
    const forms = dialects[this.#machine].forms(head.text);
    if (forms.length === 0) {
      this.#problems.add(head, `Unknown instruction: ${head.text}`, this.#nearMnemonic(head.text));
      return;
    }
    if (this.#block !== undefined) {
      const message = `${head.text} stands in the data section`;
      this.#problems.add(head, message, '.code before the next instruction');
      return;
    }
    const form = matchForm(forms, { head, operands }, this.#problems);
    if (form !== undefined) this.#emit(head, { pc: this.#pc, form, operands }, form.size);
  }

  #nearMnemonic(mnemonic: string): string {
    const other = this.#machine === 'stack' ? 'register' : 'stack';
    return dialects[other].forms(mnemonic).length > 0
      ? `an instruction of machine ${this.#machine}; machine ${other} has this one`
      : `an instruction of machine ${this.#machine}`;
  }

  #directive(head: Name, statement: Statement): void {
    const { operands } = statement;
    const problems = this.#problems;
    switch (head.text) {
      case '.MACHINE':
        return;
      case '.CODE':
        this.#block = undefined;
        if (operands[0] !== undefined)
          problems.add(operands[0], 'too many operands', '.code alone');
        return;
      case '.CONST':
        this.#constant(head, operands);
        return;
      case '.DATA':
        this.#openData(head, statement);
        return;
      case '.SPACE':
        this.#space(head, operands);
        return;
      case '.TEXT':
      case '.BYTE':
      case '.WORD':
        this.#values(head, dataWidths[head.text], operands);
        return;
      default:
        problems.add(
          head,
          `Unknown directive: ${head.text.toLowerCase()}`,
          '.machine, .code, .data, .const, .byte, .word, .text or .space',
        );
    }
  }

  #constant(head: Name, operands: readonly WrittenOperand[]): void {
    const [name, sum, more] = operands;
    const term = name?.kind === 'sum' && name.terms.length === 1 ? name.terms[0] : undefined;
    if (name === undefined || sum === undefined || more !== undefined) {
      this.#problems.add(more ?? head, 'a constant has a name and a value', '.const NAME value');
      return;
    }
    if (term === undefined || !('name' in term)) {
      this.#problems.add(name, `${name.text} is no name`, '.const NAME value');
      return;
    }
    const value = this.symbols.evaluate(sum, this.#problems);
    if (value === undefined) return;
    const { line, column } = name;
    this.symbols.define(
      { line, column, text: term.name },
      { kind: 'constant', value },
      this.#problems,
    );
  }

  /** `.data` goes on after the last data; `.data 1024` begins anew there. */
  #openData(head: Name, { labels, operands }: Statement): void {
    const [at, more] = operands;
    if (more !== undefined) this.#problems.add(more, 'too many operands', '.data address');
    const last = this.data.at(-1);
    const address =
      at === undefined
        ? (last?.address ?? 0) + (last?.size ?? 0)
        : (this.symbols.evaluate(at, this.#problems) ?? 0);
    if (address < 0 || address > fluxLimits.memoryBytes) {
      const expected = `an address of memory, 0 to ${fluxLimits.memoryBytes - 1}`;
      this.#problems.add(at ?? head, `${address} is out of range`, expected);
      return;
    }
    this.#block = { place: head, address, size: 0, items: [] };
    this.data.push(this.#block);
    for (const label of labels) this.#defineLabel(label);
  }

  #space(head: Name, operands: readonly WrittenOperand[]): void {
    const [count, more] = operands;
    if (count === undefined || more !== undefined) {
      this.#problems.add(more ?? head, '.space has one operand', 'how many zero bytes');
      return;
    }
    const size = this.symbols.evaluate(count, this.#problems);
    if (size === undefined) return;
    if (size < 0 || size > fluxLimits.memoryBytes) {
      const expected = `0 to ${fluxLimits.memoryBytes}`;
      this.#problems.add(count, `${count.text} is out of range`, expected);
      return;
    }
    this.#place(head, { kind: 'space', size });
  }

  #values(head: Name, width: DataWidth, operands: readonly WrittenOperand[]): void {
    if (operands.length === 0) {
      this.#problems.add(head, `${head.text.toLowerCase()} has no values`, 'one value or more');
    }
    for (const operand of operands) {
      const wantsText = head.text === '.TEXT';
      if ((operand.kind === 'string') !== wantsText) {
        const expected = wantsText ? 'text in double quotes' : 'a number or constant';
        this.#problems.add(operand, `Cannot parse operand: ${operand.text}`, expected);
      } else {
        this.#place(head, { kind: 'value', width, operand });
      }
    }
  }

  #place(head: Name, item: DataItem): void {
    const size = sizeOf(item);
    const block = this.#block;
    if (block === undefined) {
      this.#emit(head, { ...item, pc: this.#pc }, size);
      return;
    }
    const end = block.address + block.size + size;
    if (end > fluxLimits.memoryBytes) {
      const message = `the data ends at ${end}, beyond the ${fluxLimits.memoryBytes} bytes of memory`;
      this.#problems.add(head, message, 'less data, or a lower address');
      return;
    }
    block.items.push(item);
    block.size += size;
  }

  /** Puts an item into the code; beyond the limit only addresses go on. */
  #emit(head: Name, item: CodeItem, size: number): void {
    const max = fluxLimits.codeBytesMax;
    const before = this.#pc;
    this.#pc += size;
    if (this.#pc <= max) {
      this.lines.set(before, head.line);
      this.code.push(item);
    } else if (before <= max) {
      this.#problems.add(head, `the code is longer than ${max} bytes`, 'a shorter program');
    }
  }
}

function sizeOf(item: DataItem): number {
  if (item.kind === 'space') return item.size;
  if (item.operand.kind === 'string') return Buffer.byteLength(item.operand.value);
  return item.width;
}
