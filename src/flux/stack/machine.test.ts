import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FluxError, runStack, type StackStart, stackMachine } from '../index.ts';

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(' ', ''));
const run = (text: string, start?: StackStart) => runStack(hex(text), start);
const vectors = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../test/vectors/flux/${name}`, import.meta.url), 'utf8'));

const push = (value: number) => {
  const bytes = new Uint8Array(5);
  new DataView(bytes.buffer).setInt32(1, value, true);
  bytes[0] = 0x55;
  return bytes.toHex();
};

describe('programs with known results', () => {
  const { programs } = vectors('programs.json') as {
    programs: { name: string; machine: string; bytecode: string; expected: object }[];
  };
  for (const { name, bytecode, expected } of programs.filter((each) => each.machine === 'stack')) {
    test(name, () => {
      expect(run(bytecode)).toMatchObject(expected);
    });
  }
});

describe('flags', () => {
  const flags: readonly (readonly [
    name: string,
    a: number,
    b: number,
    opcode: string,
    flags: number,
  ])[] = [
    ['5 + -5', 5, -5, '10', 0x05],
    ['max + 1 wraps and sets no overflow', 2147483647, 1, '10', 0x02],
    ['3 - 10', 3, -10 + 20, '11', 0x06],
    ['-1 - 1', -1, 1, '11', 0x02],
    ['-1 / 1', -1, 1, '13', 0x06],
    ['7 / 2', 7, 2, '13', 0x00],
    ['-6 / -2 has two negative operands and a positive result', -6, -2, '13', 0x0c],
    ['min / -1 wraps to min', -2147483648, -1, '13', 0x0e],
    ['7 % -3', 7, -3, '14', 0x06],
    ['46341 * 46341 leaves i32', 46341, 46341, '12', 0x0a],
    ['65536 * 65536 leaves u32', 65536, 65536, '12', 0x0d],
    ['-3 * -4', -3, -4, '12', 0x04],
    ['2 == 3 is false, which is zero', 2, 3, '20', 0x01],
    ['-8 >> 1', -8, 1, '35', 0x02],
  ];
  for (const [name, a, b, opcode, expected] of flags) {
    test(name, () => {
      expect(run(`${push(a)}${push(b)}${opcode}00`).flags).toBe(expected);
    });
  }

  test('one operand: NEG, INC and DEC', () => {
    expect(run(`${push(-2147483648)}1500`)).toMatchObject({ stack: [-2147483648], flags: 2 });
    expect(run(`${push(-1)}1600`)).toMatchObject({ stack: [0], flags: 5 });
    expect(run(`${push(0)}1700`)).toMatchObject({ stack: [-1], flags: 6 });
  });

  test('the stack, memory, jumps and floats leave the flags alone', () => {
    const zero = `${push(1)}${push(1)}11`;
    expect(run(`${zero}${push(3)}6061566241000040000070800090010100`).flags).toBe(1);
  });
});

describe('arithmetic', () => {
  const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  const binary = (opcode: string, a: number, b: number) =>
    run(`${opcode}00`, { stack: [a, b] }).stack[0];

  test('is exact modulo 2^32, with floored modulo and truncated division', () => {
    fc.assert(
      fc.property(int, int, (a, b) => {
        const [x, y] = [BigInt(a), BigInt(b)];
        const wrap = (value: bigint) => Number(BigInt.asIntN(32, value));
        expect(binary('10', a, b)).toBe(wrap(x + y));
        expect(binary('11', a, b)).toBe(wrap(x - y));
        expect(binary('12', a, b)).toBe(wrap(x * y));
        if (b === 0) return;
        expect(binary('13', a, b)).toBe(wrap(x / y));
        expect(binary('14', a, b)).toBe(wrap(((x % y) + y) % y));
      }),
    );
  });

  test('takes no floats, but comparisons and bit operations do', () => {
    const start: StackStart = { stack: [{ float: 2 }, 2] };
    for (const opcode of ['10', '11', '12', '13', '14', '15', '16', '17']) {
      const stack = Number(opcode) < 15 ? [{ float: 2 }, 2] : [{ float: 2 }];
      expect(run(opcode, { stack }).trap?.kind, opcode).toBe('TypeMismatch');
    }
    expect(run('20', start).stack).toEqual([1]);
    expect(run('32', { stack: [{ float: -2.9 }, 1] }).stack).toEqual([-1]);
    expect(run('31', { stack: [{ float: 4294967297 }, 0] }).stack).toEqual([1]);
    expect(run('33', { stack: [{ float: Number.NaN }] }).trap?.kind).toBe('TypeMismatch');
  });

  test('floats are IEEE 754 and only their division by zero traps', () => {
    expect(run('72', { stack: [1e300, 1e300] }).stack).toEqual([Number.POSITIVE_INFINITY]);
    expect(run('71', { stack: [Infinity, Infinity] }).stack).toEqual([Number.NaN]);
    expect(run('73', { stack: [1, 0] }).trap?.message).toBe('Float division by zero');
  });
});

describe('endings', () => {
  test('are told apart', () => {
    expect(run('00')).toMatchObject({ ending: 'halt', halted: true, steps: 1 });
    expect(run('02')).toMatchObject({ ending: 'break', halted: false, steps: 1 });
    expect(run('')).toMatchObject({ ending: 'end', steps: 0 });
    expect(run('01')).toMatchObject({ ending: 'end', steps: 1 });
    expect(run('50ff00')).toMatchObject({ ending: 'end', pc: 255, steps: 1 });
    expect(run('500000')).toMatchObject({ ending: 'step-limit', steps: 100_000 });
    expect(run('500000', { limits: { fuel: 7 } })).toMatchObject({ ending: 'fuel', steps: 7 });
    expect(run('56')).toMatchObject({ ending: 'trap', steps: 0 });
    expect(run('ff030007')).toMatchObject({ ending: 'suspended', suspendedOn: 7, steps: 1 });
  });

  test('a HALT as the last step allowed is a HALT, and so is the end of the code', () => {
    expect(run('0100', { limits: { steps: 2 } }).ending).toBe('halt');
    expect(run('0101', { limits: { steps: 2 } }).ending).toBe('end');
    expect(run('010100', { limits: { steps: 2 } })).toMatchObject({ ending: 'step-limit', pc: 2 });
    expect(run('0100', { limits: { steps: 0 } })).toMatchObject({ ending: 'step-limit', steps: 0 });
  });
});

describe('traps', () => {
  const traps: readonly (readonly [
    name: string,
    code: string,
    trap: object,
    start?: StackStart,
  ])[] = [
    [
      'the first example of the roadmap',
      '55001c00001455001e00001601000014',
      { kind: 'StackUnderflow', pc: 5, step: 1, message: 'Stack underflow at PC=6' },
    ],
    ['SWAP with one value', `${push(1)}61`, { kind: 'StackUnderflow', pc: 5, step: 1 }],
    ['RET without CALL', '54', { kind: 'CallStackUnderflow', pc: 0, step: 0 }],
    ['endless recursion', '530000', { kind: 'CallStackOverflow', pc: 0, step: 4096 }],
    [
      'endless pushing',
      `${push(1)}500000`,
      { kind: 'StackOverflow', pc: 0, step: 131072 },
      { limits: { steps: 1_000_000 } },
    ],
    [
      'DIV by zero',
      `${push(1)}${push(0)}13`,
      { kind: 'DivisionByZero', pc: 10, message: 'Division by zero' },
    ],
    [
      'MOD by zero',
      `${push(1)}${push(0)}14`,
      { kind: 'DivisionByZero', message: 'Modulo by zero' },
    ],
    [
      'an unknown byte',
      '0142',
      { kind: 'UnknownOpcode', pc: 1, step: 1, message: 'Unknown opcode 0x42 at PC=1' },
    ],
    ['a cut PUSH', '550100', { kind: 'TruncatedInstruction', pc: 0 }],
    ['a cut escape', 'ff01', { kind: 'TruncatedInstruction', pc: 0 }],
    [
      'an unknown extension',
      'fffd00',
      {
        kind: 'UnknownOpcode',
        message: 'EXT_UNKNOWN (0xe4): EXTENSION_NOT_SUPPORTED: extension 0xfd',
      },
    ],
    [
      'an unknown temporal escape',
      'ff0177',
      { kind: 'UnknownOpcode', message: 'Unknown temporal sub-opcode 0x77' },
    ],
    [
      'LOAD past the end',
      '40fdff',
      { kind: 'MemoryOutOfBounds', message: 'Memory address out of bounds: 65533' },
    ],
    ['STORE past the end', `${push(1)}41feff`, { kind: 'MemoryOutOfBounds', pc: 5 }],
    ['PEEK at a negative address', `${push(-4)}43`, { kind: 'MemoryOutOfBounds' }],
    ['POKE past the end', `${push(65533)}${push(1)}44`, { kind: 'MemoryOutOfBounds' }],
    ['STORE of a float', '80410000', { kind: 'TypeMismatch' }],
  ];
  for (const [name, code, trap, start] of traps) {
    test(`${name} traps as data`, () => {
      expect(run(code, start)).toMatchObject({ ending: 'trap', trap });
    });
  }

  test('a trapped instruction has taken its operands and nothing else', () => {
    expect(run(`${push(9)}${push(1)}${push(0)}13`)).toMatchObject({ stack: [9], pc: 15, flags: 0 });
    expect(run(`${push(1)}61`).stack).toEqual([]);
  });
});

describe('state beside the stack', () => {
  test('channels are first in, first out, and an empty one gives 0', () => {
    const code = `${push(1)}9001${push(2)}9101${push(3)}9002 9201 9203`;
    const { stack, channels } = run(code);
    expect(stack).toEqual([1, 0]);
    expect(channels).toEqual(
      new Map([
        [1, [{ kind: 'int', value: 2 }]],
        [2, [{ kind: 'int', value: 3 }]],
      ]),
    );
  });

  test('confidence stays between 0 and 1', () => {
    expect(run('81 80', { stack: [7] }).stack).toEqual([1]);
    expect(run('81 82 80', { stack: [0.5, 0.5] })).toMatchObject({
      stack: [0.25],
      confidence: 0.25,
    });
    expect(run('81 80', { stack: [Number.NaN] }).stack).toEqual([0]);
  });

  test('ROT and OVER move floats with their kind', () => {
    const { values } = run('63 62', { stack: [{ float: 1 }, 2, { float: 3 }] });
    expect(values).toEqual([
      { kind: 'int', value: 2 },
      { kind: 'float', value: 3 },
      { kind: 'float', value: 1 },
      { kind: 'float', value: 3 },
    ]);
  });

  test('memory starts as asked and is little-endian', () => {
    const memory = [{ address: 8, bytes: Uint8Array.of(1, 2, 0, 128) }];
    expect(run('400800', { memory }).stack).toEqual([-2147483135]);
  });
});

test('a machine stopped between any two instructions ends as one that runs through', () => {
  const code = hex('550c0000005309000060550100000023511b0056565501000000545660175309001254');
  const whole = runStack(code);
  const machine = stackMachine(code);
  let stops = 0;
  while (machine.advance(1) === undefined) stops += 1;
  expect(machine.run()).toEqual(whole);
  expect(stops).toBe(whole.steps - 1);
});

test('a bad start is a tagged error', () => {
  const bad: readonly StackStart[] = [
    { limits: { steps: -1 } },
    { limits: { stackDepth: 1e9 } },
    { limits: { stackDepth: 1 }, stack: [1, 2] },
    { memory: [{ address: 65_535, bytes: Uint8Array.of(1, 2) }] },
  ];
  for (const start of bad) expect(() => run('00', start)).toThrow(FluxError);
  expect(() => runStack(new Uint8Array(10_000_000))).toThrow(/at most 1048576 bytes/);
});

test('random bytes run to an ending and never throw', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 40 }),
      fc.array(fc.double(), { maxLength: 4 }),
      (code, stack) => {
        const { ending, steps } = runStack(code, { stack, limits: { steps: 500 } });
        expect(steps).toBeLessThanOrEqual(500);
        expect(ending).toBeTypeOf('string');
      },
    ),
    { numRuns: 2000 },
  );
});
