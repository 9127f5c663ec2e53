import { expect, test } from 'vitest';
import { stackStart } from '../../conformance/runtime.ts';
import {
  assemble,
  baseOpcodes,
  builtinSuite,
  runStack,
  StackProgram,
  type StackResult,
  type StackStart,
  type ValueInput,
} from '../../index.ts';
import { cached } from './cache.ts';
import { compileStack } from './compile.ts';

const code = (...lines: string[]) => assemble(lines.join('\n'), { machine: 'stack' }).code;

function expectEqualPaths(bytes: Uint8Array, start: () => StackStart): StackResult {
  const interpreted = runStack(bytes, { ...start(), path: 'interpreter' });
  const compiled = runStack(bytes, { ...start(), path: 'compiled' });
  expect({ ...compiled, memory: undefined }).toEqual({ ...interpreted, memory: undefined });
  expect(Buffer.compare(compiled.memory, interpreted.memory)).toBe(0);
  return compiled;
}

const edges: readonly ValueInput[] = [
  ...[0, 1, 2, -1, -7, 31, 33, 65_532, 65_533, 46_341, 2_147_483_647, -2_147_483_648],
  ...[0, 1, -0.5, 2, Number.NaN, Number.POSITIVE_INFINITY].map((float) => ({ float })),
];

test('every opcode treats every pair of edge values as the interpreter does', () => {
  for (const { name, prefix, operands } of baseOpcodes) {
    if (operands.length > 0) continue;
    const bytes = Uint8Array.from([...prefix, 0x52, 5, 0, 0x00, 0x02]);
    for (const a of edges) {
      for (const b of edges) {
        expect(expectEqualPaths(bytes, () => ({ stack: [a, b] })).ending, name).toBeDefined();
      }
    }
  }
});

test('every vector of machine S shows the same compiled', () => {
  for (const suite of ['v2', 'v3'] as const) {
    for (const vector of builtinSuite(suite).vectors) {
      expectEqualPaths(vector.code, () => stackStart(vector));
    }
  }
});

test('a long run is compiled on its way and ends as one that is not', () => {
  const sum = code('PUSH 0', 'PUSH 100000', 'loop: SWAP', 'OVER', 'ADD', 'SWAP', 'DEC', 'JNZ loop');
  const limits = { steps: 1_000_000 };
  const known = cached(new StackProgram(sum), '');
  known.countInterpreted(known.stepsToHot! - 50_000);
  const result = runStack(sum, { limits });
  expect(known.stepsToHot).toBe(0);
  expect(result).toEqual(runStack(sum, { limits, path: 'interpreter' }));
  expect(result).toMatchObject({ ending: 'end', stack: [705082704, 0], steps: 600_002 });
});

test('limits and fuel stop compiled code at the exact instruction', () => {
  const loop = code('PUSH 0', 'loop: INC', 'DUP', 'STORE 8', 'JMP loop');
  for (let steps = 0; steps < 40; steps += 1) {
    expectEqualPaths(loop, () => ({ limits: { steps } }));
    expectEqualPaths(loop, () => ({ limits: { fuel: steps } }));
  }
});

test('a value of a kind nobody expected is left to the interpreter', () => {
  const listen = code(
    ...['LISTEN 1', 'PUSH 2', 'MUL', 'STORE 0', 'LISTEN 1', 'PUSH 1', 'FADD', 'CONF_SET', 'HALT'],
  );
  expectEqualPaths(listen, () => ({ channels: { 1: [3, { float: 0.5 }] } }));
  expectEqualPaths(listen, () => ({ channels: { 1: [{ float: 0.5 }] } }));
});

test('a program that leaves stacks of different shape at one address still runs', () => {
  const pushing = code('PUSH 300', 'loop: DUP', 'DEC', 'JNZ loop', 'HALT');
  const { stack } = expectEqualPaths(pushing, () => ({ limits: { steps: 5000 } }));
  expect(stack).toHaveLength(301);
});

test('recursion is compiled with its values in memory, within both limits', () => {
  const fibonacci = code(
    ...['PUSH 12', 'CALL fib', 'HALT', 'fib: DUP', 'PUSH 2', 'LT', 'POP', 'JZ more', 'RET'],
    ...['more: DUP', 'DEC', 'CALL fib', 'SWAP', 'PUSH 2', 'SUB', 'CALL fib', 'ADD', 'RET'],
  );
  expect(compileStack(fibonacci, '')?.values).toBe('memory');
  expect(expectEqualPaths(fibonacci, () => ({})).stack).toEqual([144]);
  for (const limit of [1, 5, 10, 12, 13, 14]) {
    expectEqualPaths(fibonacci, () => ({ limits: { callDepth: limit } }));
    expectEqualPaths(fibonacci, () => ({ limits: { stackDepth: limit } }));
    expectEqualPaths(fibonacci, () => ({ limits: { steps: limit * 50 } }));
  }
});

test('routines called from several places return to each of them', () => {
  const calls = code(
    ...['PUSH 5', 'CALL square', 'CALL square', 'STORE 0', 'PUSH 3', 'CALL square', 'HALT'],
    ...['square: DUP', 'MUL', 'RET'],
  );
  expect(expectEqualPaths(calls, () => ({})).stack).toEqual([9]);
  for (let callDepth = 0; callDepth < 2; callDepth += 1) {
    expectEqualPaths(calls, () => ({ limits: { callDepth } }));
  }
});

test('compiled code works above whatever lies on the stack', () => {
  const add = code('ADD', 'loop: DEC', 'JNZ loop', 'POP', 'HALT');
  const stack = Array.from({ length: 100 }, (_, index) => index);
  const result = expectEqualPaths(add, () => ({ stack }));
  expect(result.stack).toEqual(stack.slice(0, 98));
});
