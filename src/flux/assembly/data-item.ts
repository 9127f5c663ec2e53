import { integerBytes } from './encode.ts';
import type { ProblemList } from './problem.ts';
import type { WrittenOperand } from './statement.ts';
import type { SymbolTable } from './symbols.ts';

/** Bytes of one value of a directive; a text has its own length. */
export type DataWidth = 1 | 4;

export const dataWidths = Object.freeze({
  '.BYTE': 1,
  '.WORD': 4,
  '.TEXT': 1,
} satisfies Record<string, DataWidth>);

/** One value, text or gap of a directive. */
export type DataItem =
  | { readonly kind: 'space'; readonly size: number }
  | { readonly kind: 'value'; readonly width: DataWidth; readonly operand: WrittenOperand };

/** The bytes of a data item; what is out of range or undefined becomes a problem and a zero. */
export function encodeData(
  item: DataItem,
  symbols: SymbolTable,
  problems: ProblemList,
): readonly number[] {
  if (item.kind === 'space') return new Array<number>(item.size).fill(0);
  const { width, operand } = item;
  if (operand.kind === 'string') return [...Buffer.from(operand.value)];
  const value = symbols.evaluate(operand, problems) ?? 0;
  const bits = 8 * width;
  const [min, max] = [-(2 ** (bits - 1)), 2 ** bits - 1];
  if (value < min || value > max) {
    problems.add(operand, `${operand.text} is out of range`, `${min} to ${max}`);
  }
  return integerBytes(value, width);
}
