import { literal, type Meaning, type Operation, operation } from '../meaning.ts';
import {
  assign,
  type BinaryOperator,
  binary,
  constant,
  type Expression,
  perform,
  variable,
  when,
} from '../program/syntax.ts';
import { asWord, compare, greatestDivisor, sum, wordValue } from './arithmetic.ts';
import { type Compiler, type Listing, listOperand, type NumberOperation } from './compiler.ts';
import { gather, SORTED_MAX } from './lists.ts';
import { divideQuantities } from './quantities.ts';
import { refuse } from './refuse.ts';
import { fitsWord, type Quantity, type Value } from './value.ts';

/** What a list comes to as one number. Numbers written out are folded, any other list is walked. */

/** A value that changes as a list is walked: a variable, or a block of its own. */
interface Cell {
  readonly value: Value;
  readonly set: (value: Value) => void;
}

function cellOf(c: Compiler, size: number, start: number): Cell {
  if (fitsWord(size)) {
    const name = c.fresh('total');
    c.add(assign(name, constant(start)));
    const set = (value: Value) => c.add(assign(name, asWord(value).expression));
    return { value: wordValue(variable(name), size), set };
  }
  const block = c.block(size + 1);
  c.perform('wide_set', block, constant(start));
  return {
    value: { width: 'wide', expression: block, size, nonnegative: false },
    set: (value) => c.perform('wide_copy', block, c.wide(value)),
  };
}

const folded =
  (name: string, empty?: Meaning): ((c: Compiler, items: Operation) => Quantity) =>
  (c, { operands: [head = empty, ...rest] }) => {
    if (head === undefined) throw refuse('an empty list');
    return c.number(rest.reduce((left, right) => operation(name, left, right), head));
  };

/** An operation over a list: `fold` where its items are written out, `walk` otherwise. */
const over =
  (
    fold: ((c: Compiler, items: Operation) => Quantity) | undefined,
    walk: (c: Compiler, list: Listing) => Value,
  ): NumberOperation =>
  (c, operands) => {
    const list = listOperand(operands);
    if (fold !== undefined && list.name === 'items') return fold(c, list);
    return { numerator: walk(c, c.list(list)) };
  };

function sumOf(c: Compiler, list: Listing): Value {
  const total = cellOf(c, list.size + Math.log2(list.count + 1), 0);
  let nonnegative = true;
  list.each((item) => {
    nonnegative &&= item.nonnegative;
    if (total.value.width === 'word') total.set(added(total.value, item));
    else c.perform('wide_add', total.value.expression, total.value.expression, c.wide(item));
  });
  return { ...total.value, nonnegative };
}

/** A sum of words whose bound is that of the total. */
const added = (total: Value, item: Value): Value => ({
  ...total,
  expression: binary('+', total.expression, asWord(item).expression),
});

function productOf(c: Compiler, list: Listing): Value {
  const size = list.size * list.count;
  const total = cellOf(c, size, 1);
  let nonnegative = true;
  const spare = fitsWord(size) ? undefined : c.block(size + 1);
  list.each((item) => {
    nonnegative &&= item.nonnegative;
    const { expression } = total.value;
    if (spare === undefined) {
      const times = binary('*', expression, asWord(item).expression);
      total.set({ ...total.value, expression: times });
    } else {
      c.perform('wide_multiply', spare, expression, c.wide(item));
      c.perform('wide_copy', expression, spare);
    }
  });
  return { ...total.value, nonnegative };
}

/** The item that stands in `operator` to all others. */
const extreme =
  (operator: BinaryOperator) =>
  (c: Compiler, list: Listing): Value => {
    const best = cellOf(c, list.size, 0);
    const any = c.fresh('any');
    c.add(assign(any, constant(0)));
    let nonnegative = true;
    list.each((item) => {
      const held = c.hold(item);
      nonnegative &&= item.nonnegative;
      const isBetter = compare(c, operator, [held, best.value]);
      const isFirst = binary('==', variable(any), constant(0));
      const take = c.nested(() => best.set(held));
      c.add(when(binary('|', isFirst, isBetter), take), assign(any, constant(1)));
    });
    c.require(variable(any), 'no-items');
    return { ...best.value, nonnegative };
  };

function countOf(c: Compiler, list: Listing): Value {
  const name = c.fresh('count');
  c.add(assign(name, constant(0)));
  list.each(() => c.add(assign(name, binary('+', variable(name), constant(1)))));
  return wordValue(variable(name), Math.log2(list.count + 1), true);
}

function divisorOf(c: Compiler, list: Listing): Value {
  const total = cellOf(c, list.size, 0);
  list.each((item) => total.set(greatestDivisor(c, total.value, item)));
  return { ...total.value, nonnegative: true };
}

const lastOf = (c: Compiler, list: Listing): Value => endOf(c, list, () => constant(1));
const firstOf = (c: Compiler, list: Listing): Value =>
  endOf(c, list, (any) => binary('==', any, constant(0)));

