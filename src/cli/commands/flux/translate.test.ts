import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { datumInProcess } from '../../../../test/in-process.ts';

const cwd = mkdtempSync(join(tmpdir(), 'flux-translate-'));

const flux = (argv: readonly string[], stdin: string | Uint8Array = '') =>
  datumInProcess(['flux', ...argv], {
    cwd,
    stdin: async () => Buffer.from(stdin).toString('utf8'),
    stdinBytes: async () => Buffer.from(stdin),
  });

const sum = ['--bytecode', '550500000055070000001000'];

test('a stack program becomes a register program, and both are run', async () => {
  const { code, out } = await flux(['translate', ...sum]);
  expect([code, out.includes('ADD R0, R0, R1')]).toEqual([0, true]);
  expect(out).toContain('machine stack ends with halt after 4 steps');
  expect(out).toContain('both were run from 1 start: AGREE');
});

test('what it prints is source, and what it writes is a program', async () => {
  const { out } = await flux(['translate', ...sum, '-o', 'sum.fluxc']);
  writeFileSync(join(cwd, 'sum.flux'), out);
  const packed = (await flux(['run', 'sum.fluxc', '--format', 'json'])).out;
  const source = (await flux(['run', 'sum.flux', '--format', 'json'])).out;
  expect(JSON.parse(source)).toEqual(JSON.parse(packed));
  expect(JSON.parse(packed)).toMatchObject({ registers: { R0: 12 }, ending: 'halt' });
});

test('a register program with data becomes a stack program with the same data', async () => {
  const source =
    '.data 8\n.word 40\n.code\nMOVI R1, 8\nLOADOFF R0, R1, 0\nADDI R0, 2\nPUSH R0\nHALT';
  const { code, out } = await flux(['translate', '-', '-o', 'data.fluxc'], source);
  expect([code, out.includes('.data 8')]).toEqual([0, true]);
  expect(out).toContain('both were run from 9 starts: AGREE');
  expect((await flux(['run', 'data.fluxc'])).out).toContain('stack [42]');
});

test('a translation answers as JSON', async () => {
  const { out } = await flux(['translate', ...sum, '--format', 'json']);
  expect(JSON.parse(out)).toMatchObject({
    from: 'stack',
    to: 'register',
    verdict: 'AGREE',
    endings: ['halt', 'halt'],
    correspondence: { depth_register: 252 },
  });
});

test.each([
  [['--stack', '1.5'], 'PUSH 1\nADD\nHALT', 2, '1.5 in --stack is no 32-bit integer'],
  [['--to', 'stack'], 'PUSH 1\nHALT', 2, 'for machine stack already'],
  [['--to', 'abacus'], 'PUSH 1\nHALT', 2, 'abacus is no runtime'],
  [['--from', 'stack', '--to', 'go'], 'PUSH 1\nHALT', 2, 'stack is no runtime'],
  [['--from', 'python', '--to', 'python'], '', 2, 'python to python changes nothing'],
  [['--to', 'go'], '.data 8\n.word 1\n.code\nHALT', 2, 'raw bytecode cannot hold the data'],
  [[], 'PUSH 1\nPUSH 2\nFADD\nHALT', 1, '0x000A: FADD has no equal on machine R'],
  [[], 'ADD R0, R1, R2\nSYS 0\nHALT', 1, '0x0004: SYS has no equal on machine S'],
  [[], '.data 65532\n.word 1\n.code\nMOVI R0, 1\nHALT', 1, 'where the registers lie'],
  [['--to', 'c'], 'MOVI R0, 1\nHALT', 1, '0x0000: MOVI has no exact equal in flux-os (C)'],
])(
  'translate %j is refused, with the address where there is one',
  async (argv, source, exit, message) => {
    const { code, err } = await flux(['translate', '-', ...argv], source);
    expect([code, err.includes(message)], err).toEqual([exit, true]);
  },
);

test('a program that does not end is translated but not verified', async () => {
  const argv = ['translate', '-', '--max-steps', '1000', '-o', 'never.fluxc'];
  const { code, out } = await flux(argv, 'PUSH 1\nx: JMP x');
  expect([code, out.includes('not verified: the step limit ended a run')]).toEqual([1, true]);
  expect((await flux(['run', 'never.fluxc'])).code).not.toBe(0);
});

test('bytes of other runtimes are decoded and encoded anew, from hex, a file or standard input', async () => {
  const python = '2b0105002b0207000800010280';
  writeFileSync(join(cwd, 'python.hex'), `${python}\n`);
  const given: readonly (readonly [readonly string[], Uint8Array?])[] = [
    [['--bytecode', python]],
    [['python.hex']],
    [['-'], Buffer.from(python, 'hex')],
  ];
  for (const [argv, stdin = ''] of given) {
    const { code, out } = await flux(['translate', ...argv, '--from', 'python'], stdin);
    expect([code, out.trimEnd().split('\n').at(-1)]).toEqual([0, '1801051802072000010200']);
  }
  const { err } = await flux(['translate', '--from', 'python', '--bytecode', '2d0102']);
  expect(err).toContain('0x0000: CMP sets flags');
  expect((await flux(['translate', '--coverage'])).out).toContain('python: translatable 36/256');
});

test('validate --translate verifies what a translation makes, and writes it', async () => {
  const foreign = ['--from', 'python', '--bytecode', '2b01050080'];
  const { code, out } = await flux(['validate', '--translate', ...foreign, '-o', 'five.bin']);
  expect([code, out.includes('Verified: yes')]).toEqual([0, true]);
  expect(readFileSync(join(cwd, 'five.bin')).toString('hex')).toBe('18010500');
  expect((await flux(['validate', '--translate', ...foreign, '--to', 'go'])).code).toBe(2);
});

test('binary programs pass through standard input unharmed', async () => {
  await flux(['translate', ...sum, '-o', 'sum.fluxc']);
  const packed = readFileSync(join(cwd, 'sum.fluxc'));
  expect((await flux(['run', '-'], packed)).out).toContain('registers R0=12');
});

test('a program starts as its front matter says, unless the options say otherwise', async () => {
  const source = '---\nmachine: stack\nstart: { stack: [20, 22] }\n---\n```\nADD\nHALT\n```\n';
  expect((await flux(['run', '-'], source)).out).toContain('stack [42]');
  expect((await flux(['run', '-', '--stack', '1,2'], source)).out).toContain('stack [3]');
  expect((await flux(['validate', '-'], source)).out).toContain('Verified: yes');
  expect((await flux(['translate', '-'], source)).out).toContain('9 starts: AGREE');
});
