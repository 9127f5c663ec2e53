import { mkdtempSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { datumInProcess } from '../../../../test/in-process.ts';

/** What must be a clear error, never a crash, a hang or a wrong number: through the command line. */
const folder = mkdtempSync(join(tmpdir(), 'flux-bad-'));

const flux = (argv: readonly string[], stdin = '') =>
  datumInProcess(['flux', ...argv], { cwd: folder, stdin: async () => stdin });

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return name;
}

test.each([
  [['--bytecode', '123'], 'odd number of hex digits'],
  [['--bytecode', '55 05'], 'a space at position 3'],
  [['--bytecode', 'xyz'], '"x" at position 1'],
  [['--bytecode', ''], 'the bytecode is empty'],
  [['--bytecode', '00', '--machine', 'toaster'], 'toaster is no machine'],
  [['--bytecode', '550100000000', '--max-steps', '-1'], '--max-steps is -1'],
  [['--bytecode', '550100000000', '--stack', '1,x'], 'x in --stack is no number'],
  [['--bytecode', '550100000000', '--registers', '4294967296'], 'has not 32 bits'],
  [[], 'a program is missing'],
  [['no-such-file.flux'], 'there is no file'],
])('run %j is refused', async (argv, message) => {
  const { code, err } = await flux(['run', ...argv]);
  expect(code).not.toBe(0);
  expect(err).toContain(message);
});

test('an endless loop ends with 1 and says why', async () => {
  const endless = file('endless.flux', 'PUSH 1\nx: JMP x');
  const { code, out } = await flux(['run', endless, '--max-steps', '5000']);
  expect(code).toBe(1);
  expect(out).toContain('step limit reached after 5000 steps');
});

test.each([
  ['a stack that grows without end', 'x: PUSH 1\nJMP x', 'StackOverflow'],
  ['calls without end', 'PUSH 1\nf: CALL f', 'CallStackOverflow'],
  ['pushes of registers without end', 'x: PUSH R1\nJMP x', 'StackOverflow'],
  ['a negative address', 'PUSH -4\nPEEK\nHALT', 'MemoryOutOfBounds'],
  ['an address past memory', 'PUSH 65533\nPUSH 1\nPOKE\nHALT', 'MemoryOutOfBounds'],
  ['a division by zero', 'PUSH 1\nPUSH 0\nDIV\nHALT', 'DivisionByZero'],
  ['a float where an integer belongs', 'PUSH 1\nPUSH 2\nFDIV\nINC\nHALT', 'TypeMismatch'],
  ['a message without a host', 'TELL R1, R2, R3\nHALT', 'NoHost'],
])('%s is a trap with its name, and ends with 1', async (_, source, trap) => {
  const { code, out } = await flux(['run', '-', '--max-steps', '1000000'], source);
  expect(code).toBe(1);
  expect(out).toContain(`${trap} at 0x`);
});

test('NaN and infinities are numbers like any other', async () => {
  const source =
    'PUSH 2\nPUSH 1\nFMUL\n.const N 20\nPUSH 0\nSTORE 0\nx: DUP\nFMUL\nLOAD 0\nINC\nSTORE 0\nLOAD 0\nPUSH N\nLT\nPOP\nJNZ x\nDUP\nDUP\nFSUB\nHALT';
  const { code, out } = await flux(['run', '-', '--format', 'json'], source);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ stack: ['Infinity', 'NaN'] });
});

const vector = {
  name: 'sys_halt',
  bytecode_hex: '00',
  initial_stack: [],
  expected_stack: [],
  expected_flags: -1,
  allow_float_epsilon: false,
  description: '',
};

test.each([
  ['wrong totals', { total_vectors: 9 }, {}],
  ['hex as a list', {}, { bytecode_hex: [0, 1] }],
  ['hex of odd length', {}, { bytecode_hex: '000' }],
  ['flags as text', {}, { expected_flags: '0x01' }],
])('a vector file with %s is refused', async (_, head, change) => {
  const suite = { version: '2.0', total_vectors: 1, vectors: [{ ...vector, ...change }], ...head };
  const { code, err } = await flux([
    'conformance',
    '--file',
    file('vectors.json', JSON.stringify(suite)),
  ]);
  expect(code).not.toBe(0);
  expect(err).toContain('[flux/');
});

const tenMegabytes = new Uint8Array(10_000_000);

test.each([
  ['run', 'a program has at most 1048576 bytes, this one has 10000000'],
  ['validate', 'a program has at most 1048576 bytes'],
  ['disasm', 'a program has at most 1048576 bytes'],
  ['debug', 'a program has at most 1048576 bytes'],
  ['translate', 'a program has at most 1048576 bytes'],
  ['asm', 'the source is longer than 4194304 characters'],
])('%s refuses ten megabytes', async (name, message) => {
  const { code, out, err } = await flux([name, file('ten.bin', tenMegabytes)]);
  expect([code, `${out}${err}`.includes(message)]).toEqual([1, true]);
});

test('a file that is empty, endless or far too long is refused before it is read', async () => {
  expect((await flux(['run', file('empty.bin', '')])).err).toContain('the program is empty');
  const device = await flux(['run', '/dev/zero']);
  expect([device.code, device.err.includes('a device, which has no end')]).toEqual([2, true]);
  const long = file('long.bin', '');
  truncateSync(join(folder, long), 3_000_000_000);
  expect((await flux(['run', long])).err).toContain('has 3000000000 bytes');
});

test.each([
  ['no program but its header', '464c5558020001000000000000000000', 'ends too early'],
  [
    'more code than there is',
    `464c555802000100ffffffff${'00'.repeat(40)}`,
    'is not what its hash says',
  ],
  ['the other runtime', '464c555801000100000000000000000000', 'the form of the Rust runtime'],
])('a packed file with %s is refused', async (_, hex, message) => {
  const { code, err } = await flux(['run', '--bytecode', hex]);
  expect([code === 0, err.includes(message)], err).toEqual([false, true]);
});

test.each([
  ['NOP\nPUSH 1\nJMP 9999\nHALT', 'JMP target 0x270F exceeds bytecode length'],
  ['PUSH 1\nJNZ 9999\nHALT', 'JNZ target 0x270F exceeds bytecode length'],
  ['NOP\nPUSH 1\nCALL 9999\nHALT', 'CALL target 0x270F exceeds bytecode length'],
  ['JMP R0, 9999\nHALT', 'JMP target 0x2713 exceeds bytecode length'],
  ['JMP R0, -9999\nHALT', 'JMP target -9995 is negative'],
])('the jump of %j past the code is refused', async (source, message) => {
  const { code, err } = await flux(['run', '-'], source);
  expect([code, err.includes(message)], err).toEqual([1, true]);
});

test('what a program prints and a source says cannot move the cursor', async () => {
  const { out } = await flux(['run', '-'], 'MOVI R0, 27\nSYS 1\nHALT');
  expect(out.split('\n')[0]).toBe('\\x1b');
  const source = file('escape.flux', 'FLY\u001b[2J R1\nADD R1, R1, R1\n');
  const wrong = await flux(['asm', source]);
  expect(wrong.code).toBe(1);
  expect(wrong.out).not.toContain('\u001b');
  const suite = await flux(['conformance', '--file', file('escape.json', '{"\u001b[2J')]);
  expect([suite.code, suite.err.includes('\u001b')]).toEqual([1, false]);
});

test('a deep stack is shown from its top', async () => {
  const { out } = await flux(['run', '-'], 'PUSH 7\nx: DUP\nJMP x');
  expect(out).toMatch(/^stack \[… 49,937 more, 7(?:, 7){63}\]\n/);
});
