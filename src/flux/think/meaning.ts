/**
 * What a question means, as a tree: numbers, lists and truth values, whatever words were used. The
 * grammar builds it, `printMeaning` shows it, the compiler turns it into a program.
 */
export type Meaning = Literal | Operation;

/** An exact number: a decimal point is a denominator. */
export interface Literal {
  readonly kind: 'literal';
  readonly numerator: bigint;
  /** Positive. */
  readonly denominator: bigint;
}

export interface Operation {
  readonly kind: 'operation';
  readonly name: string;
  readonly operands: readonly Meaning[];
}

export const literal = (numerator: bigint | number, denominator: bigint | number = 1): Literal => ({
  kind: 'literal',
  numerator: BigInt(numerator),
  denominator: BigInt(denominator),
});

export const operation = (name: string, ...operands: readonly Meaning[]): Operation => ({
  kind: 'operation',
  name,
  operands,
});

/** Operations written between their operands, with their binding strength. */
const INFIX: Readonly<Record<string, readonly [symbol: string, strength: number]>> = {
  less: ['<', 1],
  'at-most': ['<=', 1],
  greater: ['>', 1],
  'at-least': ['>=', 1],
  equal: ['=', 1],
  unequal: ['!=', 1],
  add: ['+', 2],
  subtract: ['-', 2],
  multiply: ['*', 3],
  divide: ['/', 3],
  remainder: ['mod', 3],
  quotient: ['div', 3],
  power: ['^', 5],
};

/**
 * The meaning in one notation, which the grammar reads again.
 *
 * @example
 * printMeaning(operation('add', literal(1), operation('factorial', literal(5)))); // => '1 + factorial(5)'
 */
export function printMeaning(meaning: Meaning): string {
  return printAt(meaning, 0);
}

function printAt(meaning: Meaning, strength: number): string {
  if (meaning.kind === 'literal') {
    const text = printLiteral(meaning);
    return meaning.numerator < 0n && strength > 4 ? `(${text})` : text;
  }
  const infix = INFIX[meaning.name];
  const [left, right] = meaning.operands;
  if (infix !== undefined && left !== undefined && right !== undefined) {
    const [symbol, own] = infix;
    const rightFirst = meaning.name === 'power';
    const text = `${printAt(left, rightFirst ? own + 1 : own)} ${symbol} ${printAt(right, rightFirst ? own : own + 1)}`;
    return own < strength ? `(${text})` : text;
  }
  if (meaning.name === 'negate' && left !== undefined) {
    const text = `-${printAt(left, 4)}`;
    return strength > 4 ? `(${text})` : text;
  }
  if (meaning.name === 'items') return meaning.operands.map(printMeaning).join(', ');
  if (meaning.operands.length === 0) return meaning.name;
  return `${meaning.name}(${meaning.operands.map(printMeaning).join(', ')})`;
}

function printLiteral({ numerator, denominator }: Literal): string {
  if (denominator === 1n) return String(numerator);
  const places = String(denominator).length - 1;
  const magnitude = numerator < 0n ? -numerator : numerator;
  const digits = String(magnitude).padStart(places + 1, '0');
  return `${numerator < 0n ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
