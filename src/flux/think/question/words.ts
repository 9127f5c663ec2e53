import { operationKinds } from '../compile/operations.ts';
import { literal, type Meaning, operation } from '../meaning.ts';

export interface Infix {
  readonly name: string;
  readonly strength: number;
  /** Strength the right side needs: one more than its own unless it groups to the right. */
  readonly right: number;
}

const infix = (name: string, strength: number, right = strength + 1): Infix => ({
  name,
  strength,
  right,
});

/** What stands between two numbers. */
const INFIXES: Readonly<Record<string, Infix>> = {
  '+': infix('add', 2),
  '-': infix('subtract', 2),
  '*': infix('multiply', 3),
  x: infix('multiply', 3),
  '/': infix('divide', 3),
  over: infix('divide', 3),
  '%': infix('remainder', 3),
  mod: infix('remainder', 3),
  div: infix('quotient', 3),
  choose: infix('choose', 4),
  '^': infix('power', 6, 5),
};

/** The operation that a sign or word between two numbers names. */
export const infixOf = (text: string): Infix | undefined =>
  Object.hasOwn(INFIXES, text) ? INFIXES[text] : undefined;

const SEQUENCES: Readonly<Record<string, string>> = {
  prime: 'primes',
  primes: 'primes',
  fibonacci: 'fibonaccis',
  fibonaccis: 'fibonaccis',
  natural: 'naturals',
  naturals: 'naturals',
  whole: 'naturals',
  counting: 'naturals',
  even: 'evens',
  evens: 'evens',
  odd: 'odds',
  odds: 'odds',
  square: 'squares',
  squares: 'squares',
  cube: 'cubes',
  cubes: 'cubes',
  triangulars: 'triangulars',
  factorial: 'factorials',
  factorials: 'factorials',
};

/** The sequence that a word names. */
export const sequenceOf = (text: string): string | undefined =>
  Object.hasOwn(SEQUENCES, text) ? SEQUENCES[text] : undefined;

/** Short names that may be called with parentheses. */
const CALLED: Readonly<Record<string, string>> = {
  min: 'minimum',
  max: 'maximum',
  avg: 'mean',
  average: 'mean',
  abs: 'absolute',
  sqrt: 'square-root',
};

/** The operation that a word before parentheses names. */
export const calledName = (text: string): string =>
  Object.hasOwn(CALLED, text) ? (CALLED[text] ?? text) : text;

/** Operations over a list take their operands as one. */
const OVER_LISTS = new Set([
  'sum',
  'product',
  'minimum',
  'maximum',
  'mean',
  'median',
  'gcd',
  'lcm',
  'count',
  'first-of',
  'last',
  'sorted',
  'sorted-falling',
]);

/** The operands of an operation that was called with these. */
export function gathered(name: string, operands: readonly Meaning[]): readonly Meaning[] {
  if (name === 'digits' && operands.length === 1) return [...operands, literal(10)];
  if (!OVER_LISTS.has(name)) return operands;
  const [only] = operands;
  const isList = only?.kind === 'operation' && operationKinds.get(only.name) === 'list';
  return operands.length === 1 && isList ? operands : [operation('items', ...operands)];
}
