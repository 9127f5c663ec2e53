import { expect, test } from 'vitest';
import { wideProcedures } from '../library/wides.ts';
import { wordProcedures } from '../library/words.ts';
import { parseProcedures, parseStatements } from './parse.ts';
import { printProgram } from './print.ts';

const all = [...wordProcedures, ...wideProcedures];

test('the library read, printed and read again is the same', () => {
  const text = printProgram({ main: [], procedures: all, blockBytes: 0 });
  expect(parseProcedures(text)).toEqual(all);
});

test('products bind before sums, sums before comparisons, comparisons before &', () => {
  const [statement] = parseStatements('x = a + b * 2 < 7 & c == 1');
  expect(statement).toEqual(parseStatements('x = ((a + (b * 2)) < 7) & (c == 1)')[0]);
});

test('a minus before a number makes it negative', () => {
  expect(parseStatements('emit -1')).toEqual([
    { kind: 'emit', value: { kind: 'constant', value: -1 } },
  ]);
});

test.each([
  ['while x', 'expected {'],
  ['f(a', 'expected ,'],
  ['x = = 1', 'expected a value'],
  ['fail nothing', 'expected the name of a failure'],
  ['1 = 2', 'expected a statement'],
])('%s is refused with the place', (text, message) => {
  expect(() => parseStatements(text)).toThrow(message);
});
