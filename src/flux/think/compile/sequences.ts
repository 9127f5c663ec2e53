import type { Meaning, Operation } from '../meaning.ts';
import {
  assign,
  binary,
  callOf,
  constant,
  type Statement,
  variable,
  when,
} from '../program/syntax.ts';
import { asWord, compare, ONE, power, product, sum, wordValue } from './arithmetic.ts';
import {
  type Compiler,
  type Listing,
  type ListOperation,
  listOperand,
  operand,
} from './compiler.ts';
import { boundOf, factorialSize, fibonacciSize } from './numbers.ts';
import { natural, naturalWord, whole } from './quantities.ts';
import { refuse } from './refuse.ts';
import { fitsWord, sizeOf, type Value } from './value.ts';

/** A rule that gives the k-th number of a sequence that never falls, k from 1. */
interface Rule {
  readonly term: (c: Compiler, k: Value, parameter: Value) => Value;
  /** Bound on the size of the largest k whose term is not above a limit of this size. */
  readonly indexSize: (limitSize: number) => number;
}

const two = (): Value => wordValue(constant(2), 1, true);

const previous = (k: Value): Value =>
  wordValue(binary('-', k.expression, constant(1)), k.size, true);

/** Factors of consecutive numbers: the product is even, so halving it is exact. */
function triangular(c: Compiler, k: Value): Value {
  const doubled = product(c, k, sum(c, k, ONE));
  if (doubled.width === 'word') {
    return wordValue(binary('>>', doubled.expression, constant(1)), doubled.size, true);
  }
  c.perform('wide_over_small', doubled.expression, doubled.expression, constant(2));
  return doubled;
}

function factorialOf(c: Compiler, k: Value): Value {
  const size = factorialSize(boundOf(k));
  if (fitsWord(size)) return wordValue(callOf('factorial', k.expression), size, true);
  const into = c.block(size);
  c.perform('wide_factorial', into, k.expression);
  return { width: 'wide', expression: into, size, nonnegative: true };
}

const rules: Readonly<Record<string, Rule>> = {
  naturals: { term: (_, k) => k, indexSize: (size) => size },
  evens: { term: (c, k) => product(c, two(), k), indexSize: (size) => size },
  odds: { term: (c, k) => sum(c, product(c, two(), k), ONE, -1), indexSize: (size) => size },
  squares: { term: (c, k) => product(c, k, k), indexSize: (size) => size / 2 },
  cubes: {
    term: (c, k) => product(c, c.hold(product(c, k, k)), k),
    indexSize: (size) => size / 3,
  },
  triangulars: { term: triangular, indexSize: (size) => (size + 1) / 2 },
  factorials: { term: factorialOf, indexSize: (size) => Math.log2(size + 2) },
  multiples: { term: (c, k, of) => product(c, of, k), indexSize: (size) => size },
  powers: {
    term: (c, k, of) => power(c, of, previous(k)),
    indexSize: (size) => Math.log2(size + 2),
  },
};

/** Walks a sequence; `enough` answers the condition that ends it before an item. */
interface Walk {
  readonly sequence: Operation;
  /** Bound on how many items are taken. */
  readonly count: number;
  /** Bound on the last item, where one is known. */
  readonly limit?: Value;
  readonly body: (item: Value, leave: Statement) => void;
}

function walk(c: Compiler, { sequence, count, limit, body }: Walk): void {
  const scope = c.fresh('walk');
  const leave: Statement = { kind: 'leave', scope };
  const statements = c.nested(() => {
    if (sequence.name === 'fibonaccis') walkFibonacci(c, count, (item) => body(item, leave));
    else walkRule(c, { sequence, count, limit, body: (item) => body(item, leave) });
  });
  c.add({ kind: 'scope', name: scope, body: statements });
}

interface RuleWalk {
  readonly sequence: Operation;
  readonly count: number;
  readonly limit: Value | undefined;
  readonly body: (item: Value) => void;
}

function walkRule(c: Compiler, { sequence, count, limit, body }: RuleWalk): void {
  const rule = rules[sequence.name];
  if (rule === undefined) throw refuse(`the sequence ${sequence.name}`);
  const given = sequence.operands[0];
  const parameter = given === undefined ? ONE : c.hold(natural(c, c.number(given)));
  const growing = sequence.name !== 'multiples' && sequence.name !== 'powers';
  if (!growing) {
    const least = constant(sequence.name === 'powers' ? 2 : 1);
    c.require(binary('>=', asWord(parameter).expression, least), 'not-positive');
  }
  const size = Math.min(
    Math.log2(count + 1),
    limit === undefined ? Number.POSITIVE_INFINITY : rule.indexSize(limit.size) + 1,
  );
  if (!fitsWord(size)) throw refuse('a list of more than 2147483647 numbers');
  c.inline('k = 1  while 1 { yield k  k = k + 1 }', {}, (k) =>
    body(c.hold(rule.term(c, wordValue(k, size, true), parameter))),
  );
}

/** Fibonacci numbers from the first, each from the two before it. */
function walkFibonacci(c: Compiler, count: number, body: (item: Value) => void): void {
  const size = fibonacciSize(count + 1);
  if (fitsWord(size)) {
    c.inline('a = 1  b = 1  while 1 { yield a  t = a + b  a = b  b = t }', {}, (item) =>
      body(wordValue(item, size, true)),
    );
    return;
  }
  const blocks = { x: c.block(size + 1), y: c.block(size + 1) };
  c.inline(
    `wide_set(x, 1)  wide_set(y, 1)  a = x  b = y
     while 1 { yield a  wide_add(a, a, b)  t = a  a = b  b = t }`,
    blocks,
    (expression) => body({ width: 'wide', expression, size, nonnegative: true }),
  );
}

