import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkProgramFile, FluxError, readProgramFile, validate } from './index.ts';

const examples = new URL('../../examples/flux/', import.meta.url);

test('every example is there', () => {
  expect(readdirSync(examples).sort()).toEqual(
    [
      'a2a-signal.flux',
      'confidence.flux',
      'factorial.flux',
      'fibonacci.flux',
      'gcd.flux',
      'hello.flux',
      'matrix.flux',
      'prime-sieve.flux',
      'sort.flux',
      'sum.flux',
    ].sort(),
  );
});

test.each(readdirSync(examples))(
  'example %s is proven and gives what its front matter says',
  (name) => {
    const file = readProgramFile(readFileSync(new URL(name, examples), 'utf8'));
    expect(Object.keys(file.expectation)).toContain('ending');
    expect(validate(file.program, { name }).isProven).toBe(true);
    expect(checkProgramFile(file).differences).toEqual([]);
  },
);

const document = (head: string): string =>
  `---\nmachine: stack\n${head}\n---\n# T\n\`\`\`\nADD\nDUP\nSTORE 8\nHALT\n\`\`\``;

test('a program file starts from its front matter, and differences are named', () => {
  const file = readProgramFile(
    document(
      'start: { stack: [2, 3] }\nexpect: { stack: [6], steps: 4, memory: [{ address: 8, cells: [5, 1] }] }',
    ),
  );
  expect(file.title).toBe('T');
  expect(checkProgramFile(file).differences).toEqual([
    'stack is [5], expected [6]',
    'memory at 8 is [5,0], expected [5,1]',
  ]);
});

test.each([
  'expect: [1]',
  'expect: { stakc: [1] }',
  'expect: { steps: many }',
  'expect: { memory: 5 }',
  'expect: { memory: [{ address: 65532, cells: [1, 2] }] }',
  'start: { stack: [a] }',
  'start: { registers: 7 }',
  'start: { registers: [1.5] }',
  'start: 5',
])('the front matter %j is refused', (head) => {
  expect(() => readProgramFile(document(head))).toThrow(FluxError);
});
