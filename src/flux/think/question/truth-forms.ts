import { literal, type Meaning, operation } from '../meaning.ts';
import { type Form, form } from './pattern.ts';

/** A property of one number, asked with "is" before or after it. */
const property = (words: string, example: string, name: string): Form =>
  form([`is? {n:sum} is? ${words}`], example, (s) => operation(name, s('n')));

const comparison = (symbol: string, name: string, example: string): Form =>
  form(`is? {a:sum} ${symbol} {b:sum}`, example, (s) => operation(name, s('a'), s('b')));

const zero: Meaning = literal(0);

/** Ways to ask whether something is so. */
export const truthForms: readonly Form[] = [
  property('prime', 'is 997 prime', 'prime'),
  property('composite', 'is 91 composite', 'composite'),
  property('even', 'is 2^10 even', 'even'),
  property('odd', 'is 7 odd', 'odd'),
  property('perfect', 'is 28 perfect', 'perfect'),
  property('square', 'is 144 a perfect square', 'square'),
  property('palindrome/palindromic', 'is 12321 a palindrome', 'palindrome'),
  property('power-of-two', 'is 1024 a power of two', 'power-of-two'),
  property('fibonacci', 'is 55 a fibonacci number', 'fibonacci-number'),
  property('leap-year', 'is 2024 a leap year', 'leap-year'),
  form('is? {n:sum} is? negative', 'is 3 - 5 negative', (s) => operation('less', s('n'), zero)),
  form('is? {n:sum} is? positive', 'is 5 - 3 positive', (s) => operation('greater', s('n'), zero)),
  form(
    ['is? {a:sum} is? divisible by {b:sum}', 'is? {a:sum} is? multiple of {b:sum}'],
    'is 91 divisible by 7',
    (s) => operation('divisible', s('a'), s('b')),
  ),
  form(
    ['{a:sum} divide/divides {b:sum}', 'is? {a:sum} is? factor/divisor of {b:sum}'],
    'does 7 divide 91',
    (s) => operation('divisible', s('b'), s('a')),
  ),
  form('is? {a:sum} and {b:sum} coprime', 'are 8 and 15 coprime', (s) =>
    operation('coprime', s('a'), s('b')),
  ),
  comparison('<=', 'at-most', 'is 3 <= 4'),
  comparison('>=', 'at-least', 'is 10 at least 7'),
  comparison('<', 'less', 'is 2^10 less than 1000'),
  comparison('>', 'greater', 'is 2^100 greater than 10^30'),
  comparison('!=', 'unequal', 'is 3 different from 4'),
  comparison('=/equal', 'equal', 'is 2 + 2 equal to 4'),
];
