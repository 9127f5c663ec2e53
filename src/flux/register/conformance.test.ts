import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { manualClock } from '../../base/index.ts';
import { registerStart } from '../conformance/runtime.ts';
import {
  builtinSuite,
  interpreterRuntime,
  registerOpcodes,
  runConformance,
  runRegister,
} from '../index.ts';

const folder = new URL('../../../test/vectors/flux/', import.meta.url);
const suite = builtinSuite('register');

test('machine R passes its suite', async () => {
  const clock = manualClock(0);
  const report = await runConformance({ suite, runtimes: [interpreterRuntime], clock });
  const failed = report.results.filter((each) => !each.passed);
  expect(failed.map(({ vector, mistakes }) => [vector.name, ...mistakes])).toEqual([]);
});

test('every opcode that executes has at least two vectors, every trap of the machine one', () => {
  const tested = suite.vectors.map((each) => each.tests);
  for (const { name, status } of registerOpcodes) {
    if (status === 'unimplemented') continue;
    const count = tested.filter((each) => each === name).length;
    expect([name, count >= 2]).toEqual([name, true]);
  }
  const traps = new Set(suite.vectors.map((each) => each.expect.trap?.kind));
  traps.delete(undefined);
  expect([...traps].sort()).toEqual([
    'DivisionByZero',
    'HostRefused',
    'InvalidJump',
    'MemoryOutOfBounds',
    'NoHost',
    'OutputOverflow',
    'StackOverflow',
    'StackUnderflow',
    'TruncatedInstruction',
    'Unimplemented',
    'UnknownOpcode',
  ]);
});

test('every vector leaves the same compiled', () => {
  for (const vector of suite.vectors) {
    const start = registerStart(vector);
    const compiled = runRegister(vector.code, { ...start, path: 'compiled' });
    const interpreted = runRegister(vector.code, { ...start, path: 'interpreter' });
    assert.deepEqual(compiled, interpreted, vector.name);
  }
});

test('the programs of the reference leave what it says', () => {
  interface Expected {
    readonly registers: Readonly<Record<string, number>>;
    readonly output: readonly string[];
    readonly cycles: number;
    readonly halted: boolean;
    readonly error: string | null;
    readonly memory?: readonly { readonly address: number; readonly values: readonly number[] }[];
  }
  const text = readFileSync(new URL('programs.json', folder), 'utf8');
  const { programs } = JSON.parse(text) as {
    programs: { machine: string; name: string; bytecode: string; expected: Expected }[];
  };
  const mine = programs.filter((each) => each.machine === 'register');
  expect(mine).toHaveLength(15);
  for (const { bytecode, expected } of mine) {
    const result = runRegister(Uint8Array.from(Buffer.from(bytecode, 'hex')));
    const nonZero = [...result.ints].flatMap((value, index) =>
      value === 0 ? [] : [[`R${index}`, value] as const],
    );
    const registers = Object.entries(expected.registers).filter(([, value]) => value !== 0);
    expect(nonZero).toEqual(registers);
    expect(result.output).toEqual(expected.output);
    expect(result.steps).toBe(expected.cycles);
    expect(result.ending === 'halt').toBe(expected.halted);
    expect(result.trap?.message ?? null).toBe(expected.error);
    for (const { address, values } of expected.memory ?? []) {
      const words = new Int32Array(
        result.memory.slice(address, address + values.length * 4).buffer,
      );
      expect([...words]).toEqual(values);
    }
  }
});

test('a machine written in another language passes the same file', () => {
  const script = new URL('register_machine.py', folder).pathname;
  const output = execFileSync('python3', ['-B', script], { encoding: 'utf8' });
  expect(output).toBe(`${suite.vectors.length} of ${suite.vectors.length} passed\n`);
});
