import { performance } from 'node:perf_hooks';
import { assemble, type MachineName, runRegister, runStack } from '../../src/flux/index.ts';

export type Path = 'auto' | 'interpreter' | 'compiled';

/** One run of a program: instructions, seconds and result. */
export interface Sample {
  readonly steps: number;
  readonly seconds: number;
  readonly result: number;
}

export const limits = { steps: 2 ** 45 };

export function timed<T>(work: () => T): { readonly value: T; readonly seconds: number } {
  const start = performance.now();
  const value = work();
  return { value, seconds: (performance.now() - start) / 1000 };
}

/** Runs a program that finds its rounds on the stack or in R1 and leaves its result on top or in R0. */
export const runOn: Readonly<
  Record<MachineName, (code: Uint8Array, rounds: number, path: Path) => Sample>
> = {
  stack: (code, rounds, path) => {
    const { value, seconds } = timed(() => runStack(code, { stack: [rounds], limits, path }));
    return { steps: value.steps, seconds, result: value.stack.at(-1) ?? 0 };
  },
  register: (code, rounds, path) => {
    const { value, seconds } = timed(() => runRegister(code, { ints: [0, rounds], limits, path }));
    return { steps: value.steps, seconds, result: value.ints[0] ?? 0 };
  },
};

let seed = 0;

/** A loop nobody has seen before, of four register or six stack instructions a round. */
export function coldLoop(machine: MachineName): Uint8Array {
  seed += 1;
  const source =
    machine === 'register'
      ? `MOVI16 R9, ${seed}\nloop: ADD R0, R0, R1\nXOR R2, R0, R9\nDEC R1\nLJNZ R1, loop\nHALT`
      : `PUSH ${seed}\nloop: OVER\nADD\nSWAP\nDEC\nSWAP\nJNZ loop\nHALT`;
  return assemble(source, { machine }).code;
}

/** Instructions in a round of `coldLoop`. */
export const LOOP_STEPS: Readonly<Record<MachineName, number>> = { stack: 6, register: 4 };
