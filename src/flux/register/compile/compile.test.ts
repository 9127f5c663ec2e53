import assert from 'node:assert/strict';
import { expect, test } from 'vitest';
import { flowGraph } from '../../flow/flow-graph.ts';
import { assemble, runRegister } from '../../index.ts';
import { compileRegister } from './compile.ts';
import { findBlocks } from './find-blocks.ts';

function register(source: string): Uint8Array {
  return assemble(source, { machine: 'register' }).code;
}

const nested = register(`
        MOVI R2, 0
outer:  MOVI R3, 100
inner:  ADDI R0, 1
        DEC R3
        LJNZ R3, inner
        INC R2
        DEC R1
        LJNZ R1, outer
        HALT`);

/** Runs both ways and answers the result they agree on. */
function both(code: Uint8Array, start: Parameters<typeof runRegister>[1] = {}) {
  const compiled = runRegister(code, { ...start, path: 'compiled' });
  assert.deepEqual(compiled, runRegister(code, { ...start, path: 'interpreter' }));
  return compiled;
}

test('a loop in a loop has its own header and can be entered in the middle', () => {
  const { blocks, entries } = findBlocks(nested);
  const graph = flowGraph(blocks, entries)!;
  expect(graph.loops.headers.size).toBe(2);
  const inner = compileRegister(nested)!.entries.get(6);
  expect(inner).toEqual({ dispatch: 3, goal: 6 });
});

test('a long run is the same compiled, interpreted and changed over in the middle', () => {
  const start = { ints: [0, 5000], limits: { steps: 10_000_000 } };
  const { ints, steps } = both(nested, start);
  expect([ints[0], ints[2], steps]).toEqual([500_000, 5000, 1 + 5000 * 304 + 1]);
  assert.deepEqual(runRegister(nested, start), both(nested, start));
});

test('the step limit stops compiled code at exactly its instruction', () => {
  for (let steps = 0; steps < 700; steps += 1) {
    expect(both(nested, { ints: [0, 3], limits: { steps } }).steps).toBe(steps);
  }
});

test('routines return to their callers, and to wherever the stack says', () => {
  const fibonacci = register(`
       CALL fib
       HALT
fib:   MOVI R2, 2
       CMP_LT R3, R1, R2
       LJZ R3, more
       MOV R0, R1
       RET
more:  PUSH R1
       DEC R1
       CALL fib
       POP R1
       PUSH R0
       SUBI R1, 2
       CALL fib
       POP R4
       ADD R0, R0, R4
       RET`);
  expect(both(fibonacci, { ints: [0, 15] })).toMatchObject({ ending: 'halt' });
  expect(both(fibonacci, { ints: [0, 15] }).ints[0]).toBe(610);
  const pushed = register('MOVI R1, 9\nPUSH R1\nRET\nHALT\nHALT\nHALT\nHALT');
  expect(both(pushed)).toMatchObject({ ending: 'halt', pc: 10 });
});

test('a jump whose distance is in a register goes where the register says', () => {
  const loop = register(`
      MOVI R5, -9
      MOVI R1, 50
back: ADDI R0, 2
      DEC R1
      JNZ R1, R5`).slice();
  const { ints, ending } = both(loop);
  expect([ints[0], ending]).toEqual([100, 'end']);
  // A distance the program never loads: into the middle of an instruction.
  expect(both(loop, { ints: [0, 0, 0] }).ending).toBe('end');
  expect(both(Uint8Array.of(0x3c, 0, 1, 0, 0x18, 0, 0, 0x00), { ints: [0, 3] }).pc).toBe(8);
});

test('a jump back into the middle of a loop from outside goes through the dispatcher', () => {
  const tangled = register(`
      MOVI R1, 40
      LJNZ R1, b
a:    ADDI R0, 1
      DEC R1
b:    ADDI R0, 3
      DEC R1
      LJGT R1, a
      HALT`);
  expect(both(tangled)).toMatchObject({ ending: 'halt' });
});

test('a host can run a compiled program while one is running', () => {
  const asking = register('MOVI R1, 3\nloop: ASK R0, R1, R1\nDEC R1\nLJNZ R1, loop\nHALT');
  const send = () => runRegister(nested, { ints: [0, 7], path: 'compiled' }).ints[0] ?? 0;
  expect(runRegister(asking, { host: { send }, path: 'compiled' }).ints[0]).toBe(700);
});

test('what is too large or nested too deep is left to the interpreter', () => {
  const large = new Uint8Array(5000).fill(0x01);
  expect(compileRegister(large)).toBeUndefined();
  expect(both(large)).toMatchObject({ ending: 'end', steps: 5000 });
  const deep = register(
    [
      ...Array.from({ length: 40 }, (_, index) => `l${index}: INC R${index}`),
      ...Array.from({ length: 40 }, (_, index) => `LJZ R200, l${39 - index}`),
      'HALT',
    ].join('\n'),
  );
  expect(compileRegister(deep)).toBeUndefined();
  expect(both(deep, { limits: { steps: 500 } }).ending).toBe('step-limit');
});

test('the largest float operations agree, beyond the range of an i32 too', () => {
  const convert = register('FTOI R0, R0\nFTOI R1, R1\nFTOI R2, R2\nFTOI R3, R3\nHALT');
  const { ints } = both(convert, { floats: [2 ** 31, -(2 ** 31) - 1, Number.NaN, -2.9] });
  expect([...ints.subarray(0, 4)]).toEqual([-(2 ** 31), 2 ** 31 - 1, 0, -2]);
  const divide = register('DIV R0, R1, R2\nMOD R3, R1, R2\nABS R4, R1\nHALT');
  expect([...both(divide, { ints: [0, -(2 ** 31), -1] }).ints.subarray(0, 5)]).toEqual([
    -(2 ** 31),
    -(2 ** 31),
    -1,
    0,
    -(2 ** 31),
  ]);
});
