import { LIMB_BASE } from '../library/wides.ts';
import {
  assign,
  type BinaryOperator,
  binary,
  callOf,
  constant,
  type Expression,
  type Statement,
  variable,
  when,
} from '../program/syntax.ts';
import type { Compilation } from './compilation.ts';
import { fitsWord, sizeOf, sumSize, type Value } from './value.ts';

/** Arithmetic on whole numbers: one word operation where the bound fits a word, else a wide procedure. */

const ZERO = constant(0);

export const wordValue = (expression: Expression, size: number, nonnegative = false): Value => ({
  width: 'word',
  expression,
  size,
  nonnegative,
});

const wideValue = (expression: Expression, size: number, nonnegative = false): Value => ({
  width: 'wide',
  expression,
  size,
  nonnegative,
});

export const ONE: Value = wordValue(constant(1), 0, true);

/** A number known at compile time. */
export function literalValue(c: Compilation, value: bigint): Value {
  const size = sizeOf(value);
  if (fitsWord(size)) return wordValue(constant(Number(value)), size, value >= 0n);
  const block = c.block(size);
  const limbs: bigint[] = [];
  const base = BigInt(LIMB_BASE);
  for (let rest = value < 0n ? -value : value; rest > 0n; rest /= base) limbs.push(rest % base);
  const words = [value < 0n ? -1n : 1n, BigInt(limbs.length), ...limbs];
  c.add(
    ...words.map(
      (word, index): Statement => ({
        kind: 'write',
        base: block,
        index: constant(index),
        value: constant(Number(word)),
      }),
    ),
  );
  return wideValue(block, size, value >= 0n);
}

const areWords = (size: number, ...values: readonly Value[]): boolean =>
  fitsWord(size) && values.every(({ width }) => width === 'word');

/** left + right, or left - right. */
export function sum(c: Compilation, left: Value, right: Value, sign: 1 | -1 = 1): Value {
  const size = sumSize(left.size, right.size);
  const nonnegative = sign === 1 && left.nonnegative && right.nonnegative;
  if (areWords(size, left, right)) {
    const operator = sign === 1 ? '+' : '-';
    return wordValue(binary(operator, left.expression, right.expression), size, nonnegative);
  }
  const into = c.block(size);
  c.perform(sign === 1 ? 'wide_add' : 'wide_subtract', into, c.wide(left), c.wide(right));
  return wideValue(into, size, nonnegative);
}

export function product(c: Compilation, left: Value, right: Value): Value {
  const size = left.size + right.size;
  const nonnegative = left.nonnegative && right.nonnegative;
  if (areWords(size, left, right)) {
    return wordValue(binary('*', left.expression, right.expression), size, nonnegative);
  }
  const into = c.block(size + 1);
  c.perform('wide_multiply', into, c.wide(left), c.wide(right));
  return wideValue(into, size, nonnegative);
}

/** Whether a value is zero. */
export const isZero = ({ width, expression }: Value): Expression =>
  width === 'word'
    ? binary('==', expression, ZERO)
    : binary('==', { kind: 'word', base: expression, index: constant(1) }, ZERO);

/** Fails at run time when the value is zero; nothing for a literal that is not. */
export function requireNonzero(c: Compilation, value: Value): void {
  const { expression } = value;
  if (expression.kind === 'constant' && value.width === 'word' && expression.value !== 0) return;
  c.require(binary('==', isZero(value), ZERO), 'division-by-zero');
}

/** Quotient towards minus infinity and rest with the sign of the divisor, which is not zero. */
export function floorDivision(
  c: Compilation,
  dividend: Value,
  divisor: Value,
): { readonly quotient: Value; readonly rest: Value } {
  const nonnegative = dividend.nonnegative && divisor.nonnegative;
  const restSize = nonnegative ? Math.min(dividend.size, divisor.size) : divisor.size;
  if (dividend.width === 'word' && divisor.width === 'word') {
    const [a, b] = [c.hold(dividend).expression, c.hold(divisor).expression];
    const rest = binary('%', a, b);
    const even = nonnegative ? a : binary('-', a, rest);
    return {
      quotient: wordValue(binary('/', even, b), dividend.size, nonnegative),
      rest: wordValue(rest, restSize, divisor.nonnegative),
    };
  }
  const quotient = c.block(dividend.size + 1);
  const rest = c.block(Math.max(dividend.size, divisor.size));
  const scratch = c.block(divisor.size);
  const one = c.block(1);
  c.perform('wide_floor', quotient, rest, scratch, one, c.wide(dividend), c.wide(divisor));
  return {
    quotient: wideValue(quotient, sumSize(dividend.size, 0), nonnegative),
    rest: narrowed(wideValue(rest, restSize, divisor.nonnegative)),
  };
}

