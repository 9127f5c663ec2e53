import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { datumInProcess } from '../../../../test/in-process.ts';
import type { World } from '../../world.ts';

const folder = mkdtempSync(join(tmpdir(), 'flux-cli-'));

const flux = (argv: readonly string[], stdin = '', change: Partial<World> = {}) =>
  datumInProcess(['flux', ...argv], { cwd: folder, stdin: async () => stdin, ...change });

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return name;
}

test('run prints the stack and the steps of the sample program', async () => {
  expect(await flux(['run', '--bytecode', '550500000055070000001000'])).toEqual({
    code: 0,
    out: 'stack [12]\n4 steps, flags 00, halted\n',
    err: '',
  });
});

test('run answers in the promised shape', async () => {
  const { out } = await flux(['run', '--bytecode', '550500000055070000001000', '--format', 'json']);
  expect(JSON.parse(out)).toMatchObject({ stack: [12], flags: 0, steps: 4, halted: true });
});

test.each(['55001c00001455001e00001601000014', '55010c00001455001e00001601000014'])(
  'the roadmap example %s is refused with the underflow named',
  async (hex) => {
    const { code, out, err } = await flux(['run', '--bytecode', hex]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('stack underflow at 0x0005: MOD takes 2 values');
  },
);

test('run asks which machine rather than guess', async () => {
  const { code, err } = await flux(['run', '--bytecode', '10021000']);
  expect(code).toBe(2);
  expect(err).toContain('--machine stack or --machine register');
  expect((await flux(['run', '--bytecode', '10021000', '--machine', 'stack'])).err).toContain(
    'stack underflow at 0x0000: ADD',
  );
});

test('run takes a stack to start with, source from standard input, and shows a trace', async () => {
  const { code, out } = await flux(['run', '-', '--stack', '20,22', '--trace'], 'ADD\nHALT');
  expect(code).toBe(0);
  expect(out).toBe(
    '     1  0x0000  ADD                   [42]\n' +
      '     2  0x0001  HALT                  [42]\n' +
      'stack [42]\n2 steps, flags 00, halted\n',
  );
});

test('asm prints bytecode, or writes it; run takes what it wrote', async () => {
  const source = file('add.flux', '.data 4\n.word 40\n.code\nLOAD 4\nPUSH 2\nADD\nHALT');
  const plain = file('plain.flux', 'PUSH 1\nHALT');
  expect((await flux(['asm', plain])).out).toBe('550100000000\n');
  expect((await flux(['asm', source])).err).toContain('add --pack');
  expect((await flux(['asm', source, '--pack', '-o', 'add.fluxc'])).out).toContain('add.fluxc: ');
  const refused = await flux(['asm', plain, '-o', 'no.hex', '--read-only']);
  expect([refused.code, refused.err]).toEqual([3, expect.stringContaining('cli/read-only')]);
  expect((await flux(['run', 'add.fluxc'])).out).toContain('stack [42]');
  expect(readFileSync(join(folder, 'add.fluxc')).toString('latin1', 0, 4)).toBe('FLUX');
});

test('the ending of a file says what it holds', async () => {
  const hex = file('add.hex', '550500000055070000001000\n');
  expect((await flux(['run', hex])).out).toContain('stack [12]');
  const binary = file('junk.flux', Uint8Array.of(0, 1, 2, 255));
  expect((await flux(['run', binary])).err).toContain('1:1: Cannot parse operand');
  const raw = file('add.bin', Buffer.from('550500000055070000001000', 'hex'));
  expect((await flux(['run', raw])).out).toContain('stack [12]');
});

test('asm lists every mistake and ends with 1', async () => {
  const { code, out } = await flux(['asm', '-'], 'PUSH\nFOO\nPUSH 99999999999');
  expect(code).toBe(1);
  expect(out.split('\n').slice(0, 3)).toEqual([
    '-:1:1: PUSH has 0 operands, which is too few (expected: PUSH immediate (-2147483648 to 2147483647))',
    '-:2:1: Unknown instruction: FOO (expected: an instruction of machine stack)',
    '-:3:6: 99999999999 is out of range (expected: -2147483648 to 2147483647)',
  ]);
});

test('disasm prints source, or addresses', async () => {
  const hex = ['--bytecode', '550500000055070000001000'];
  expect((await flux(['disasm', ...hex])).out).toBe(
    '.machine stack\n  PUSH 5\n  PUSH 7\n  ADD\n  HALT\n',
  );
  expect((await flux(['disasm', ...hex, '--addresses'])).out).toContain('  0x000a:  ADD\n');
});

test('validate ends with 1 for errors only', async () => {
  const good = await flux(['validate', '--bytecode', '550500000055070000001000']);
  expect([good.code, good.out.includes('Verified: yes')]).toEqual([0, true]);
  const bad = await flux([
    'validate',
    '--bytecode',
    '10',
    '--machine',
    'stack',
    '--format',
    'json',
  ]);
  expect(bad.code).toBe(1);
  expect(JSON.parse(bad.out)).toMatchObject({
    errors: ['stack underflow at 0x0000: ADD takes 2 values from the stack, which holds 0'],
  });
  expect((await flux(['validate', '--stdin', '--machine', 'register'], 'HALT')).code).toBe(0);
  expect((await flux(['validate', '--example', 'multi'])).code).toBe(0);
  expect((await flux(['validate', '--example', 'nothing'])).code).toBe(2);
});

test('validate --all-examples verifies and runs every example', async () => {
  const { code, out } = await flux(['validate', '--all-examples']);
  expect(code).toBe(0);
  expect(out).toContain('Total: 10  Passed: 10  Failed: 0');
});

test('debug carries out commands and ends with 1 when one is faulty', async () => {
  const source = file('loop.flux', 'PUSH 2\nloop: DEC\nJNZ loop\nHALT');
  const { code, out } = await flux(['debug', source, '--commands', 'break loop; run; step; back']);
  expect(code).toBe(0);
  expect(out.split('\n').slice(-3)).toEqual([
    'step 1  0x0005 <loop> line 2  DEC',
    '  stack [2]  flags 00',
    '',
  ]);
  expect((await flux(['debug', source], 'step\nfly\n')).code).toBe(1);
  const json = await flux(['debug', source, '--commands', 'run', '--format', 'json']);
  expect(JSON.parse(json.out)).toMatchObject({ answers: [{ reason: 'end', stack: ['0'] }] });
});

test('debug by hand shows the state, prompts, and survives a mistake', async () => {
  const source = file('hand.flux', 'PUSH 2\nHALT');
  const { code, out, err } = await flux(['debug', source], 'fly\nstep\nquit\nstep', {
    stdinIsTerminal: true,
  });
  expect(code).toBe(0);
  expect(err).toBe('step 0  0x0000 line 1  PUSH 2\n  stack []  flags 00\nflux> flux> flux> ');
  expect(out.split('\n').slice(0, 2)).toEqual([
    'fly is no debugger command; the command help lists them all',
    'step 1  0x0005 line 2  HALT',
  ]);
});

test('conformance passes 113 of 113, and fails when nothing is selected', async () => {
  const { code, out } = await flux(['conformance']);
  expect([code, out.includes('Total: 113  Passed: 113  Failed: 0')]).toEqual([0, true]);
  expect((await flux(['conformance', '--category', 'nothing'])).code).toBe(1);
  expect((await flux(['conformance', '--tier', 'P9'])).code).toBe(2);
  expect((await flux(['conformance', '--runtimes', 'abacus'])).code).toBe(2);
  expect((await flux(['conformance', '--category', 'arithmetic'])).out).toContain('arith 27/27');
});

test.each([
  [['--runtimes', 'compiled,compiled']],
  [['--upstream', '--category', 'arith']],
  [['--upstream', '--adapter', 'x']],
  [['--all', '--v3']],
  [['--file', 'x.json', '--machine', 'register']],
  [['--adapter', '']],
])('conformance %j is contradictory and refused', async (argv) => {
  expect((await flux(['conformance', ...argv])).code).toBe(2);
});

test('conformance --compare says whether interpreter and compiled code agree', async () => {
  const { code, out } = await flux(['conformance', '--compare']);
  expect(code).toBe(0);
  expect(out).toContain('✓ AGREE');
  expect(out).toContain('113/113 agree across 2 runtimes');
});

test('conformance --v3 passes, and answers as JSON', async () => {
  const { code, out } = await flux(['conformance', '--v3', '--format', 'json']);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ suite: 'v3', passed: true });
});

