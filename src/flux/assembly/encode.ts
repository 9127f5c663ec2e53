import type { Form, Slot } from './form.ts';
import type { ProblemList } from './problem.ts';
import type { WrittenOperand } from './statement.ts';
import type { SymbolTable } from './symbols.ts';

/** An instruction that has its address and waits for the names to be known. */
export interface PlacedInstruction {
  readonly pc: number;
  readonly form: Form;
  readonly operands: readonly WrittenOperand[];
}

/** Little-endian bytes of an integer, two's complement where it is negative. */
export function integerBytes(value: number, width: number): readonly number[] {
  return Array.from({ length: width }, (_, index) => Math.floor(value / 256 ** index) & 0xff);
}

/** What a target operand holds for a jump from an instruction that ends at `end`. */
function targetValue(
  from: 'absolute' | 'forward' | 'backward',
  target: number,
  end: number,
): number {
  if (from === 'absolute') return target;
  return from === 'forward' ? target - end : end - target;
}

/** The bytes of an instruction; what is out of range or undefined becomes a problem and a zero. */
export function encodeInstruction(
  { pc, form, operands }: PlacedInstruction,
  symbols: SymbolTable,
  problems: ProblemList,
): readonly number[] {
  const bytes: number[] = [...form.prefix];
  let index = 0;
  for (const slot of form.slots) {
    if (slot.kind === 'fixed') {
      bytes.push(slot.byte);
      continue;
    }
    const operand = operands[index] as WrittenOperand;
    index += 1;
    if (slot.kind === 'same') continue;
    if (operand.kind === 'register') bytes.push(operand.index);
    else if (slot.kind === 'integer') {
      const value = symbols.evaluate(operand, problems);
      bytes.push(...ranged(value, { slot, operand, problems }));
    } else if (slot.kind === 'target') {
      const value = targetOf(operand, { slot, end: pc + form.size, symbols, problems });
      bytes.push(...ranged(value, { slot, operand, problems }));
    }
  }
  return bytes;
}

interface Ranged {
  readonly slot: Extract<Slot, { readonly kind: 'integer' | 'target' }>;
  readonly operand: WrittenOperand;
  readonly problems: ProblemList;
}

function ranged(value: number | undefined, { slot, operand, problems }: Ranged): readonly number[] {
  if (value === undefined) return integerBytes(0, slot.width);
  if (value < slot.min || value > slot.max) {
    const text = operand.text === String(value) ? operand.text : `${operand.text} (${value})`;
    problems.add(operand, `${text} is out of range`, `${slot.min} to ${slot.max}`);
  }
  return integerBytes(value, slot.width);
}

/** A lone code label is a place to jump to; anything else is the encoded number itself. */
function targetOf(
  operand: WrittenOperand,
  context: {
    readonly slot: Extract<Slot, { readonly kind: 'target' }>;
    readonly end: number;
    readonly symbols: SymbolTable;
    readonly problems: ProblemList;
  },
): number | undefined {
  const { slot, end, symbols, problems } = context;
  const term = operand.kind === 'sum' && operand.terms.length === 1 ? operand.terms[0] : undefined;
  const meaning = term !== undefined && 'name' in term ? symbols.get(term.name) : undefined;
  if (meaning?.kind === 'code' && term?.sign === 1) {
    return targetValue(slot.from, meaning.value, end);
  }
  return symbols.evaluate(operand, problems);
}
