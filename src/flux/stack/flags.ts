/** The bits of the flags byte (FLUX §2.2): zero, sign, carry, overflow. */
export const ZERO = 1;
const SIGN = 2;
const CARRY = 4;
const OVERFLOW = 8;

/**
 * Which rule computes the flags of the last instruction that set them. The machine keeps its
 * operands and its result and applies the rule when somebody looks; only Z is needed while it runs.
 */
export const SET = 0;
export const BY_ADD = 1;
export const BY_SUB = 2;
export const BY_MUL = 3;
export const BY_DIV = 4;
export const BY_RESULT = 5;

export interface PendingFlags {
  readonly rule: number;
  readonly a: number;
  readonly b: number;
  /** The wrapped result; Z is set exactly when it is 0. */
  readonly result: number;
}

/** Flags that are known as a byte, in the form the machine keeps them. */
export function knownFlags(flags: number): PendingFlags {
  return { rule: SET, a: flags, b: 0, result: (flags & ZERO) === 0 ? 1 : 0 };
}

/**
 * The flags byte of a pending result (FLUX §2.2). Addition never sets overflow: the table defines it
 * on the exact sum, whose sign always agrees with its operands'.
 *
 * @example
 * flagsOf({ rule: BY_ADD, a: 5, b: -5, result: 0 }); // => 5
 */
export function flagsOf({ rule, a, b, result }: PendingFlags): number {
  if (rule === SET) return a;
  const flags = (result === 0 ? ZERO : 0) | (result < 0 ? SIGN : 0);
  if (rule === BY_RESULT) return flags;
  return flags | (carries(rule, a, b) ? CARRY : 0) | (overflows(rule, a, b) ? OVERFLOW : 0);
}

function carries(rule: number, a: number, b: number): boolean {
  if (rule === BY_SUB) return a >= 0 && b >= 0 && a < b;
  if (rule === BY_MUL) return (a >>> 0) * (b >>> 0) > 0xffffffff;
  return (a >>> 0) + (b >>> 0) > 0xffffffff;
}

function overflows(rule: number, a: number, b: number): boolean {
  if (rule === BY_DIV) return a < 0 && b < 0 && a <= b;
  // The product of two i32 may be rounded as a double, but never across ±2^31.
  return rule === BY_MUL && (a * b > 0x7fffffff || a * b < -0x80000000);
}
