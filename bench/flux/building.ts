import {
  assemble,
  type MachineName,
  runRegister,
  runStack,
  StackProgram,
  verified,
} from '../../src/flux/index.ts';
import { RegisterProgram } from '../../src/flux/register/compile/program.ts';
import { CompiledProgram } from '../../src/flux/stack/compile/compiled-program.ts';
import { median, report, spread } from '../timing/rounds.ts';
import { timed } from './machines.ts';

const COMPILE_MILLIS_MAX = 2;
const INSTANCES_MIN = 10_000;
const INSTANCES = 5000;

/** A program of `count` instructions with a jump in every ten. */
function longRegisterProgram(count: number): Uint8Array {
  const lines = Array.from({ length: count - 1 }, (_, index) => {
    if (index % 10 === 9) return `l${index}: LJZ R${index % 7}, l${index - 9}`;
    if (index % 10 === 0) return `l${index}: ADDI R${index % 7}, 3`;
    return `ADD R${index % 7}, R${index % 5}, R${index % 3}`;
  });
  // Labels must stand before the jumps that name them.
  return assemble([...lines, 'HALT'].join('\n'), { machine: 'register' }).code;
}

function longStackProgram(count: number): Uint8Array {
  const round = ['LOAD 0', 'PUSH 3', 'ADD', 'DUP', 'STORE 4', 'PUSH 7', 'XOR', 'SHR', 'DEC'];
  const lines = Array.from({ length: count - 2 }, (_, index) => {
    if (index % 10 === 9) return `l${index}: JZ l${index - 9}`;
    return index % 10 === 0 ? `l${index}: LOAD 0` : (round[index % 10] ?? 'NOP');
  });
  return assemble(['PUSH 1', ...lines, 'HALT'].join('\n'), { machine: 'stack' }).code;
}

const compilers: Readonly<
  Record<MachineName, (count: number) => { compile: () => unknown; verify: () => unknown }>
> = {
  stack: (count) => {
    const code = longStackProgram(count);
    return {
      compile: () => CompiledProgram.compile(code, ''),
      verify: () => verified(code, { machine: 'stack' }),
    };
  },
  register: (count) => {
    const code = longRegisterProgram(count);
    return {
      compile: () => RegisterProgram.compile(code),
      verify: () => verified(code, { machine: 'register' }),
    };
  },
};

/**
 * What compiling and verifying programs of 1,000 instructions takes, each for the first time: the
 * first 60 of the process, while the engine still optimises the compiler, and the 60 after those.
 */
export function benchCompile(machine: MachineName): void {
  const programs = Array.from({ length: 120 }, (_, index) => compilers[machine](1000 + index));
  for (const step of ['compile', 'verify'] as const) {
    const millis = programs.map((each) => timed(each[step]).seconds * 1000);
    const name = `${machine}, ${step} 1,000 instructions, ms`;
    for (const [which, of] of Object.entries({
      first: millis.slice(0, 60),
      later: millis.slice(60),
    })) {
      const holds = step === 'compile' ? median(of) < COMPILE_MILLIS_MAX : undefined;
      report(`${name}, ${which} 60`, spread(of), holds);
    }
  }
}

const starters: Readonly<Record<MachineName, () => () => unknown>> = {
  stack: () => {
    const program = new StackProgram(Uint8Array.of(0x55, 42, 0, 0, 0, 0x00));
    return () => runStack(program);
  },
  register: () => {
    const hello = Uint8Array.of(0x18, 0x00, 0x2a, 0x10, 0x00, 0x00);
    return () => runRegister(hello);
  },
};

export function benchInstances(machine: MachineName, rounds: number): void {
  const start = starters[machine]();
  const rates = Array.from({ length: rounds }, () => {
    const { seconds } = timed(() => {
      for (let index = 0; index < INSTANCES; index += 1) start();
    });
    return INSTANCES / seconds;
  });
  const name = `${machine}, machines created, run and ended, a second`;
  report(name, spread(rates, 0), median(rates) >= INSTANCES_MIN);
}
