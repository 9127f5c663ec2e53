import { expect, test } from 'vitest';
import { datumInProcess } from '../../../test/in-process.ts';

const datum = (...argv: readonly string[]) => datumInProcess(argv);

test('the answer comes first, then question, reading, steps, bytecode and program', async () => {
  const { code, out } = await datum('think', 'what is 5 + 7');
  expect(code).toBe(0);
  expect(out).toBe(`12

question    what is 5 + 7
understood  5 + 7
steps       4 on the stack machine, 5 on the register machine: AGREE
bytecode    550500000055070000001000
program     for the stack machine

  PUSH 5            ; emit 5 + 7
  PUSH 7
  ADD
  HALT
`);
});

test('--verify says whether the machines agree', async () => {
  const { out } = await datum('think', 'is 997 prime', '--verify');
  expect(out.split('\n')[0]).toBe('true');
  expect(out).toContain('Cross-verified: stack VM, register VM — AGREE');
});

test('quotes are not needed, and --quiet leaves the answer alone', async () => {
  const { out } = await datum('think', 'compute', 'the', '10th', 'fibonacci', 'number', '--quiet');
  expect(out).toBe('55\n');
});

test('the program of the register machine is shown on request, a long one cut unless full', async () => {
  const short = await datum('think', '20!', '--machine', 'register');
  expect(short.out).toContain('program     for the register machine');
  expect(short.out).toMatch(/; … \d+ more lines, all with --full/);
  const full = await datum('think', '20!', '--machine', 'register', '--full');
  expect(full.out).not.toContain('--full');
  expect(full.out.length).toBeGreaterThan(short.out.length);
});

test('JSON holds the answer as data and both runs', async () => {
  const { out } = await datum('think', '7 / 2', '--format', 'json');
  expect(JSON.parse(out)).toMatchObject({
    understood: '7 / 2',
    answer: { kind: 'fraction', numerator: '7', denominator: '2' },
    text: '3.5',
    agreement: 'AGREE',
    stack: { outcome: { words: [7, 2] } },
    register: { outcome: { words: [7, 2] } },
  });
});

test('a question without an answer ends with 1 and says why', async () => {
  const { code, out, err } = await datum('think', '1 / 0');
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain('1 / 0 has no answer: it divides by zero');
});

test('a question it cannot compile ends with 1 and names the nearest forms', async () => {
  const { code, err } = await datum('think', 'how prime is 7 really');
  expect(code).toBe(1);
  expect(err).toMatch(/cannot be compiled: it stops at "\w+"\n {2}nearest: .*prime/);
});

test('no question is a usage error', async () => {
  expect((await datum('think')).code).toBe(2);
});

test('--forms lists a question for each form', async () => {
  const { out } = await datum('think', '--forms');
  expect(out).toContain('datum think "is 997 prime"');
});
