import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  assemble,
  FluxError,
  loadHex,
  type MachineName,
  printResult,
  resultJson,
  runProgram,
} from './index.ts';

interface Sample {
  readonly name: string;
  readonly machine: MachineName;
  readonly source: string;
  readonly expected: {
    readonly stack?: readonly number[];
    readonly flags?: number;
    readonly steps?: number;
    readonly cycles?: number;
    readonly halted: boolean;
    readonly success?: boolean;
    readonly registers?: Readonly<Record<string, number>>;
    readonly output?: readonly string[];
  };
}

const { programs }: { programs: readonly Sample[] } = JSON.parse(
  readFileSync(new URL('../../test/vectors/flux/programs.json', import.meta.url), 'utf8'),
);

test.each(programs)('$name gives its known result', ({ source, machine, expected }) => {
  const { stack, flags, steps, cycles, halted, success, registers, output } = expected;
  const json = resultJson(runProgram(assemble(source, { machine })));
  if (machine === 'stack') expect(json).toMatchObject({ stack, flags, steps, halted });
  else expect(json).toMatchObject({ registers, cycles, halted, success, output });
});

test('a result is printed with its stack, its steps and how it ended', () => {
  expect(printResult(runProgram(loadHex('550500000055070000001000')))).toBe(
    'stack [12]\n4 steps, flags 00, halted',
  );
});

test('floats show their point, and what JSON cannot say becomes a name', () => {
  const result = runProgram(assemble('PUSH 5\nPUSH 1\nFMUL\nHALT'));
  expect(printResult(result)).toContain('stack [5.0]');
  const infinite = runProgram(assemble('FMUL\nDUP\nFSUB\nHALT'), { stack: [1e308, 1e308] });
  expect(resultJson(infinite)).toMatchObject({ stack: ['NaN'] });
});

test.each(['55001c00001455001e00001601000014', '55010c00001455001e00001601000014'])(
  'the roadmap example %s is refused before it runs',
  (hex) => {
    expect(() => runProgram(loadHex(hex))).toThrow('stack underflow at 0x0005');
  },
);

test('a refused program is a tagged error that carries the findings', () => {
  try {
    runProgram(assemble('ADD\nHALT'));
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(FluxError);
    expect(error).toMatchObject({ code: 'flux/refused', data: { findings: [{ pc: 0 }] } });
  }
});

test('an endless loop ends at the step limit and says so', () => {
  const stack = runProgram(assemble('PUSH 1\nx: JMP x'), { limits: { steps: 1000 } });
  expect(printResult(stack)).toContain('step limit reached after 1000 steps');
  expect(resultJson(stack)).toMatchObject({ ending: 'step-limit', success: false, halted: false });
  const register = runProgram(assemble('INC R1\nx: JMP x'), { limits: { steps: 1000 } });
  expect(resultJson(register)).toMatchObject({
    success: false,
    error: expect.stringContaining('Cycle budget exceeded: 1000'),
  });
});

test('what may underflow runs and traps', () => {
  const result = runProgram(assemble('PUSH 1\nx: POP\nJNZ x\nHALT'));
  expect(result).toMatchObject({ ending: 'trap', trap: { kind: 'StackUnderflow' } });
});

test('data is in memory when a program starts', () => {
  const source = '.data 100\n.word 7, 35\n.code\n';
  const stack = runProgram(assemble(`${source}LOAD 100\nLOAD 104\nADD\nHALT`));
  expect(resultJson(stack)).toMatchObject({ stack: [42] });
  const register = runProgram(assemble(`${source}MOVI R1, 100\nLOADOFF R0, R1, 4\nHALT`));
  expect(resultJson(register)).toMatchObject({ registers: { R0: 35, R1: 100 } });
});
