import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeRegister,
  isRegisterFault,
  registerOpcode,
  registerOpcodeNamed,
  registerOpcodes,
} from '../index.ts';

const code = (...bytes: number[]) => Uint8Array.from(bytes);

test('machine R names 251 opcodes and executes 71 of the original ones', () => {
  expect(registerOpcodes).toHaveLength(251);
  expect(registerOpcodes.filter((each) => each.status === 'executed')).toHaveLength(71);
  expect(registerOpcodes.filter((each) => each.status === 'host')).toHaveLength(16);
  const reserved = Array.from({ length: 256 }, (_, byte) => byte).filter((b) => !registerOpcode(b));
  expect(reserved).toEqual([0x7f, 0x8f, 0xbf, 0xcf, 0xef]);
});

test('every opcode is found by its byte and by its name, and its operands fill its format', () => {
  for (const opcode of registerOpcodes) {
    expect(registerOpcode(opcode.byte)).toBe(opcode);
    if (opcode.status === 'unimplemented') continue;
    expect(registerOpcodeNamed(opcode.name)).toBe(opcode);
    const width = opcode.operands.reduce((sum, each) => sum + each.width, 1);
    expect([opcode.name, width]).toEqual([opcode.name, opcode.size]);
  }
});

test('MOVI is signed, ADDI is unsigned, 16-bit immediates are little-endian and signed', () => {
  expect(decodeRegister(code(0x18, 1, 0xff), 0)).toMatchObject({ operands: [1, -1] });
  expect(decodeRegister(code(0x19, 1, 0xff), 0)).toMatchObject({ operands: [1, 255] });
  expect(decodeRegister(code(0x40, 2, 0xfe, 0xff), 0)).toMatchObject({ operands: [2, -2] });
  expect(decodeRegister(code(0x48, 1, 2, 0, 1), 0)).toMatchObject({ operands: [1, 2, 256] });
});

test('the operand of format C is read', () => {
  expect(decodeRegister(code(0x10, 3), 0)).toMatchObject({ operands: [3], size: 2 });
});

test('reserved, unimplemented and cut instructions are told apart', () => {
  expect(decodeRegister(code(0x7f), 0)).toMatchObject({ fault: 'unknown' });
  expect(decodeRegister(code(0x4c), 0)).toMatchObject({ fault: 'unimplemented' });
  expect(decodeRegister(code(0x20, 1), 0)).toMatchObject({ fault: 'truncated', bytes: [0x20, 1] });
});

test('any bytes decode to an instruction inside the code or to a fault', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 6 }), (bytes) => {
      const decoded = decodeRegister(bytes, 0);
      if (!isRegisterFault(decoded)) expect(decoded.size).toBeLessThanOrEqual(bytes.length);
    }),
  );
});
