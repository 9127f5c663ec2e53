import { powerOfTwo, shiftExponent, splitExponent } from './binary-form.ts';
import {
  add,
  type DoubleDouble,
  divide,
  exactProduct,
  fromNumber,
  multiply,
  ONE,
  polynomial,
  scale,
  subtract,
} from './double-double.ts';

const LN2: DoubleDouble = { hi: Math.LN2, lo: 2.3190468138462996e-17 };
/** Beyond these exponents of e a double is infinite or zero. */
const EXP_MAX = 709.8;
const EXP_MIN = -745.2;

/** The argument is halved so often that ten terms suffice. */
const HALVINGS = 8;
/** 1/(n+1)! from n = 0: (e^x - 1) / x. */
const expTerms = reciprocalFactorials(10);
/** 1/(2n+1): half the logarithm of (1 + s) / (1 - s), over s, in powers of s squared. */
const logTerms = Array.from({ length: 23 }, (_, n) => divide(ONE, fromNumber(2 * n + 1)));

function reciprocalFactorials(count: number): readonly DoubleDouble[] {
  let term = ONE;
  return Array.from({ length: count }, (_, n) => {
    term = divide(term, fromNumber(n + 1));
    return term;
  });
}

/** e^x as a mantissa near 1 and a power of two. */
function expParts(x: DoubleDouble): { mantissa: DoubleDouble; exponent: number } {
  const exponent = Math.round(x.hi / LN2.hi);
  const rest = subtract(x, multiply(LN2, fromNumber(exponent)));
  const small = scale(rest, powerOfTwo(-HALVINGS));
  let power = multiply(small, polynomial(expTerms, small));
  // (e^y - 1) doubles its argument as 2p + p^2, without losing what 1 + p would round away.
  for (let step = 0; step < HALVINGS; step += 1) {
    power = add(scale(power, 2), multiply(power, power));
  }
  return { mantissa: add(power, ONE), exponent };
}

/** ln x of a finite positive number. */
function logarithm(x: number): DoubleDouble {
  const { mantissa, exponent } = splitExponent(x);
  const high = mantissa > Math.SQRT2;
  const m = high ? mantissa / 2 : mantissa;
  const s = divide(fromNumber(m - 1), add(fromNumber(m), ONE));
  const series = multiply(scale(s, 2), polynomial(logTerms, multiply(s, s)));
  return add(multiply(LN2, fromNumber(high ? exponent + 1 : exponent)), series);
}

function expOf(x: DoubleDouble): number {
  if (x.hi > EXP_MAX) return Number.POSITIVE_INFINITY;
  if (x.hi < EXP_MIN) return 0;
  const { mantissa, exponent } = expParts(x);
  return shiftExponent(mantissa.hi, exponent);
}

/** e to the power x. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  return expOf(fromNumber(x));
}

/** The natural logarithm: NaN below zero, -Infinity at zero. */
export function log(x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (!(x > 0) || x === Number.POSITIVE_INFINITY) return x > 0 ? x : Number.NaN;
  return logarithm(x).hi;
}

function isOdd(x: number): boolean {
  return Math.abs(x % 2) === 1;
}

/** |a| to the power b, for a zero or infinite `a` or an infinite `b`. */
function powerAtEdge(a: number, b: number): number {
  const size = Math.abs(a);
  if (size === 1) return 1;
  return size > 1 === b > 0 ? Number.POSITIVE_INFINITY : 0;
}

/**
 * `a` to the power `b` as IEEE 754 has it: 1 to any power and any number to the power 0 are 1, NaN
 * included (JavaScript's own operator differs for 1 and NaN).
 */
export function pow(a: number, b: number): number {
  if (b === 0 || a === 1) return 1;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  const infinite = Math.abs(b) === Number.POSITIVE_INFINITY;
  if (a < 0 && !infinite && a !== Number.NEGATIVE_INFINITY && !Number.isInteger(b))
    return Number.NaN;
  const negative = (a < 0 || Object.is(a, -0)) && isOdd(b);
  const size = Math.abs(a);
  const edge = infinite || size === 0 || size === Number.POSITIVE_INFINITY;
  const value = edge ? powerAtEdge(a, b) : powerOf(size, b);
  return negative ? -value : value;
}

function powerOf(size: number, b: number): number {
  const log = logarithm(size);
  if (log.hi === 0) return 1;
  const rough = log.hi * b;
  if (rough > EXP_MAX) return Number.POSITIVE_INFINITY;
  if (rough < EXP_MIN) return 0;
  const { hi, lo } = exactProduct(log.hi, b);
  return expOf(add({ hi, lo }, fromNumber(log.lo * b)));
}