test('conformance --machine register passes', async () => {
  const { code, out } = await flux(['conformance', '--machine', 'register']);
  expect([code, /Passed: (\d+) {2}Failed: 0/.test(out)]).toEqual([0, true]);
  expect((await flux(['conformance', '--machine', 'register', '--v3'])).code).toBe(2);
});

test('conformance with a broken runtime ends with 1', async () => {
  const broken = file(
    'broken.mjs',
    'console.log(process.argv[2] ? "1" : JSON.stringify({ passed: false, error: "broken" }))',
  );
  const adapter = `"${process.execPath}" "${join(folder, broken)}"`;
  const { code, out } = await flux(['conformance', '--category', 'sys', '--adapter', adapter]);
  expect([code, out.includes('Failed: 5')]).toEqual([1, true]);
  const compared = await flux([
    ...['conformance', '--category', 'sys', '--compare', '--adapter', adapter],
  ]);
  expect([compared.code, compared.out.includes('0/5 agree across 3 runtimes')]).toEqual([1, true]);
});

test('conformance --upstream explains every failure', async () => {
  const { code, out } = await flux(['conformance', '--upstream']);
  expect(code).toBe(0);
  expect(out).toMatch(/vectors-v2\.json: (10[89]|1[1-6]\d)\/161 passed/);
  expect(out).toMatch(/vectors-v3\.json: (2[4-9]|[3-6]\d)\/62 passed/);
  expect(out).not.toContain('UNEXPLAINED');
});

test('a run that suspends is kept in a file, and another command goes on with it', async () => {
  const source = file('halves.flux', 'PUSH 40\nSTORE 8\nSUSPEND 3\nLOAD 8\nPUSH 2\nADD\nHALT');
  const first = await flux(['run', source, '--save', 'kept.json']);
  expect([first.code, first.out.includes('kept in kept.json')]).toEqual([0, true]);
  const second = await flux(['run', source, '--resume', 'kept.json', '--save', 'again.json']);
  expect(second).toMatchObject({ code: 0, out: 'stack [42]\n7 steps, flags 00, halted\n' });
  const other = file('other.flux', 'PUSH 1\nSUSPEND 3\nHALT');
  const stranger = await flux(['run', other, '--resume', 'kept.json']);
  expect([stranger.code, stranger.err.includes('belongs to another program')]).toEqual([5, true]);
  file('rubbish.json', '{"v":1');
  expect((await flux(['run', source, '--resume', 'rubbish.json'])).code).toBe(2);
  expect((await flux(['run', source, '--save', 'x.json', '--trace'])).code).toBe(2);
});

test('a class and two named runtimes are selected', async () => {
  const { code, out } = await flux([
    ...['conformance', '--tier', 'P0', '--runtimes', 'interpreter,compiled', '--compare'],
  ]);
  expect([code, /(\d+)\/\1 agree across 2 runtimes/.test(out)]).toEqual([0, true]);
});
