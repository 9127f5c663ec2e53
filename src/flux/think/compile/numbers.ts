import { SMALL_MAX } from '../library/wides.ts';
import { literal, type Meaning, operation } from '../meaning.ts';
import {
  assign,
  binary,
  callOf,
  constant,
  type Expression,
  variable,
  when,
} from '../program/syntax.ts';
import {
  absolute,
  asWord,
  compare,
  exactQuotient,
  floorDivision,
  greatestDivisor,
  isZero,
  ONE,
  product,
  requireNonzero,
  squareRoot,
  wordValue,
} from './arithmetic.ts';
import { type Compiler, type NumberOperation, operand } from './compiler.ts';
import {
  absoluteQuantity,
  addQuantities,
  compareQuantities,
  divideQuantities,
  floorQuantities,
  multiplyQuantities,
  natural,
  naturalWord,
  negateQuantity,
  powerQuantity,
  reduced,
  whole,
  wholeWord,
} from './quantities.ts';
import { refuse } from './refuse.ts';
import { DIGITS_MAX, digitsOf, fitsWord, type Quantity, sizeOf, type Value } from './value.ts';

type Pair = readonly [Quantity, Quantity];

const pair = (c: Compiler, operands: readonly Meaning[]): Pair => [
  c.number(operand(operands, 0)),
  c.number(operand(operands, 1)),
];

const one = (c: Compiler, operands: readonly Meaning[]): Quantity => c.number(operand(operands));

const WORD_BITS = sizeOf(2n ** 31n - 1n);

const ofValue = (numerator: Value): Quantity => ({ numerator });

/** Largest value a held word can have, exactly for a literal. */
export const boundOf = ({ width, expression, size }: Value): number =>
  width === 'word' && expression.kind === 'constant' ? expression.value : Math.ceil(2 ** size);

export const factorialSize = (n: number): number => {
  let size = 0;
  for (let k = 2; k <= n && size <= DIGITS_MAX * 4; k += 1) size += Math.log2(k);
  return size + 1e-9;
};

/** Bound on the n-th Fibonacci number, which is below the golden ratio to the power n. */
export const fibonacciSize = (n: number): number => n * Math.log2((1 + Math.sqrt(5)) / 2);

function factorial(c: Compiler, operands: readonly Meaning[]): Quantity {
  const n = naturalWord(c, one(c, operands));
  const size = factorialSize(boundOf(n));
  if (fitsWord(size)) return ofValue(wordValue(callOf('factorial', n.expression), size, true));
  const into = c.block(size);
  c.perform('wide_factorial', into, n.expression);
  return ofValue({ width: 'wide', expression: into, size, nonnegative: true });
}

function fibonacci(c: Compiler, operands: readonly Meaning[]): Quantity {
  const n = naturalWord(c, one(c, operands));
  const size = fibonacciSize(boundOf(n) + 1);
  if (fitsWord(size)) return ofValue(wordValue(callOf('fibonacci', n.expression), size, true));
  const into = c.block(size);
  c.perform('wide_fibonacci', into, c.block(size), n.expression);
  return ofValue({ width: 'wide', expression: into, size, nonnegative: true });
}

/** A negative exponent written as one turns the base over; any other must come out natural. */
function raise(c: Compiler, operands: readonly Meaning[]): Quantity {
  const [base, exponent] = [operand(operands, 0), operand(operands, 1)];
  if (exponent.kind === 'literal') {
    if (exponent.denominator !== 1n) throw refuse('a power with a fraction as exponent');
    if (exponent.numerator < 0n) return overturned(c, base, literal(-exponent.numerator));
  } else if (exponent.name === 'negate') {
    return overturned(c, base, operand(exponent.operands));
  }
  const quantity = c.number(base);
  return powerQuantity(c, quantity, naturalWord(c, c.number(exponent)));
}

const overturned = (c: Compiler, base: Meaning, exponent: Meaning): Quantity =>
  c.number(operation('divide', literal(1), operation('power', base, exponent)));

/** A power only wanted modulo a number never needs the whole power. */
function remainder(c: Compiler, operands: readonly Meaning[]): Quantity {
  const [left, right] = [operand(operands, 0), operand(operands, 1)];
  const exponent =
    left.kind === 'operation' && left.name === 'power' ? left.operands[1] : undefined;
  if (left.kind === 'literal' || exponent?.kind !== 'literal' || exponent.denominator !== 1n) {
    return floorQuantities(c, ...pair(c, operands)).rest;
  }
  if (exponent.numerator < 0n) return floorQuantities(c, ...pair(c, operands)).rest;
  const base = c.number(operand(left.operands));
  const modulus = c.number(right);
  if (base.denominator !== undefined || modulus.denominator !== undefined) {
    return floorQuantities(c, ...pair(c, operands)).rest;
  }
  return ofValue(powerModulo(c, base.numerator, exponent.numerator, modulus.numerator));
}

