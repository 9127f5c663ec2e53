import { literal, type Meaning, operation } from '../meaning.ts';
import { type Form, form, type Slots } from './pattern.ts';

const zero = literal(0);
const one = literal(1);
const two = literal(2);
const ten = literal(10);

const below = (s: Slots): Meaning => operation('subtract', s('b'), one);

const ranges = (prefix: string): readonly string[] => [
  `${prefix}from {a:sum} to/through/thru/until/upto/and {b:sum}`,
  `${prefix}between {a:sum} and/to {b:sum}`,
  `${prefix}{a:sum} to/through/thru/until/upto {b:sum}`,
];

/** Ways to ask for a list. */
export const listForms: readonly Form[] = [
  form(['first {n} {q:sequence}', '{n} first {q:sequence}'], 'first 10 primes', (s) =>
    operation('first', s('n'), s('q')),
  ),
  form(
    [
      '{q:sequence} upto {b:sum}',
      '{q:sequence} to/until/through {b:sum}',
      '{q:sequence} <= {b:sum}',
    ],
    'primes up to 50',
    (s) => operation('within', s('q'), zero, s('b')),
  ),
  form(['{q:sequence} below/under {b:sum}', '{q:sequence} < {b:sum}'], 'squares below 100', (s) =>
    operation('within', s('q'), zero, below(s)),
  ),
  form(ranges('{q:sequence} '), 'primes between 100 and 150', (s) =>
    operation('within', s('q'), s('a'), s('b')),
  ),
  form(ranges('natural? '), 'numbers from 1 to 10', (s) => operation('range', s('a'), s('b'), one)),
  form('digits of/in? {n} have/has?', 'digits of 2^64', (s) => operation('digits', s('n'), ten)),
  form('positive? divisors/divisor/factors/factor of/for? {n} have/has?', 'divisors of 36', (s) =>
    operation('divisors', s('n')),
  ),
  form('prime-factors of/for/in? {n} have/has?', 'prime factors of 360', (s) =>
    operation('prime-factors', s('n')),
  ),
  form(['collatz sequence? of/for/from/starting? at? {n}'], 'collatz sequence of 6', (s) =>
    operation('collatz', s('n')),
  ),
  form('sort/sorted/order {l:list} falling', 'sort 3, 1, 2 descending', (s) =>
    operation('sorted-falling', s('l')),
  ),
  form('sort/sorted/order {l:list}', 'sort 3, 1, 2', (s) => operation('sorted', s('l'))),
  form(['{n:sum} in/to/as binary', 'binary of? {n}', 'binary form of? {n}'], '255 in binary', (s) =>
    operation('in-base', s('n'), two),
  ),
  form(['{n:sum} in/to/as hex', 'hex of? {n}'], '255 in hex', (s) =>
    operation('in-base', s('n'), literal(16)),
  ),
  form(['{n:sum} in/to/as octal', 'octal of? {n}'], '64 in octal', (s) =>
    operation('in-base', s('n'), literal(8)),
  ),
  form('{n:sum} in/to/as base {b}', '100 in base 7', (s) => operation('in-base', s('n'), s('b'))),
];
