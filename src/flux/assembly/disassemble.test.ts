import { expect, test } from 'vitest';
import { assemble, disassemble, listCode, parseHex, printListing } from '../index.ts';

test('targets become labels', () => {
  expect(disassemble(parseHex('16520000'), { machine: 'stack' })).toBe(
    '.machine stack\nL0000:\n  INC\n  JNZ L0000\n',
  );
});

test('data is printed as sections that assemble to the same segments', () => {
  const bytes = Uint8Array.from({ length: 20 }, (_, index) => 13 * index);
  const data = [
    { address: 8, bytes },
    { address: 65_535, bytes: Uint8Array.of(255) },
  ];
  const source = disassemble(parseHex('00'), { machine: 'register', data });
  expect(assemble(source).data).toEqual(data);
});

test('known labels keep their names', () => {
  const labels = new Map([['loop', 0]]);
  expect(disassemble(parseHex('4300fcff'), { machine: 'register', labels })).toBe(
    '.machine register\nloop:\n  JMP loop\n',
  );
});

test('what is no instruction becomes bytes', () => {
  expect(disassemble(parseHex('ee55'), { machine: 'stack' })).toBe(
    '.machine stack\n  .byte 0xee\n  .byte 0x55\n',
  );
});

test('a listing has addresses, every operand and unknown bytes', () => {
  const code = parseHex('18012a3a0102001901ff4300fcff10037f');
  expect(printListing(listCode(code, 'register'))).toBe(
    [
      '  0x0000:  MOVI R1, 42',
      '  0x0003:  MOV R1, R2, R0',
      '  0x0007:  ADDI R1, 255',
      '  0x000a:  JMP R0, -4',
      '  0x000e:  SYS 3',
      '  0x0010:  UNKNOWN_0x7F',
    ].join('\n'),
  );
});

test('a listing of machine S', () => {
  expect(printListing(listCode(parseHex('55d6ffffff511100'), 'stack'))).toBe(
    '  0x0000:  PUSH -42\n  0x0005:  JZ 17',
  );
});
