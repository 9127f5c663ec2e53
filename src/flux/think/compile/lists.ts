import type { Meaning } from '../meaning.ts';
import { assign, binary, constant, type Expression, variable } from '../program/syntax.ts';
import { absolute, asWord, isNegative, wordValue } from './arithmetic.ts';
import {
  type Compiler,
  type Listing,
  type ListOperation,
  listOperand,
  operand,
} from './compiler.ts';
import { boundOf } from './numbers.ts';
import { naturalWord, whole, wholeWord } from './quantities.ts';
import { refuse } from './refuse.ts';
import { digitsOf, fitsWord, sizeOf, sumSize, type Value } from './value.ts';

const WORD_BITS = sizeOf(2n ** 31n - 1n);

/** Counting from one number to another, up or down, by a positive step. */
function range(c: Compiler, operands: readonly Meaning[]): Listing {
  const from = wholeWord(c, c.number(operand(operands, 0)));
  const to = wholeWord(c, c.number(operand(operands, 1)));
  const step = naturalWord(c, c.number(operand(operands, 2)));
  const size = sumSize(Math.max(from.size, to.size), step.size);
  if (!fitsWord(size)) throw refuse('counting beyond 2147483647');
  const spread = sumSize(from.size, to.size);
  return {
    count: span(from, to) / (step.expression.kind === 'constant' ? step.expression.value : 1) + 1,
    size: Math.max(from.size, to.size),
    each: (body) => {
      if (!fitsWord(spread)) throw refuse('counting over more than 2147483647 numbers');
      c.inline(
        `left = to - from
         change = step
         if left < 0 { left = 0 - left  change = 0 - step }
         left = left / step
         i = from
         while left >= 0 {
           yield i
           i = i + change
           left = left - 1
         }`,
        { from: from.expression, to: to.expression, step: step.expression },
        (item) => body(wordValue(item, size, from.nonnegative && to.nonnegative)),
      );
    },
  };
}

const span = (from: Value, to: Value): number =>
  from.expression.kind === 'constant' && to.expression.kind === 'constant'
    ? Math.abs(to.expression.value - from.expression.value)
    : boundOf(from) + boundOf(to);

/** Decimal or other digits, highest first. */
function digits(c: Compiler, operands: readonly Meaning[]): Listing {
  const value = c.hold(absolute(c, whole(c, c.number(operand(operands, 0)))));
  const base = naturalWord(c, c.number(operand(operands, 1)));
  const isDecimal = base.expression.kind === 'constant' && base.expression.value === 10;
  const count = isDecimal ? digitsOf(value.size) : Math.ceil(value.size) + 1;
  const each: Listing['each'] = (body) => {
    const item = (digit: Expression) => body(wordValue(digit, base.size, true));
    if (value.width === 'wide' && isDecimal) {
      c.inline(DECIMAL_OF_WIDE, { w: value.expression }, item);
      return;
    }
    if (value.width === 'word') {
      c.inline(DIGITS_OF_WORD, { n: value.expression, base: base.expression }, item);
      return;
    }
    const rest = c.wideCopy(value, value.size);
    const store = c.words(count + 1);
    c.inline(DIGITS_OF_WIDE, { rest, store, base: base.expression }, item);
  };
  return { count, size: base.size, each };
}

/** Digits are 0 to 9 and a to z. */
const BASE_MAX = 36;

const DIGITS_OF_WORD = `
  place = 1
  while n / place >= base { place = place * base }
  while place > 0 {
    yield n / place % base
    place = place / base
  }`;

const DIGITS_OF_WIDE = `
  i = 0
  store[0] = 0
  while rest[1] > 0 {
    store[i] = wide_over_small(rest, rest, base)
    i = i + 1
  }
  if i == 0 { i = 1 }
  while i > 0 {
    i = i - 1
    yield store[i]
  }`;

const DECIMAL_OF_WIDE = `
  i = w[1]
  place = 1000
  if i > 0 {
    while w[i + 1] < place { place = place / 10 }
  } else { place = 0  yield 0 }
  while i > 0 {
    while place > 0 {
      yield w[i + 1] / place % 10
      place = place / 10
    }
    place = 1000
    i = i - 1
  }`;

