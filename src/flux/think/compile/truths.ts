import { literal, type Meaning, operation } from '../meaning.ts';
import { type BinaryOperator, binary, callOf, constant } from '../program/syntax.ts';
import { isZero, ONE } from './arithmetic.ts';
import { operand, type TruthOperation } from './compiler.ts';
import { compareQuantities, floorQuantities, whole, wholeWord } from './quantities.ts';
import { sizeOf } from './value.ts';

const comparison =
  (operator: BinaryOperator): TruthOperation =>
  (c, operands) =>
    compareQuantities(c, operator, [
      c.number(operand(operands, 0)),
      c.number(operand(operands, 1)),
    ]);

/** A property that is an equation between two numbers made of the operand. */
const equation =
  (sides: (n: Meaning) => readonly [Meaning, Meaning]): TruthOperation =>
  (c, operands) => {
    const [left, right] = sides(operand(operands));
    return compareQuantities(c, '==', [c.number(left), c.number(right)]);
  };

const isDivisible: TruthOperation = (c, operands) => {
  const { rest } = floorQuantities(
    c,
    c.number(operand(operands, 0)),
    c.number(operand(operands, 1)),
  );
  return isZero(rest.numerator);
};

const isPrime: TruthOperation = (c, operands) => {
  const n = c.hold(whole(c, c.number(operand(operands))));
  if (n.width === 'word') return callOf('is_prime', n.expression);
  const size = Math.max(n.size, sizeOf(2n ** 31n));
  const scratch = Array.from({ length: 4 }, () => c.block(size + 1));
  const products = Array.from({ length: 4 }, () => c.block(2 * size + 14));
  return callOf('wide_is_prime', n.expression, ...scratch, ...products);
};

/** Nothing but twos: the number has one bit. */
const isPowerOfTwo: TruthOperation = (c, operands) => {
  const n = c.hold(whole(c, c.number(operand(operands))));
  if (n.width === 'word') {
    const { expression } = n;
    const bits = binary('&', expression, binary('-', expression, constant(1)));
    return binary('&', binary('>', expression, constant(0)), binary('==', bits, constant(0)));
  }
  const rest = c.wideCopy(n, n.size);
  const local = c.inline(
    `odd = 0
     while (w[1] > 0) & (odd == 0) { odd = w[2] % 2  if odd == 0 { wide_over_small(w, w, 2) } }
     answer = (w[0] > 0) & (w[1] == 1)
     if answer { answer = w[2] == 1 }`,
    { w: rest },
  );
  return local('answer');
};

/** A square, tested by the whole root; no negative number is one. */
const isSquare: TruthOperation = (c, operands) => {
  const n = operand(operands);
  const root = operation('whole-square-root', operation('absolute', n));
  const square = operation('multiply', root, root);
  return compareQuantities(c, '==', [c.number(square), c.number(n)]);
};

/** n is a Fibonacci number when one of 5n^2 + 4 and 5n^2 - 4 is a square (Gessel 1972). */
const isFibonacci: TruthOperation = (c, operands) => {
  const n = operand(operands);
  const square = operation('multiply', literal(5), operation('multiply', n, n));
  const either = binary(
    '|',
    c.keep('above', isSquare(c, [operation('add', square, literal(4))])),
    c.keep('below', isSquare(c, [operation('subtract', square, literal(4))])),
  );
  return binary('&', either, comparison('>=')(c, [n, literal(0)]));
};

const isLeapYear: TruthOperation = (c, operands) => {
  const { expression: year } = wholeWord(c, c.number(operand(operands)));
  const isMultiple = (of: number) => binary('==', binary('%', year, constant(of)), constant(0));
  const isCentury = binary('-', constant(1), isMultiple(100));
  return binary('&', isMultiple(4), binary('|', isCentury, isMultiple(400)));
};

/** Every operation whose result is true or false. */
export const truthOperations: Readonly<Record<string, TruthOperation>> = {
  equal: comparison('=='),
  unequal: comparison('!='),
  less: comparison('<'),
  'at-most': comparison('<='),
  greater: comparison('>'),
  'at-least': comparison('>='),
  prime: isPrime,
  composite: (c, operands) => {
    const n = operand(operands);
    const isAboveOne = c.keep('above', comparison('>')(c, [n, literal(1)]));
    return binary('&', isAboveOne, binary('-', constant(1), isPrime(c, [n])));
  },
  even: (c, operands) => isDivisible(c, [operand(operands), literal(2)]),
  odd: (c, operands) => binary('-', constant(1), isDivisible(c, [operand(operands), literal(2)])),
  divisible: isDivisible,
  perfect: equation((n) => [
    operation('sum', operation('divisors', n)),
    operation('multiply', literal(2), n),
  ]),
  square: isSquare,
  'fibonacci-number': isFibonacci,
  'power-of-two': isPowerOfTwo,
  palindrome: equation((n) => [operation('reversed-digits', n), n]),
  coprime: (c, operands) =>
    compareQuantities(c, '==', [
      c.number(operation('gcd', operation('items', ...operands))),
      { numerator: ONE },
    ]),
  'leap-year': isLeapYear,
};
