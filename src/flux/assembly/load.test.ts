import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  assemble,
  detectMachine,
  FluxError,
  loadHex,
  loadProgram,
  type MachineName,
  packProgram,
  parseHex,
  toHex,
  unpackProgram,
} from '../index.ts';

const {
  programs,
}: { programs: { name: string; machine: MachineName; bytecode: string; source: string }[] } =
  JSON.parse(
    readFileSync(new URL('../../../test/vectors/flux/programs.json', import.meta.url), 'utf8'),
  );

test.each(programs)(
  '$name assembles to its bytecode, and its bytecode is known for $machine',
  (each) => {
    expect(toHex(assemble(each.source).code)).toBe(each.bytecode);
    expect(detectMachine(parseHex(each.bytecode))).toBe(each.machine);
  },
);

test.each([
  ['10021000', 'both'],
  ['00', 'both'],
  ['fe', 'neither'],
])('the machine of %s is not guessed', (hex, message) => {
  expect(() => detectMachine(parseHex(hex))).toThrow(message);
});

test.each([
  ['', 'the bytecode is empty'],
  ['123', 'an odd number of hex digits (3)'],
  ['55 05', 'a space at position 3'],
  ['55zz', '"z" at position 3'],
  ['0x55', '"x" at position 2'],
])('the hex %j is refused', (hex, message) => {
  expect(() => loadHex(hex)).toThrow(message);
});

test('a program of 10 MB is refused', () => {
  const huge = new Uint8Array(10_000_000).fill(1);
  expect(() => loadProgram(huge, { machine: 'stack' })).toThrow('at most 1048576 bytes');
  expect(() => loadHex('00'.repeat(10_000_000))).toThrow('longer than 1048576 bytes');
  expect(() => loadProgram(new Uint8Array(10_000_000).fill(32))).toThrow('longer than 4194304');
});

test('a packed program is unpacked as it was', () => {
  const program = assemble('.data 8\n.word 7\n.code\nstart: LOAD 8\nend: HALT');
  const packed = packProgram(program);
  expect(unpackProgram(packed)).toEqual({ ...program, lines: new Map() });
  expect(loadProgram(packed)).toEqual({ ...program, lines: new Map() });
  expect(() => loadProgram(packed, { machine: 'register' })).toThrow('machine stack, not register');
});

test('the form of a container is fixed', () => {
  expect(toHex(packProgram(assemble('x: PUSH 1\nHALT')))).toBe(
    '464c5558' +
      '0200' +
      '0100' +
      '06000000' +
      '00000000' +
      '01000000' +
      'c4bcf7991a73477d1e190907c74cc70d024d3d63384820c03f5b9c5420e7c7fd' +
      '550100000000' +
      '00000000' +
      '0100' +
      '78',
  );
});

test('every changed or missing byte of a container is noticed', () => {
  const packed = packProgram(assemble('.data 8\n.word 7\n.code\nstart: LOAD 8\nHALT'));
  for (let index = 0; index < packed.length; index += 1) {
    const changed = packed.slice();
    changed[index] = (changed[index] ?? 0) ^ 0x11;
    expect(() => unpackProgram(changed)).toThrow(FluxError);
    expect(() => unpackProgram(packed.subarray(0, index))).toThrow(FluxError);
  }
});

test('a container of the Rust runtime is named', () => {
  expect(() => unpackProgram(parseHex('464c5558010000000000000000000000000000'))).toThrow(
    'version 1, the form of the Rust runtime',
  );
});
