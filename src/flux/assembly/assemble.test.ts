import { expect, test } from 'vitest';
import { assemble, FluxError, parseHex, readAssembly, toHex } from '../index.ts';

const hex = (source: string): string => toHex(assemble(source).code);
const mistakes = (source: string): readonly string[] =>
  readAssembly(source).problems.map((each) => `${each.line}:${each.column} ${each.message}`);

test('the sample of the stack grammar', () => {
  expect(hex('push 5\npush 7\nadd\nhalt')).toBe('550500000055070000001000');
});

test('the samples of the register grammar', () => {
  expect(hex('MOVI R0, 42\nHALT')).toBe('18002a00');
  expect(hex('MOVI R0,0\nJMP R0,target\nHALT\ntarget: MOVI R0,99\nHALT')).toBe(
    '180000430001000018006300',
  );
});

test('a jump needs no register, and an immediate may repeat its register', () => {
  expect(hex('loop: ADDI R1, R1, 2\nJMP loop')).toBe(hex('loop: ADDI R1, 2\nJMP R0, loop'));
  expect(hex('f: RET\nMOVI R0, 1\nCALL f')).toBe('02180001' + '4500f8ff');
});

test('a branch on a register to a label is the long branch, on a register the computed one', () => {
  expect(hex('x: JZ R1, x')).toBe('e101fcff');
  expect(hex('JZ R1, R2')).toBe('3c010200');
});

test('LOOP with a label counts backwards', () => {
  expect(hex('MOVI R1, 5\nbody: INC R2\nLOOP R1, body\nHALT')).toBe(
    '1801050802' + '46010600' + '00',
  );
});

test('Markdown is read fence by fence and keeps what it says about itself', () => {
  const source =
    '# Add\n## Two numbers\nversion: 3\nauthor: Ada\n```flux\nPUSH 1\n```\ntext\n```\nHALT\n```';
  const { program, document } = readAssembly(source);
  expect(toHex(program?.code ?? new Uint8Array())).toBe('550100000000');
  expect(document).toMatchObject({
    title: 'Add',
    description: 'Two numbers',
    version: '3',
    author: 'Ada',
  });
  expect(program?.lines.get(5)).toBe(10);
});

test('front matter names the machine', () => {
  expect(assemble('---\nmachine: register\n---\n```\nHALT\n```').machine).toBe('register');
});

test('constants, characters and sums are numbers', () => {
  expect(hex(".const BASE 0x10\nPUSH BASE+4\nPUSH 'A'\nPUSH -0b11\nHALT")).toBe(
    '5514000000' + '5541000000' + '55fdffffff' + '00',
  );
});

test('data lies in memory at its address, and labels there are numbers', () => {
  const program = assemble(
    '.data 16\ntable: .word 1, -1\nname: .text "hé\\n"\n.space 2\n.byte 255\n.code\nLOAD table+4\nPUSH name',
  );
  expect(program.data).toEqual([
    { address: 16, bytes: Uint8Array.from(parseHex('01000000ffffffff68c3a90a0000ff')) },
  ]);
  expect(toHex(program.code)).toBe('401400' + '5518000000');
});

test('labels and lines are kept for the debugger', () => {
  const program = assemble('start: PUSH 1\n\nend: HALT');
  expect(program.labels).toEqual(
    new Map([
      ['start', 0],
      ['end', 5],
    ]),
  );
  expect(program.lines).toEqual(
    new Map([
      [0, 1],
      [5, 3],
    ]),
  );
});

test('all mistakes of a source are named with line, column and what was expected', () => {
  const { problems } = readAssembly('ADD R1\nFOO R1\n  MOVI R256, 1\nADDI R1, R2, 3\nMOVI R1, 999');
  expect(problems).toEqual([
    {
      line: 1,
      column: 5,
      message: 'ADD has 1 operand, which is too few',
      expected: 'ADD rd, rs1, rs2',
    },
    {
      line: 2,
      column: 1,
      message: 'Unknown instruction: FOO',
      expected: 'an instruction of machine register',
    },
    { line: 3, column: 8, message: 'Invalid register: R256', expected: 'R0 to R255' },
    {
      line: 4,
      column: 10,
      message: 'ADDI works in one register: R2 is another one',
      expected: 'R1 again, or left out',
    },
    { line: 5, column: 10, message: '999 is out of range', expected: '-128 to 127' },
  ]);
});

test.each([
  ['ADDI16 R2, R2, 2', '1:16 ADDI16 has 3 operands, which is too many'],
  ['PUSH 1\nPUSH 1 2', '2:8 PUSH has 2 operands, which is too many'],
  ['MOVI R0, 1\nJMP nowhere', '2:5 Undefined label: nowhere'],
  ['x: PUSH 1\nx: HALT', '2:1 Duplicate label: x'],
  ['PUSH 2147483648', '1:6 2147483648 is out of range'],
  ['PUSH 1\nLOAD -4', '2:6 -4 is out of range'],
  ['PUSH 1.5', '1:6 Cannot parse operand: 1.5'],
  ['MOVI R1, "x"', '1:10 Cannot parse operand: "x"'],
  ['MOV R1, 5', '1:9 Invalid register: 5'],
  ['PUSH 1,,2', '1:8 an operand is missing before this comma'],
  ['MOVI R1,', '1:8 an operand is missing after this comma'],
  ['here: PUSH here', '1:12 here is a place in the code, which no instruction can read'],
  [
    '.data 65534\n.word 1\n.code\nPUSH 1',
    '2:1 the data ends at 65538, beyond the 65536 bytes of memory',
  ],
  ['.data 0\n.word 1\n.data 2\n.word 1\n.code\nPUSH 1', '1:1 the data at 2 overlaps the data at 0'],
  ['.data 0\nPUSH 1', '2:1 PUSH stands in the data section'],
  ['R1: HALT\nPUSH 1', '1:1 R1 is the name of a register'],
  ['.machine toaster\nPUSH 1', '1:10 toaster is no machine'],
  ['# Title\n\nno fence', '1:1 No code blocks found in FLUX markdown'],
  ['```\nPUSH 1', '1:1 this block is never closed'],
  ['; nothing', '1:1 the program is empty'],
  ['HALT\nFOO', '2:1 Unknown instruction: FOO'],
  ['HALT', '1:1 this source could be for either machine'],
])('refuses %j', (source, mistake) => {
  expect(mistakes(source)).toContain(mistake);
});

test('faulty front matter is named with its line', () => {
  const [problem] = readAssembly('---\nmachine: [\n---\n```\nPUSH 1\n```').problems;
  expect(problem).toMatchObject({ line: 2, expected: expect.stringContaining('YAML mapping') });
});

test('a program over the size limit is refused, not built', () => {
  expect(mistakes(`PUSH 1\n${'.space 65536\n'.repeat(20)}`)).toEqual([
    '17:1 the code is longer than 1048576 bytes',
  ]);
});

test('the error of assemble carries every mistake', () => {
  expect(() => assemble('PUSH\nDUP 1')).toThrow(FluxError);
  try {
    assemble('PUSH\nDUP 1\nSWAP');
  } catch (error) {
    expect(error).toMatchObject({
      code: 'flux/assembly',
      data: { problems: [{ line: 1 }, { line: 2 }] },
    });
  }
});