/** Positive divisors in rising order; `d <= n / d` because `d * d` could wrap. */
const DIVISORS = `
  d = 1
  while d <= n / d {
    if n % d == 0 { yield d }
    d = d + 1
  }
  d = d - 1
  if d * d == n { d = d - 1 }
  while d > 0 {
    if n % d == 0 { yield n / d }
    d = d - 1
  }`;

const PRIME_FACTORS = `
  m = n
  p = 2
  while p <= m / p {
    while m % p == 0 { yield p  m = m / p }
    p = p + 1 + (p > 2)
  }
  if m > 1 { yield m }`;

/** 3 * n + 1 is checked before it could wrap. */
const COLLATZ = `
  m = n
  yield m
  while m != 1 {
    if m & 1 {
      if m > 715827882 { fail too-large }
      m = 3 * m + 1
    } else { m = m / 2 }
    yield m
  }`;

interface OfNumber {
  readonly text: string;
  /** Bounds from the bound of the number. */
  readonly count: (bound: number) => number;
  readonly size: (size: number) => number;
}

/** A list made from one positive word. */
function ofPositive({ text, count, size }: OfNumber): ListOperation {
  return (c, operands) => {
    const n = naturalWord(c, c.number(operand(operands)));
    return {
      count: count(boundOf(n)),
      size: size(n.size),
      each: (body) => {
        c.require(binary('>', n.expression, constant(0)), 'not-positive');
        c.inline(text, { n: n.expression }, (item) => body(wordValue(item, size(n.size), true)));
      },
    };
  };
}

/** Items in rising or falling order, gathered in memory. */
function sorted(c: Compiler, operands: readonly Meaning[], falling: boolean): Listing {
  const list = c.list(listOperand(operands));
  const room = Math.min(list.count, SORTED_MAX);
  return {
    count: list.count,
    size: list.size,
    each: (body) => {
      const store = c.words(room);
      const count = gather(c, list, store, room);
      c.perform('sort', store, count);
      c.inline(
        falling
          ? 'i = count  while i > 0 { i = i - 1  yield store[i] }'
          : 'i = 0  while i < count { yield store[i]  i = i + 1 }',
        { store, count },
        (item) => body(wordValue(item, list.size)),
      );
    },
  };
}

/** Most items that are gathered to be sorted. */
export const SORTED_MAX = 4000;

/** Writes the items to a block of `room` words; answers the variable with their number. */
export function gather(c: Compiler, list: Listing, store: Expression, room: number): Expression {
  const count = c.fresh('count');
  c.add(assign(count, constant(0)));
  list.each((item) => {
    c.require(binary('<', variable(count), constant(room)), 'too-large');
    c.add({
      kind: 'write',
      base: store,
      index: variable(count),
      value: asWord(item).expression,
    });
    c.add(assign(count, binary('+', variable(count), constant(1))));
  });
  return variable(count);
}

/** Whole numbers as they were written. */
function items(c: Compiler, operands: readonly Meaning[]): Listing {
  const values = operands.map((each) => c.hold(whole(c, c.number(each))));
  return {
    count: values.length,
    size: Math.max(0, ...values.map(({ size }) => size)),
    each: (body) => {
      for (const value of values) body(value);
    },
  };
}

/** Every operation whose result is a list, but for the sequences. */
export const listOperations: Readonly<Record<string, ListOperation>> = {
  items,
  range,
  digits,
  'in-base': (c, operands) => {
    const base = naturalWord(c, c.number(operand(operands, 1))).expression;
    c.require(binary('>', base, constant(1)), 'no-base');
    c.require(binary('<', base, constant(BASE_MAX + 1)), 'no-base');
    c.require(
      binary('==', isNegative(whole(c, c.number(operand(operands)))), constant(0)),
      'negative',
    );
    return digits(c, operands);
  },
  divisors: ofPositive({
    text: DIVISORS,
    count: (bound) => 2 * Math.sqrt(bound) + 1,
    size: (size) => size,
  }),
  'prime-factors': ofPositive({ text: PRIME_FACTORS, count: () => 31, size: (size) => size }),
  collatz: ofPositive({ text: COLLATZ, count: () => 1000, size: () => WORD_BITS }),
  sorted: (c, operands) => sorted(c, operands, false),
  'sorted-falling': (c, operands) => sorted(c, operands, true),
};