/** A wide number whose bound fits a word, as a word. */
function narrowed(value: Value): Value {
  if (value.width === 'word' || !fitsWord(value.size)) return value;
  return { ...value, width: 'word', expression: callOf('wide_word', value.expression) };
}

/** The value as a word; a wide one that may not fit is checked at run time. */
export function asWord(value: Value): Value {
  if (value.width === 'word') return value;
  const expression = callOf('wide_word', value.expression);
  return {
    ...value,
    width: 'word',
    expression,
    size: Math.min(value.size, sizeOf(2n ** 31n - 1n)),
  };
}

/** 1 or 0. */
export function compare(
  c: Compilation,
  operator: BinaryOperator,
  [left, right]: readonly [Value, Value],
): Expression {
  if (left.width === 'word' && right.width === 'word') {
    return binary(operator, left.expression, right.expression);
  }
  return binary(operator, callOf('wide_compare', c.wide(left), c.wide(right)), ZERO);
}

/** The value with its sign turned where the condition is nonzero. */
export function negatedIf(c: Compilation, value: Value, condition: Expression): Value {
  if (value.width === 'word') {
    const name = c.fresh('value');
    c.add(assign(name, value.expression));
    c.add(when(condition, [assign(name, binary('-', ZERO, variable(name)))]));
    return wordValue(variable(name), value.size);
  }
  const copy = c.wideCopy(value, value.size);
  const signOf: Expression = { kind: 'word', base: copy, index: ZERO };
  const turn: Statement = {
    kind: 'write',
    base: copy,
    index: ZERO,
    value: binary('-', ZERO, signOf),
  };
  const hasLimbs: Expression = { kind: 'word', base: copy, index: constant(1) };
  c.add(when(condition, [when(hasLimbs, [turn])]));
  return wideValue(copy, value.size);
}

export const isNegative = ({ width, expression }: Value): Expression =>
  binary(
    '<',
    width === 'word' ? expression : { kind: 'word', base: expression, index: ZERO },
    ZERO,
  );

export function absolute(c: Compilation, value: Value): Value {
  if (value.nonnegative) return value;
  const held = c.hold(value);
  return { ...negatedIf(c, held, isNegative(held)), nonnegative: true };
}

export function negated(c: Compilation, value: Value): Value {
  if (value.width === 'word') return wordValue(binary('-', ZERO, value.expression), value.size);
  return negatedIf(c, value, constant(1));
}

/** Greatest common divisor, zero only of two zeros. */
export function greatestDivisor(c: Compilation, left: Value, right: Value): Value {
  const size = Math.max(left.size, right.size);
  if (left.width === 'word' && right.width === 'word') {
    return wordValue(callOf('gcd', left.expression, right.expression), size, true);
  }
  const [a, b] = [c.wideCopy(left, size), c.wideCopy(right, size)];
  const scratch = [c.block(size + 1), c.block(size), c.block(size)];
  const address = c.keep('divisor', callOf('wide_gcd', a, b, ...scratch));
  return wideValue(address, size, true);
}

/** left / right where the rest is known to be zero. */
export function exactQuotient(c: Compilation, left: Value, right: Value): Value {
  const nonnegative = left.nonnegative && right.nonnegative;
  if (left.width === 'word' && right.width === 'word') {
    return wordValue(binary('/', left.expression, right.expression), left.size, nonnegative);
  }
  const quotient = c.block(left.size + 1);
  const scratch = [c.block(Math.max(left.size, right.size)), c.block(right.size)];
  c.perform('wide_divide', quotient, ...scratch, c.wide(left), c.wide(right));
  return wideValue(quotient, left.size, nonnegative);
}

/** base ^ exponent for an exponent that is a word and not negative. */
export function power(c: Compilation, base: Value, exponent: Value): Value {
  const { expression } = exponent;
  const times = expression.kind === 'constant' ? expression.value : 2 ** exponent.size;
  const size = base.size === 0 ? 0 : base.size * Math.max(1, times);
  if (areWords(size, base)) {
    return wordValue(callOf('power', base.expression, expression), size, base.nonnegative);
  }
  const into = c.block(size + 1);
  const copy = c.wideCopy(base, size + 1);
  c.perform('wide_power', into, copy, c.block(size + 1), expression);
  return wideValue(into, size, base.nonnegative);
}

/** The whole part of the square root of a value that is not negative. */
export function squareRoot(c: Compilation, value: Value): Value {
  const size = value.size / 2 + 1e-9;
  if (value.width === 'word') {
    return wordValue(callOf('square_root', value.expression), size, true);
  }
  const room = value.size / 2 + 32;
  const [root, quotient] = [c.block(room), c.block(room)];
  const scratch = [c.block(Math.max(room, value.size)), c.block(room)];
  c.perform('wide_square_root', root, value.expression, quotient, ...scratch);
  return wideValue(root, size, true);
}
