import { type BinaryOperator, binary, constant, type Expression } from '../program/syntax.ts';
import {
  absolute,
  asWord,
  compare,
  exactQuotient,
  floorDivision,
  greatestDivisor,
  isNegative,
  isZero,
  negated,
  negatedIf,
  ONE,
  power,
  product,
  requireNonzero,
  sum,
} from './arithmetic.ts';
import type { Compilation } from './compilation.ts';
import type { Quantity, Value } from './value.ts';

/** Exact arithmetic on whole numbers and fractions; a fraction is two whole numbers until it is shown. */

const under = (numerator: Value, denominator: Value | undefined): Quantity =>
  denominator === undefined ? { numerator } : { numerator, denominator };

/** Product where an absent factor is one. */
const times = (c: Compilation, left: Value | undefined, right: Value | undefined) =>
  left === undefined || right === undefined ? (left ?? right) : product(c, left, right);

const heldValue = (c: Compilation, quantity: Quantity): Quantity =>
  under(
    c.hold(quantity.numerator),
    quantity.denominator === undefined ? undefined : c.hold(quantity.denominator),
  );

export function addQuantities(
  c: Compilation,
  [first, second]: readonly [Quantity, Quantity],
  sign: 1 | -1 = 1,
): Quantity {
  if (first.denominator === undefined && second.denominator === undefined) {
    return { numerator: sum(c, first.numerator, second.numerator, sign) };
  }
  const [left, right] = [heldValue(c, first), heldValue(c, second)];
  const numerator = sum(
    c,
    times(c, left.numerator, right.denominator) ?? left.numerator,
    times(c, right.numerator, left.denominator) ?? right.numerator,
    sign,
  );
  return under(numerator, times(c, left.denominator, right.denominator));
}

export function multiplyQuantities(c: Compilation, left: Quantity, right: Quantity): Quantity {
  return under(
    product(c, left.numerator, right.numerator),
    times(c, left.denominator, right.denominator),
  );
}

export function divideQuantities(c: Compilation, first: Quantity, second: Quantity): Quantity {
  const [left, right] = [heldValue(c, first), heldValue(c, second)];
  requireNonzero(c, right.numerator);
  const numerator = times(c, left.numerator, right.denominator) ?? left.numerator;
  const denominator = times(c, right.numerator, left.denominator) ?? right.numerator;
  if (right.numerator.nonnegative) return { numerator, denominator };
  const turn = c.keep('turn', isNegative(right.numerator));
  return {
    numerator: negatedIf(c, numerator, turn),
    denominator: { ...negatedIf(c, denominator, turn), nonnegative: true },
  };
}

/** Quotient towards minus infinity, and the rest, which has the sign of the divisor. */
export function floorQuantities(
  c: Compilation,
  first: Quantity,
  second: Quantity,
): { readonly quotient: Quantity; readonly rest: Quantity } {
  const [left, right] = [heldValue(c, first), heldValue(c, second)];
  requireNonzero(c, right.numerator);
  const dividend = times(c, left.numerator, right.denominator) ?? left.numerator;
  const divisor = times(c, right.numerator, left.denominator) ?? right.numerator;
  const { quotient, rest } = floorDivision(c, dividend, divisor);
  const denominator = times(c, left.denominator, right.denominator);
  return { quotient: { numerator: quotient }, rest: under(rest, denominator) };
}

export function negateQuantity(c: Compilation, { numerator, denominator }: Quantity): Quantity {
  return under(negated(c, numerator), denominator);
}

export function absoluteQuantity(c: Compilation, { numerator, denominator }: Quantity): Quantity {
  return under(absolute(c, numerator), denominator);
}

/** base ^ exponent for a whole exponent that is not negative. */
export function powerQuantity(c: Compilation, base: Quantity, exponent: Value): Quantity {
  const times = c.hold(asWord(exponent));
  const { denominator } = base;
  return under(
    power(c, base.numerator, times),
    denominator === undefined ? undefined : power(c, denominator, times),
  );
}

/** 1 or 0; denominators are positive, so multiplying across keeps the order. */
export function compareQuantities(
  c: Compilation,
  operator: BinaryOperator,
  [first, second]: readonly [Quantity, Quantity],
): Expression {
  if (first.denominator === undefined && second.denominator === undefined) {
    return compare(c, operator, [first.numerator, second.numerator]);
  }
  const [left, right] = [heldValue(c, first), heldValue(c, second)];
  return compare(c, operator, [
    times(c, left.numerator, right.denominator) ?? left.numerator,
    times(c, right.numerator, left.denominator) ?? right.numerator,
  ]);
}

/** The fraction in lowest terms. */
export function reduced(c: Compilation, quantity: Quantity): Quantity {
  if (quantity.denominator === undefined) return quantity;
  const { numerator, denominator = ONE } = heldValue(c, quantity);
  const divisor = c.hold(greatestDivisor(c, numerator, denominator));
  return {
    numerator: exactQuotient(c, numerator, divisor),
    denominator: exactQuotient(c, denominator, divisor),
  };
}

/** The quantity as a whole number; a fraction that is none fails at run time. */
export function whole(c: Compilation, quantity: Quantity): Value {
  const { numerator, denominator = ONE } = quantity;
  if (quantity.denominator === undefined) return numerator;
  const { quotient, rest } = floorDivision(c, numerator, denominator);
  c.require(isZero(rest), 'not-whole');
  return quotient;
}

/** A whole number that is not negative; fails at run time otherwise. */
export function natural(c: Compilation, quantity: Quantity): Value {
  const value = c.hold(whole(c, quantity));
  if (value.nonnegative) return value;
  c.require(binary('==', isNegative(value), constant(0)), 'negative');
  return { ...value, nonnegative: true };
}

/** A natural number in one word; fails at run time when it does not fit. */
export const naturalWord = (c: Compilation, quantity: Quantity): Value =>
  c.hold(asWord(natural(c, quantity)));

/** A whole number in one word. */
export const wholeWord = (c: Compilation, quantity: Quantity): Value =>
  c.hold(asWord(whole(c, quantity)));