/** Largest modulus whose rests multiply inside a word. */
const WORD_MODULUS_MAX = 46_341;

function powerModulo(c: Compiler, base: Value, exponent: bigint, given: Value): Value {
  const modulus = c.hold(given);
  requireNonzero(c, modulus);
  const { expression: m } = modulus;
  const inWords = base.width === 'word' && modulus.width === 'word' && m.kind === 'constant';
  const isSmall = inWords && m.value > 0 && m.value <= WORD_MODULUS_MAX;
  if (isSmall && fitsWord(sizeOf(exponent))) {
    const args = [base.expression, constant(Number(exponent)), m];
    return wordValue(callOf('power_modulo', ...args), modulus.size, true);
  }
  const size = Math.max(modulus.size, 31);
  const positive = absolute(c, modulus);
  const { rest } = floorDivision(c, base, positive);
  const into = c.block(size + 1);
  const factor = c.wideCopy(rest, size + 1);
  const steps = c.wideCopy(literalExponent(c, exponent), sizeOf(exponent));
  const scratch = [c.block(2 * size + 14), c.block(2 * size + 14), c.block(2 * size + 14)];
  const args = [into, factor, steps, c.wide(positive), ...scratch, c.block(size)];
  c.perform('wide_power_modulo', ...args);
  const result: Value = { width: 'wide', expression: into, size: modulus.size, nonnegative: true };
  return modulus.nonnegative ? result : floorDivision(c, result, modulus).rest;
}

const literalExponent = (c: Compiler, exponent: bigint): Value =>
  c.number(literal(exponent)).numerator;

function choose(c: Compiler, operands: readonly Meaning[], order: boolean): Quantity {
  const [n, k] = [
    naturalWord(c, c.number(operand(operands, 0))),
    naturalWord(c, c.number(operand(operands, 1))),
  ];
  if (boundOf(n) > SMALL_MAX) throw refuse(`choosing from more than ${SMALL_MAX}`);
  const times = Math.min(boundOf(n), boundOf(k));
  const full = times * n.size;
  const size = order ? full : Math.min(full, boundOf(n));
  const into = c.block(size + 18);
  c.inline(
    `wide_set(into, 1)
     i = 0
     if k > n { wide_set(into, 0) }
     while (i < k) & (i < n) {
       wide_times_small(into, into, n - i)
       i = i + 1
       ${order ? '' : 'wide_over_small(into, into, i)'}
     }`,
    { into, n: n.expression, k: k.expression },
  );
  return ofValue({ width: 'wide', expression: into, size, nonnegative: true });
}

function leastMultiple(c: Compiler, [first, second]: Pair): Quantity {
  const [a, b] = [c.hold(absolute(c, whole(c, first))), c.hold(absolute(c, whole(c, second)))];
  const divisor = c.hold(greatestDivisor(c, a, b));
  const size = a.size + b.size;
  if (divisor.width === 'word' && fitsWord(size)) {
    const name = c.fresh('multiple');
    const multiple = binary('*', binary('/', a.expression, divisor.expression), b.expression);
    c.add(assign(name, constant(0)));
    c.add(when(divisor.expression, [assign(name, multiple)]));
    return ofValue(wordValue(variable(name), size, true));
  }
  const into = c.block(size + 1);
  c.perform('wide_set', into, constant(0));
  const nested = c.nested(() => {
    const result = product(c, exactQuotient(c, a, divisor), b);
    c.perform('wide_copy', into, c.wide(result));
  });
  c.add(when(binary('==', isZero(divisor), constant(0)), nested));
  return ofValue({ width: 'wide', expression: into, size, nonnegative: true });
}

/** Of two quantities the one for which `first operator second` decides. */
function select(c: Compiler, quantities: Pair, operator: '<' | '>'): Quantity {
  const [first, second] = quantities.map((each) => heldParts(c, each)) as [Quantity, Quantity];
  const takeFirst = c.keep('choice', compareQuantities(c, operator, [first, second]));
  const numerator = selectValue(c, takeFirst, [first.numerator, second.numerator]);
  if (first.denominator === undefined && second.denominator === undefined) return { numerator };
  const denominators = [first.denominator ?? ONE, second.denominator ?? ONE] as const;
  return { numerator, denominator: selectValue(c, takeFirst, denominators) };
}

const heldParts = (c: Compiler, { numerator, denominator }: Quantity): Quantity => ({
  numerator: c.hold(numerator),
  ...(denominator !== undefined && { denominator: c.hold(denominator) }),
});

