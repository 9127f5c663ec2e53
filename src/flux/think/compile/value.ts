import { FluxError } from '../../error.ts';
import { LIMB_DIGITS, WIDE_HEADER_WORDS } from '../library/wides.ts';
import type { Expression } from '../program/syntax.ts';

/**
 * A whole number of the program being compiled: a word, or the address of a wide number. `size` is
 * the base-2 logarithm of a bound on its magnitude, known before the program runs; it decides the
 * width, so nothing can wrap.
 */
export interface Value {
  readonly width: 'word' | 'wide';
  readonly expression: Expression;
  readonly size: number;
  readonly nonnegative: boolean;
}

/** An exact number: a value, or a fraction of two with a positive denominator, not reduced. */
export interface Quantity {
  readonly numerator: Value;
  readonly denominator?: Value;
}

/** Longest number a question may form, in decimal digits. */
export const DIGITS_MAX = 5000;

/** Just under 31 bits: 2147483647 fits, 2147483648 does not, and rounding cannot blur the two. */
const WORD_SIZE_MAX = 31 - 6.5e-10;

export const fitsWord = (size: number): boolean => size <= WORD_SIZE_MAX;

/** Bound of a sum of two numbers of these sizes. */
export function sumSize(left: number, right: number): number {
  const larger = Math.max(left, right);
  return larger + Math.log2(1 + 2 ** (Math.min(left, right) - larger));
}

/** Exact for numbers below 2^53, else rounded up; zero counts as one. */
export function sizeOf(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  if (magnitude <= 1n) return 0;
  if (magnitude < 2n ** 53n) return Math.log2(Number(magnitude));
  const digits = String(magnitude);
  return Math.log2(Number(digits.slice(0, 15)) + 1) + (digits.length - 15) * Math.log2(10);
}

/** Decimal digits of a number of this size. */
export const digitsOf = (size: number): number =>
  Math.floor(Math.max(0, size) * Math.log10(2) + 1e-6) + 1;

/** Words of a block for a wide number of this size, with a limb to spare; refuses above the limit. */
export function blockWords(size: number): number {
  const digits = digitsOf(size);
  if (!(digits <= DIGITS_MAX)) throw tooLong(digits);
  return WIDE_HEADER_WORDS + Math.ceil(digits / LIMB_DIGITS) + 1;
}

const tooLong = (digits: number): FluxError =>
  new FluxError({
    code: 'flux/think-too-large',
    message: `a number in it may have ${Number.isFinite(digits) ? `${digits.toLocaleString('en')} digits` : 'too many digits to count'}, and the limit is ${DIGITS_MAX.toLocaleString('en')}`,
    hint: 'Ask for smaller numbers.',
    data: { limitDigits: DIGITS_MAX },
  });
