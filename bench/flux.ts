/**
 * Speed of the FLUX machines: instructions per second of the interpreters and of compiled code on
 * five loops, beside the same loops in C (gcc -O2) and Python in the same run; then machine S with
 * fuel, clock and a deadline in its loop, and what compiling and starting cost. Figures are medians
 * of interleaved rounds with their spread.
 *
 *     node bench/flux.ts [--rounds 5] [--machine stack|register]
 */
import { parseArgs } from 'node:util';
import {
  assemble,
  type MachineName,
  runRegister,
  runStack,
  StackProgram,
  verified,
} from '../src/flux/index.ts';
import { RegisterProgram } from '../src/flux/register/compile/program.ts';
import { CompiledProgram } from '../src/flux/stack/compile/compiled-program.ts';
import { type Kernel, kernels } from './flux/kernels.ts';
import { compileC, hasCommand, runPython } from './flux/native.ts';
import { registerKernel } from './flux/register-kernels.ts';
import { stackKernel } from './flux/stack-kernels.ts';

const limits = { steps: 2 ** 45 };

type Path = 'interpreter' | 'compiled';

/** One run of a kernel: instructions, seconds and result. */
interface Sample {
  readonly steps: number;
  readonly seconds: number;
  readonly result: number;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function millions(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const text = [median(values), low, high].map((each) => (each / 1e6).toFixed(0));
  return `${text[0]} M/s (${text[1]} to ${text[2]})`;
}

function timed<T>(work: () => T): { readonly value: T; readonly seconds: number } {
  const start = performance.now();
  const value = work();
  return { value, seconds: (performance.now() - start) / 1000 };
}

const machines: Readonly<
  Record<MachineName, (name: string, path: Path, rounds: number) => Sample>
> = {
  stack: (name, path, rounds) => {
    const code = stackKernel(name);
    const { value, seconds } = timed(() => runStack(code, { stack: [rounds], limits, path }));
    return { steps: value.steps, seconds, result: value.stack.at(-1) ?? 0 };
  },
  register: (name, path, rounds) => {
    const code = registerKernel(name);
    const { value, seconds } = timed(() => runRegister(code, { ints: [0, rounds], limits, path }));
    return { steps: value.steps, seconds, result: value.ints[0] ?? 0 };
  },
};

function compareResult(name: string, found: number, expected: number): void {
  if (found !== expected) console.log(`  ${name} differs: ${found}, not ${expected}`);
}

/** A kernel on one machine beside C and Python; instructions are those of the machine. */
function benchKernel(machine: MachineName, kernel: Kernel, rounds: number): void {
  const run = machines[machine];
  const rates: Record<Path | 'c' | 'python', number[]> = {
    ...{ interpreter: [], compiled: [] },
    ...{ c: [], python: [] },
  };
  const whole = run(kernel.name, 'compiled', kernel.rounds);
  const part = run(kernel.name, 'compiled', kernel.pythonRounds);
  run(kernel.name, 'interpreter', kernel.pythonRounds);
  const native = hasCommand('gcc') ? compileC(kernel) : undefined;
  const python = hasCommand('python3');
  for (let round = 0; round < rounds; round += 1) {
    const interpreted = run(kernel.name, 'interpreter', kernel.pythonRounds * 20);
    rates.interpreter.push(interpreted.steps / interpreted.seconds);
    const compiled = run(kernel.name, 'compiled', kernel.rounds);
    rates.compiled.push(compiled.steps / compiled.seconds);
    const c = native?.run();
    if (c) rates.c.push(whole.steps / c.seconds);
    if (c) compareResult('C', c.result, whole.result);
    const slow = python ? runPython(kernel) : undefined;
    if (slow) rates.python.push(part.steps / slow.seconds);
    if (slow) compareResult('Python', slow.result, part.result);
  }
  native?.remove();
  console.log(`${machine} ${kernel.name}: ${whole.steps.toLocaleString('en')} instructions`);
  console.log(`  interpreter  ${millions(rates.interpreter)}`);
  console.log(`  compiled     ${millions(rates.compiled)}`);
  console.log(`  C            ${native ? millions(rates.c) : 'skipped: no gcc here'}`);
  console.log(`  Python       ${python ? millions(rates.python) : 'skipped: no python3 here'}`);
  const ratio = median(rates.c) / median(rates.compiled);
  if (native) console.log(`  C takes 1/${ratio.toFixed(2)} of the time of compiled code`);
}

/** Programs of machine S that the kernels do not show: what they do, and the stack they start with. */
const specials = [
  {
    name: 'metered',
    about: 'fuel, clock and deadline asked for in every round of nine instructions',
    starts: { interpreter: 500_000, compiled: 50_000_000 },
  },
  {
    name: 'recursion',
    about: 'a routine that calls itself twice',
    starts: { interpreter: 25, compiled: 33 },
  },
];

function benchSpecial({ name, about, starts }: (typeof specials)[number], rounds: number): void {
  const rate = (path: Path) => {
    const code = stackKernel(name);
    const start = { stack: [starts[path]], limits: { ...limits, fuel: 1e9 }, path };
    const { value, seconds } = timed(() => runStack(code, start));
    return value.steps / seconds;
  };
  rate('compiled');
  const rates = { interpreter: [] as number[], compiled: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    rates.interpreter.push(rate('interpreter'));
    rates.compiled.push(rate('compiled'));
  }
  console.log(`stack ${name}: ${about}`);
  console.log(`  interpreter  ${millions(rates.interpreter)}`);
  console.log(`  compiled     ${millions(rates.compiled)}`);
}

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

function benchCompile(machine: MachineName): void {
  const programs = Array.from({ length: 60 }, (_, index) => compilers[machine](1000 + index));
  for (const step of ['compile', 'verify'] as const) {
    const seconds = programs.map((each) => timed(each[step]).seconds);
    const [middle, least, first] = [median(seconds), Math.min(...seconds), seconds[0] ?? 0].map(
      (each) => (each * 1000).toFixed(2),
    );
    console.log(
      `${machine}, ${step} 1,000 instructions: ${middle} ms (least ${least}, first ${first})`,
    );
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

function benchInstances(machine: MachineName, rounds: number): void {
  const start = starters[machine]();
  const rates = Array.from({ length: rounds }, () => {
    const { seconds } = timed(() => {
      for (let index = 0; index < 5000; index += 1) start();
    });
    return 5000 / seconds;
  });
  console.log(`${machine}, machines created, run and ended: ${median(rates).toFixed(0)} a second`);
}

let seed = 0;

/** A loop nobody has seen before, of four register or six stack instructions a round. */
function coldLoop(machine: MachineName): Uint8Array {
  seed += 1;
  const source =
    machine === 'register'
      ? `MOVI16 R9, ${seed}\nloop: ADD R0, R0, R1\nXOR R2, R0, R9\nDEC R1\nLJNZ R1, loop\nHALT`
      : `PUSH ${seed}\nloop: OVER\nADD\nSWAP\nDEC\nSWAP\nJNZ loop\nHALT`;
  return assemble(source, { machine }).code;
}

/** Short runs: what compiling on the way costs a new program and gains a known one. */
function benchShort(machine: MachineName): void {
  const run = (code: Uint8Array, steps: number, path: 'auto' | 'interpreter' | 'compiled') =>
    machine === 'register'
      ? runRegister(code, { ints: [0, steps / 4], path, limits })
      : runStack(code, { stack: [steps / 6], path, limits });
  for (const steps of [1200, 12_000, 120_000, 1_200_000]) {
    const time = (path: 'auto' | 'interpreter', known: boolean) => {
      const warm = coldLoop(machine);
      if (known) run(warm, 1_200_000, 'compiled');
      const seconds = Array.from({ length: 31 }, () => {
        const code = known ? warm : coldLoop(machine);
        return timed(() => run(code, steps, path)).seconds;
      });
      return `${(median(seconds) * 1e6).toFixed(0)} us`;
    };
    const [plain, first, again] = [
      time('interpreter', false),
      ...[time('auto', false), time('auto', true)],
    ];
    console.log(
      `${machine}, ${steps} steps: interpreter ${plain}, first run ${first}, known ${again}`,
    );
  }
}

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, machine: { type: 'string' } },
});
const rounds = Number(values.rounds);
for (const machine of ['stack', 'register'] as const) {
  if (values.machine !== undefined && values.machine !== machine) continue;
  for (const kernel of kernels) benchKernel(machine, kernel, rounds);
  if (machine === 'stack') for (const each of specials) benchSpecial(each, rounds);
  benchCompile(machine);
  benchInstances(machine, rounds);
  benchShort(machine);
}
