/**
 * A number as the unevaluated sum of two doubles, about 106 bits. Only additions, multiplications
 * and divisions of doubles, which IEEE 754 fixes to the last bit: so every engine computes alike.
 * Method: Dekker (1971), Knuth, TAOCP 2, §4.2.2.
 */
export interface DoubleDouble {
  readonly hi: number;
  readonly lo: number;
}

export const ZERO: DoubleDouble = { hi: 0, lo: 0 };
export const ONE: DoubleDouble = { hi: 1, lo: 0 };

/** 2^27 + 1 splits a double into two halves whose products are exact. */
const SPLITTER = 134_217_729;

function exactSum(a: number, b: number): DoubleDouble {
  const hi = a + b;
  const part = hi - a;
  return { hi, lo: a - (hi - part) + (b - part) };
}

/** The same where |a| >= |b|. */
function orderedSum(a: number, b: number): DoubleDouble {
  const hi = a + b;
  return { hi, lo: b - (hi - a) };
}

/** Exact below 2^996. */
export function exactProduct(a: number, b: number): DoubleDouble {
  const hi = a * b;
  const [scaledA, scaledB] = [a * SPLITTER, b * SPLITTER];
  const [highA, highB] = [scaledA - (scaledA - a), scaledB - (scaledB - b)];
  const [lowA, lowB] = [a - highA, b - highB];
  return { hi, lo: highA * highB - hi + highA * lowB + lowA * highB + lowA * lowB };
}

export function add(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const high = exactSum(a.hi, b.hi);
  const low = exactSum(a.lo, b.lo);
  const middle = orderedSum(high.hi, high.lo + low.hi);
  return orderedSum(middle.hi, middle.lo + low.lo);
}

export function negate({ hi, lo }: DoubleDouble): DoubleDouble {
  return { hi: -hi, lo: -lo };
}

export function subtract(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  return add(a, negate(b));
}

export function multiply(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const { hi, lo } = exactProduct(a.hi, b.hi);
  return orderedSum(hi, lo + (a.hi * b.lo + a.lo * b.hi));
}

export function divide(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const first = a.hi / b.hi;
  const rest = subtract(a, multiply(b, { hi: first, lo: 0 }));
  const second = rest.hi / b.hi;
  const last = subtract(rest, multiply(b, { hi: second, lo: 0 }));
  const { hi, lo } = orderedSum(first, second);
  return orderedSum(hi, lo + last.hi / b.hi);
}

/** Times a power of two, which loses nothing. */
export function scale({ hi, lo }: DoubleDouble, power: number): DoubleDouble {
  return { hi: hi * power, lo: lo * power };
}

export function fromNumber(hi: number): DoubleDouble {
  return { hi, lo: 0 };
}

/** The polynomial with these coefficients, constant first, at `x`. */
export function polynomial(coefficients: readonly DoubleDouble[], x: DoubleDouble): DoubleDouble {
  return coefficients.reduceRight((sum, each) => add(multiply(sum, x), each), ZERO);
}
