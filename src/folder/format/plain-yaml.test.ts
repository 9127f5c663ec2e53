import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPlainYaml } from './plain-yaml.ts';
import { parseAnyYaml } from './yaml-text.ts';

const asBlock = (text: string) => ({ text, file: 'f', line: 7 });

const PATHS = [['a'], ['b'], ['a', 'b'], ['b', 'a'], ['a', 'b', 'c'], ['on'], ['none'], []];

/** Whether the plain reader took the text; what it took must be what the library reads. */
function agrees(text: string): boolean {
  const plain = readPlainYaml(asBlock(text));
  if (plain === undefined) return false;
  const whole = parseAnyYaml(asBlock(text));
  expect(whole.problems).toEqual([]);
  expect(plain.value).toStrictEqual(whole.value);
  for (const path of PATHS) expect(plain.lineOf(...path)).toBe(whole.lineOf(...path));
  return true;
}

const SCALARS = [
  'word',
  'two words',
  "it's",
  '2026-05-06',
  '12',
  '012',
  '0x1f',
  '0b11',
  '1_000',
  '1:30',
  '12.00',
  '1.5e+3',
  '1.e+999',
  'true',
  'no',
  'On',
  'null',
  'y',
  '~',
  '-5',
  '.5',
  "'quoted'",
  "'it''s'",
  "''",
  '"double"',
  '"a\\nb"',
  '[]',
  '[0.50, 0.80]',
  '[a, b]',
  '[a,b]',
  '[1,, 2]',
  '{a: 1}',
  'a: b',
  'a:b',
  'a #b',
  'a#b',
  '#b',
  'a:',
  '- x',
  '|',
  '>',
  '*a',
  '&a b',
  '!t b',
  '?x',
  '? x',
  '@x',
  '`x`',
  '%x',
  '=',
  'é à',
  '日本',
  '😀',
  '\u00a0x',
  'x\u00a0',
  'x\u2028y',
  'x\ty',
  'x ',
  '  x',
  "'open",
  '"open',
  'x\u0085',
  "'a' b",
  '"a" # c',
  'a, b',
  'a]b',
  'a}',
  '9'.repeat(30),
  '<<',
  '__proto__',
  '1e3',
  '0o17',
  '08',
];
const KEYS = [
  'a',
  'b',
  'c',
  'on',
  'null',
  '<<',
  '__proto__',
  'a b',
  "'q'",
  '1',
  'd-e',
  '-x',
  '?',
  'é',
];

const line = fc
  .record({
    indent: fc.constantFrom('', '', '', '  ', '  ', '    ', ' ', '\t'),
    form: fc.constantFrom('pair', 'pair', 'pair', 'key', 'key', 'item', 'item', 'other'),
    key: fc.constantFrom(...KEYS.slice(0, 3), ...KEYS),
    scalar: fc.constantFrom(...SCALARS),
    end: fc.constantFrom('\n', '\n', '\n', '\n', '\r\n', '\r'),
  })
  .map(({ end, form, indent, key, scalar }) => {
    if (form === 'pair') return `${indent}${key}: ${scalar}${end}`;
    if (form === 'key') return `${indent}${key}:${end}`;
    if (form === 'item') return `${indent}- ${scalar}${end}`;
    return `${indent}${['', '# note', '---', '...', '-', scalar][scalar.length % 6]}${end}`;
  });

test('what the plain reader takes is what the library reads', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 7 }), (lines) => {
      agrees(lines.join(''));
    }),
    { numRuns: 3000 },
  );
});

test.each(SCALARS)('a value %j is read as the library reads it, or left to it', (scalar) => {
  agrees(`a: ${scalar}\n`);
  agrees(`a:\n- ${scalar}\n- x\n`);
  agrees(`${scalar}: x\n`);
});

test('front matter and settings as they are written are plain', () => {
  expect(agrees("name: 'Ada''s'\ntags:\n- a\n- b\nday: 2026-05-06\npinned: true\nnone:\n")).toBe(
    true,
  );
  expect(agrees('a: # why\n  b: 1\n')).toBe(false);
  expect(
    agrees('a:\n  b:\n    c: [0.5, 0.8]\n\n  # said later\n  d:\n    - x\n    - y\non-call: z\n'),
  ).toBe(true);
  expect(agrees('a: first line\n  and second\n')).toBe(false);
});
