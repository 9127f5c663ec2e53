import { literal, type Meaning, operation } from '../meaning.ts';
import { type Form, form } from './pattern.ts';

const one = literal(1);
const two = literal(2);
const ten = literal(10);

/** Steps to reach one: the items of the sequence but the first. */
const collatzSteps = (n: Meaning): Meaning =>
  operation('subtract', operation('count', operation('collatz', n)), one);

/** Ways to ask for one number; where two fit, the earlier is meant. */
export const numberForms: readonly Form[] = [
  form(['fibonacci of? {n}', '{n:nth} fibonacci'], '10th fibonacci number', (s) =>
    operation('fibonacci', s('n')),
  ),
  form('factorial of? {n}', 'factorial of 7', (s) => operation('factorial', s('n'))),
  form('{n:nth} {q:sequence}', 'the 100th prime', (s) => nth(s('q'), s('n'))),
  form('gcd of? {l:list}', 'gcd of 48 and 18', (s) => operation('gcd', s('l'))),
  form('lcm of? {l:list}', 'lcm of 4, 6 and 10', (s) => operation('lcm', s('l'))),
  form(['sum of? {l:list}', 'total of? {l:list}', 'add {l:list}'], 'sum from 1 to 100', (s) =>
    operation('sum', s('l')),
  ),
  form('multiply {a} by/with {b}', 'multiply 6 by 7', (s) => operation('multiply', s('a'), s('b'))),
  form(['product of? {l:list}', 'multiply {l:list}'], 'product of 3, 4 and 5', (s) =>
    operation('product', s('l')),
  ),
  form(
    [
      'min/minimum/smallest/least/lowest of? {l:list}',
      'which? is? smaller/lesser/fewer :? ,? of? {l:list}',
    ],
    'minimum of 4, -1 and 7',
    (s) => operation('minimum', s('l')),
  ),
  form(
    [
      'max/maximum/largest/greatest/biggest/highest of? {l:list}',
      'which? is? larger/bigger/greater/more :? ,? of? {l:list}',
    ],
    'largest of 2^10, 1000 and 999',
    (s) => operation('maximum', s('l')),
  ),
  form('mean/average/avg of? {l:list}', 'mean of 1, 2 and 4', (s) => operation('mean', s('l'))),
  form('median of? {l:list}', 'median of 4, 1, 3, 2', (s) => operation('median', s('l'))),
  form('count digits of/in? {n} have/has?', 'how many digits does 2^100 have', (s) =>
    operation('count', operation('digits', s('n'), ten)),
  ),
  form(
    [
      'collatz steps/length of/for/from? {n}',
      'count collatz? steps collatz? of/for/from? {n} take? to? reach? {x}',
      'count collatz? steps collatz? of/for/from? {n} take/takes?',
    ],
    'collatz steps for 27',
    (s) => collatzSteps(s('n')),
  ),
  form('count of? {l:list} exist?', 'how many primes up to 1000', (s) =>
    operation('count', s('l')),
  ),
  form(['last digit of {n}'], 'last digit of 7^100', (s) =>
    operation('remainder', operation('absolute', s('n')), ten),
  ),
  form('first digit of {n}', 'first digit of 2^100', (s) =>
    operation('first-of', operation('digits', s('n'), ten)),
  ),
  form(['digit sum of? {n}', 'cross sum of? {n}'], 'digit sum of 12345', (s) =>
    operation('sum', operation('digits', s('n'), ten)),
  ),
  form(['reverse of? digits? of? {n}', 'reversed digits? of? {n}'], 'reverse of 12345', (s) =>
    operation('reversed-digits', s('n')),
  ),
  form('whole-square-root of? {n}', 'integer square root of 50', (s) =>
    operation('whole-square-root', s('n')),
  ),
  form('sqrt of? {n}', 'square root of 144', (s) => operation('square-root', s('n'))),
  form('square of? {n}', 'square of 12', (s) => operation('power', s('n'), two)),
  form('cube of? {n}', 'cube of 3', (s) => operation('power', s('n'), literal(3))),
  form(['double of? {n}', 'twice {n}'], 'twice 21', (s) => operation('multiply', two, s('n'))),
  form(['triple of? {n}', 'thrice {n}'], 'triple 14', (s) =>
    operation('multiply', literal(3), s('n')),
  ),
  form('half of? {n}', 'half of 7', (s) => operation('divide', s('n'), two)),
  form('absolute of? {n}', 'absolute value of -5', (s) => operation('absolute', s('n'))),
  form(
    ['remainder of/when? {a} / {b}', 'remainder of? {a} and {b}'],
    'remainder of 17 divided by 5',
    (s) => operation('remainder', s('a'), s('b')),
  ),
  form(
    ['quotient of/when? {a} / {b}', 'quotient of? {a} and/by {b}'],
    'quotient of 17 and 5',
    (s) => operation('quotient', s('a'), s('b')),
  ),
  form('difference between/of {a} and {b}', 'difference between 3 and 10', (s) =>
    operation('absolute', operation('subtract', s('a'), s('b'))),
  ),
  form('subtract {a} from {b}', 'subtract 3 from 10', (s) => operation('subtract', s('b'), s('a'))),
  form('divide {a} by {b}', 'divide 10 by 4', (s) => operation('divide', s('a'), s('b'))),
  form('next? prime after/above? {n}', 'next prime after 100', (s) =>
    operation('next-prime', s('n')),
  ),
  form(['previous prime before/below? {n}', 'prime before {n}'], 'prime before 100', (s) =>
    operation('previous-prime', s('n')),
  ),
  form(['choose {k} from/of {n}', 'binomial {n} {k}'], 'choose 3 from 10', (s) =>
    operation('choose', s('n'), s('k')),
  ),
  form('totient of? {n}', 'totient of 36', (s) => operation('totient', s('n'))),
  form('length of collatz sequence? of/for/from? {n}', 'length of collatz sequence of 6', (s) =>
    operation('count', operation('collatz', s('n'))),
  ),
];

/** The n-th of a sequence; Fibonacci numbers have an operation of their own. */
function nth(sequence: Meaning, n: Meaning): Meaning {
  if (sequence.kind === 'operation' && sequence.name === 'fibonaccis') {
    return operation('fibonacci', n);
  }
  return operation('last', operation('first', n, sequence));
}