/** The first so many numbers of a sequence. */
function first(c: Compiler, operands: readonly Meaning[]): Listing {
  const n = naturalWord(c, c.number(operand(operands, 0)));
  const sequence = listOperand(operands, 1);
  const count = boundOf(n);
  if (sequence.name === 'primes') return firstPrimes(c, n);
  return {
    count,
    size: sizeOfItems(c, { sequence, count }),
    each: (body) => {
      const left = c.fresh('left');
      c.add(assign(left, n.expression));
      const take = binary('-', variable(left), constant(1));
      walk(c, {
        sequence,
        count: count + 1,
        body: (item, leave) => {
          c.add(when(binary('==', variable(left), constant(0)), [leave]), assign(left, take));
          body(item);
        },
      });
    },
  };
}

/** The numbers of a sequence from one bound to another, both included. */
function within(c: Compiler, operands: readonly Meaning[]): Listing {
  const sequence = listOperand(operands, 0);
  const from = c.hold(whole(c, c.number(operand(operands, 1))));
  const to = c.hold(whole(c, c.number(operand(operands, 2))));
  if (sequence.name === 'primes') return primesWithin(c, from, to);
  const indexes = sequence.name === 'fibonaccis' ? 1.5 * to.size + 3 : undefined;
  const rule = rules[sequence.name];
  const count = indexes ?? 2 ** Math.min(31, (rule?.indexSize(to.size) ?? 31) + 1);
  return {
    count,
    size: to.size,
    each: (body) =>
      walk(c, {
        sequence,
        count,
        limit: to,
        body: (item, leave) => {
          c.add(when(compare(c, '>', [item, to]), [leave]));
          const inside = c.nested(() => body({ ...item, size: Math.min(item.size, to.size) }));
          c.add(when(compare(c, '>=', [item, from]), inside));
        },
      }),
  };
}

/** Bound on the items of a walk, found by compiling one term and throwing it away. */
function sizeOfItems(
  c: Compiler,
  { sequence, count }: { readonly sequence: Operation; readonly count: number },
): number {
  if (sequence.name === 'fibonaccis') return fibonacciSize(count + 2);
  const rule = rules[sequence.name];
  if (rule === undefined) throw refuse(`the sequence ${sequence.name}`);
  const given = sequence.operands[0];
  let size = 0;
  c.nested(() => {
    const parameter = given === undefined ? ONE : whole(c, c.number(given));
    const k = wordValue(constant(Math.max(1, Math.ceil(count))), Math.log2(count + 2), true);
    size = rule.term(c, k, parameter).size;
  });
  return size + 1e-9;
}

/** Largest number whose primes are found by a sieve: one bit for each odd number. */
const SIEVE_MAX = 1_000_000;

const PRIMES_BY_SIEVE = `
  sieve(marks, high)
  if (low <= 2) & (high >= 2) { yield 2 }
  n = low | 1
  if n < 3 { n = 3 }
  while n <= high {
    half = n >> 1
    if (marks[half >> 5] >> (half & 31) & 1) == 0 { yield n }
    n = n + 2
  }`;

const PRIMES_ONE_BY_ONE = `
  n = low
  if n < 2 { n = 2 }
  while n <= high {
    if is_prime(n) { yield n }
    n = n + 1
  }`;

function primesWithin(c: Compiler, low: Value, high: Value): Listing {
  const [from, to] = [c.hold(asWord(low)), c.hold(asWord(high))];
  const bound = boundOf(to);
  const bySieve = bound <= SIEVE_MAX && bound > 200;
  if (!fitsWord(to.size + 1e-9)) throw refuse('listing primes from 2147483647 on');
  return {
    count: Math.max(1, bound),
    size: to.size,
    each: (body) => {
      const text = bySieve ? PRIMES_BY_SIEVE : PRIMES_ONE_BY_ONE;
      const marks = bySieve ? c.words(Math.ceil(bound / 64) + 2) : constant(0);
      const bindings = { marks, low: from.expression, high: to.expression };
      c.inline(text, bindings, (item) => body(wordValue(item, to.size, true)));
    },
  };
}

/** Above the n-th prime (Rosser 1941 from n = 6 on). */
function primeBound(n: number): number {
  if (n < 6) return 13;
  return Math.ceil(n * (Math.log(n) + Math.log(Math.log(n))));
}

function firstPrimes(c: Compiler, n: Value): Listing {
  const count = boundOf(n);
  const bound = primeBound(count);
  if (bound > SIEVE_MAX) throw refuse('more than the first 70,000 primes');
  const high = constant(bound);
  const all = primesWithin(c, ONE, wordValue(high, sizeOf(BigInt(bound)), true));
  return {
    count,
    size: all.size,
    each: (body) => {
      const [scope, left] = [c.fresh('walk'), c.fresh('left')];
      c.add(assign(left, n.expression));
      const statements = c.nested(() =>
        all.each((item) => {
          const isDone = binary('==', variable(left), constant(0));
          c.add(when(isDone, [{ kind: 'leave', scope }]));
          c.add(assign(left, binary('-', variable(left), constant(1))));
          body(item);
        }),
      );
      c.add({ kind: 'scope', name: scope, body: statements });
    },
  };
}

export const sequenceOperations: Readonly<Record<string, ListOperation>> = { first, within };
