import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  baseOpcodes,
  decodeStack,
  escapeOpcodes,
  isStackFault,
  stackEscape,
  stackOpcode,
  stackOpcodeNamed,
} from '../index.ts';

const code = (...bytes: number[]) => Uint8Array.from(bytes);

test('machine S has 48 opcodes and every byte outside them is unknown', () => {
  expect(baseOpcodes).toHaveLength(48);
  const known = Array.from({ length: 256 }, (_, byte) => byte).filter(stackOpcode);
  expect(known).toEqual(baseOpcodes.map((each) => each.prefix[0]));
});

test('every opcode is found by its bytes and by its name', () => {
  for (const opcode of baseOpcodes) {
    expect(stackOpcode(opcode.prefix[0]!)).toBe(opcode);
    expect(stackOpcodeNamed(opcode.name)).toBe(opcode);
  }
  for (const opcode of escapeOpcodes) {
    expect(stackEscape(opcode.prefix[1]!, opcode.prefix[2] ?? 7)).toBe(opcode);
    expect(stackOpcodeNamed(opcode.name)).toBe(opcode);
  }
});

test('operands are little-endian and only the immediate is signed', () => {
  expect(decodeStack(code(0x55, 0xfb, 0xff, 0xff, 0xff), 0)).toMatchObject({ operands: [-5] });
  expect(decodeStack(code(0x50, 0x34, 0x92), 0)).toMatchObject({ operands: [0x9234] });
  expect(decodeStack(code(0xff, 2, 4, 0xff, 0xff, 0xff, 0xff), 0)).toMatchObject({
    operands: [4294967295],
  });
});

test('extension 0 is a NOP for id 0 and a probe for every other id', () => {
  expect(decodeStack(code(0xff, 0, 0), 0)).toMatchObject({ opcode: { name: 'EXT_NOP' }, size: 3 });
  expect(decodeStack(code(0xff, 0, 9), 0)).toMatchObject({
    opcode: { name: 'PROBE' },
    operands: [9],
    size: 3,
  });
});

test('a cut instruction and an unknown one are told apart', () => {
  expect(decodeStack(code(0x55, 1, 0), 0)).toMatchObject({ fault: 'truncated' });
  expect(decodeStack(code(0xff, 1), 0)).toMatchObject({ fault: 'truncated' });
  expect(decodeStack(code(0x42, 0, 0), 0)).toMatchObject({ fault: 'unknown' });
  expect(decodeStack(code(0xff, 9, 0, 0), 0)).toMatchObject({ fault: 'unknown' });
});

test('any bytes decode to an instruction inside the code or to a fault', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 12 }), (bytes) => {
      const decoded = decodeStack(bytes, 0);
      if (!isStackFault(decoded)) expect(decoded.size).toBeLessThanOrEqual(bytes.length);
    }),
  );
});