function selectValue(
  c: Compiler,
  takeFirst: Expression,
  [first, second]: readonly [Value, Value],
): Value {
  const size = Math.max(first.size, second.size);
  const nonnegative = first.nonnegative && second.nonnegative;
  const isWord = first.width === 'word' && second.width === 'word';
  const name = c.fresh('chosen');
  const [yes, no] = isWord
    ? [first.expression, second.expression]
    : [c.wide(first), c.wide(second)];
  c.add(when(takeFirst, [assign(name, yes)], [assign(name, no)]));
  return { width: isWord ? 'word' : 'wide', expression: variable(name), size, nonnegative };
}

/** Exact or not at all: both parts of the reduced fraction must be squares. */
function exactRoot(c: Compiler, operands: readonly Meaning[]): Quantity {
  const { numerator, denominator } = reduced(c, one(c, operands));
  const root = (value: Value): Value => {
    const square = natural(c, { numerator: value });
    const result = c.hold(squareRoot(c, square));
    c.require(compare(c, '==', [product(c, result, result), square]), 'not-exact');
    return result;
  };
  return {
    numerator: root(numerator),
    ...(denominator !== undefined && { denominator: root(denominator) }),
  };
}

const NEXT_PRIME = `
  p = n
  if p < 1 { p = 1 }
  scope found {
    while 1 {
      if p == 2147483647 { fail too-large }
      p = p + 1
      if is_prime(p) { leave found }
    }
  }`;

const PREVIOUS_PRIME = `
  if n < 3 { fail no-items }
  p = n - 1
  while is_prime(p) == 0 { p = p - 1 }`;

function neighbourPrime(c: Compiler, operands: readonly Meaning[], text: string): Quantity {
  const n = wholeWord(c, one(c, operands));
  const local = c.inline(text, { n: n.expression });
  return ofValue(wordValue(local('p'), WORD_BITS, true));
}

const mappedOver = (operator: (c: Compiler, value: Value) => Value): NumberOperation => {
  return (c, operands) => ofValue(operator(c, whole(c, one(c, operands))));
};

/** The decimal digits from the last to the first, as a number. */
function reversedDigits(c: Compiler, operands: readonly Meaning[]): Quantity {
  const n = c.hold(absolute(c, whole(c, one(c, operands))));
  const size = digitsOf(n.size) * Math.log2(10);
  if (fitsWord(size)) {
    const text = 'm = n  r = 0  while m > 0 { r = r * 10 + m % 10  m = m / 10 }';
    const local = c.inline(text, { n: n.expression });
    return ofValue(wordValue(local('r'), size, true));
  }
  const [into, rest, digit] = [c.block(size + 1), c.wideCopy(n, n.size), c.block(4)];
  c.inline(
    `wide_set(into, 0)
     while rest[1] > 0 {
       wide_set(digit, wide_over_small(rest, rest, 10))
       wide_times_small(into, into, 10)
       wide_add(into, into, digit)
     }`,
    { into, rest, digit },
  );
  return ofValue({ width: 'wide', expression: into, size, nonnegative: true });
}

/** Every operation whose result is a number, but for those over lists. */
export const numberOperations: Readonly<Record<string, NumberOperation>> = {
  add: (c, operands) => addQuantities(c, pair(c, operands)),
  subtract: (c, operands) => addQuantities(c, pair(c, operands), -1),
  multiply: (c, operands) => multiplyQuantities(c, ...pair(c, operands)),
  divide: (c, operands) => divideQuantities(c, ...pair(c, operands)),
  remainder,
  quotient: (c, operands) => floorQuantities(c, ...pair(c, operands)).quotient,
  power: raise,
  negate: (c, operands) => negateQuantity(c, one(c, operands)),
  absolute: (c, operands) => absoluteQuantity(c, one(c, operands)),
  factorial,
  fibonacci,
  'greatest-common-divisor': (c, operands) => {
    const [a, b] = pair(c, operands);
    return ofValue(greatestDivisor(c, whole(c, a), whole(c, b)));
  },
  'least-common-multiple': (c, operands) => leastMultiple(c, pair(c, operands)),
  smaller: (c, operands) => select(c, pair(c, operands), '<'),
  larger: (c, operands) => select(c, pair(c, operands), '>'),
  'square-root': exactRoot,
  'whole-square-root': (c, operands) => {
    const n = natural(c, one(c, operands));
    return ofValue(squareRoot(c, n));
  },
  choose: (c, operands) => choose(c, operands, false),
  permutations: (c, operands) => choose(c, operands, true),
  'next-prime': (c, operands) => neighbourPrime(c, operands, NEXT_PRIME),
  'previous-prime': (c, operands) => neighbourPrime(c, operands, PREVIOUS_PRIME),
  'reversed-digits': reversedDigits,
  totient: mappedOver((_, value) => {
    const n = asWord(value);
    return wordValue(callOf('totient', n.expression), n.size, true);
  }),
};