function endOf(c: Compiler, list: Listing, takes: (any: Expression) => Expression): Value {
  const kept = cellOf(c, list.size, 0);
  const any = c.fresh('any');
  c.add(assign(any, constant(0)));
  let nonnegative = true;
  list.each((item) => {
    nonnegative &&= item.nonnegative;
    const take = c.nested(() => kept.set(item));
    c.add(when(takes(variable(any)), take), assign(any, constant(1)));
  });
  c.require(variable(any), 'no-items');
  return { ...kept.value, nonnegative };
}

/** Sums of consecutive numbers need no loop. */
function total(c: Compiler, operands: readonly Meaning[]): Quantity {
  const list = listOperand(operands);
  const [from, to, step] = list.operands;
  const isPlain = step?.kind === 'literal' && step.numerator === 1n;
  if (list.name === 'range' && isPlain && from !== undefined && to !== undefined) {
    const pairs = operation('multiply', countOfRange(from, to), operation('add', from, to));
    return c.number(operation('quotient', pairs, literal(2)));
  }
  return over(folded('add', literal(0)), sumOf)(c, operands);
}

const countOfRange = (from: Meaning, to: Meaning): Meaning =>
  operation('add', operation('absolute', operation('subtract', to, from)), literal(1));

/** Sum over number, exact. */
function mean(c: Compiler, operands: readonly Meaning[]): Quantity {
  const list = listOperand(operands);
  if (list.name === 'items') {
    const count = literal(list.operands.length);
    return c.number(operation('divide', operation('sum', list), count));
  }
  const [from, to, step] = list.operands;
  const isPlain = step?.kind === 'literal' && step.numerator === 1n;
  if (list.name === 'range' && isPlain && from !== undefined && to !== undefined) {
    return c.number(operation('divide', operation('add', from, to), literal(2)));
  }
  const listing = c.list(list);
  const size = listing.size + Math.log2(listing.count + 1);
  const [sums, count] = [cellOf(c, size, 0), cellOf(c, Math.log2(listing.count + 1), 0)];
  listing.each((item) => {
    sums.set(sums.value.width === 'word' ? added(sums.value, item) : sum(c, sums.value, item));
    count.set({ ...count.value, expression: binary('+', count.value.expression, constant(1)) });
  });
  c.require(count.value.expression, 'no-items');
  return divideQuantities(
    c,
    { numerator: sums.value },
    { numerator: { ...count.value, nonnegative: true } },
  );
}

/** The middle of the sorted items, or the mean of the two middle ones. */
function median(c: Compiler, operands: readonly Meaning[]): Quantity {
  const list = listOperand(operands);
  const scale = commonDenominator(list);
  const listing = c.list(scale === 1n ? list : scaled(list, scale));
  const room = Math.min(listing.count, SORTED_MAX);
  const store = c.words(Math.ceil(room));
  const count = gather(c, listing, store, Math.ceil(room));
  c.require(count, 'no-items');
  c.add(perform('sort', store, count));
  const local = c.inline('low = store[(count - 1) >> 1]  high = store[count >> 1]', {
    store,
    count,
  });
  const [low, high] = ['low', 'high'].map((name) => wordValue(local(name), listing.size));
  if (low === undefined || high === undefined) throw refuse('an empty list');
  const both = sum(c, low, high);
  const divisor = { numerator: c.number(literal(2n * scale)).numerator };
  return divideQuantities(c, { numerator: both }, divisor);
}

const commonDenominator = (list: Operation): bigint =>
  list.operands.reduce((scale, each) => {
    const denominator = each.kind === 'literal' ? each.denominator : 1n;
    return denominator > scale ? denominator : scale;
  }, 1n);

/** Denominators of literals are powers of ten, so the largest is common to all. */
const scaled = (list: Operation, scale: bigint): Operation => ({
  ...list,
  operands: list.operands.map((each) =>
    each.kind === 'literal'
      ? literal((each.numerator * scale) / each.denominator)
      : operation('multiply', each, literal(scale)),
  ),
});

/** Every operation that makes one number of a list. */
export const aggregateOperations: Readonly<Record<string, NumberOperation>> = {
  sum: total,
  product: over(folded('multiply', literal(1)), productOf),
  minimum: over(folded('smaller'), extreme('<')),
  maximum: over(folded('larger'), extreme('>')),
  mean,
  median,
  count: over(
    (_, items) => ({
      numerator: wordValue(
        constant(items.operands.length),
        Math.log2(items.operands.length + 1),
        true,
      ),
    }),
    countOf,
  ),
  gcd: over(folded('greatest-common-divisor'), divisorOf),
  lcm: over(folded('least-common-multiple'), () => {
    throw refuse('the least common multiple of a list that is not written out');
  }),
  'first-of': over(undefined, firstOf),
  last: over(undefined, lastOf),
};
