import { expect, test } from 'vitest';
import { assemble } from '../../index.ts';
import { registerMachine } from '../machine.ts';
import { cached, compiledNow, compiledWhenHot } from './cache.ts';

/** A loop of `rounds` that no other program equals. */
function counting(seed: number): Uint8Array {
  const source = `MOVI16 R2, ${seed}\nloop: ADD R0, R0, R2\nDEC R1\nLJNZ R1, loop\nHALT`;
  return assemble(source, { machine: 'register' }).code;
}

test('a program is compiled once, whoever holds its bytes', () => {
  const code = counting(1);
  const program = compiledNow(code);
  expect(program).toBeDefined();
  expect(compiledNow(code.slice())).toBe(program);
  expect(compiledNow(counting(2))).not.toBe(program);
});

test('what ends soon is never compiled, what runs long is, counted over all its runs', () => {
  const code = counting(3);
  const run = (rounds: number) => {
    const machine = registerMachine(code, { ints: [0, rounds] });
    return { program: compiledWhenHot(code, machine, 10_000_000), machine };
  };
  const wanted = cached(code).stepsToHot!;
  const short = run(1000);
  expect([short.program, short.machine.ending]).toEqual([undefined, 'halt']);
  expect(cached(code).stepsToHot).toBe(wanted - short.machine.cycles);
  cached(code).countInterpreted(wanted - short.machine.cycles - 5000);
  const long = run(1_000_000);
  expect(long.program).toBeDefined();
  expect([long.machine.ending, long.machine.cycles]).toEqual([undefined, 5000]);
  // Known as hot now: not one cycle of the next run is interpreted here.
  expect(run(1_000_000).machine.cycles).toBe(0);
});

test('only the programs used last are kept', () => {
  const first = counting(100);
  const program = compiledNow(first);
  for (let seed = 101; seed < 101 + 256; seed += 1) compiledNow(counting(seed));
  expect(compiledNow(first)).not.toBe(program);
});
