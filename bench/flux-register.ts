/**
 * Speed of machine R: instructions per second of the interpreter and of compiled code on five
 * loops, beside the same loops in C (gcc -O2) and Python in the same run; then what compiling and
 * starting cost. Figures are medians of interleaved rounds with their spread.
 *
 *     node bench/flux-register.ts [--rounds 5]
 */
import { parseArgs } from 'node:util';
import { assemble, type RegisterResult, runRegister } from '../src/flux/index.ts';
import { RegisterProgram } from '../src/flux/register/compile/program.ts';
import { type Kernel, kernels } from './flux/kernels.ts';
import { compileC, hasCommand, runPython } from './flux/native.ts';
import { registerKernel } from './flux/register-kernels.ts';

const STEPS_MAX = 2 ** 45;

interface Sample {
  readonly perSecond: number;
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

function runMachine(kernel: Kernel, path: 'interpreter' | 'compiled', rounds: number): Sample {
  const start = { ints: [0, rounds], limits: { steps: STEPS_MAX }, path };
  const { value, seconds } = timed(() => runRegister(registerKernel(kernel.name), start));
  return { perSecond: value.steps / seconds, result: value.ints[0] ?? 0 };
}

/** Instructions the kernel takes on machine R for so many rounds: the work others are measured by. */
function stepsOf(kernel: Kernel, rounds: number): RegisterResult {
  return runRegister(registerKernel(kernel.name), {
    ints: [0, rounds],
    limits: { steps: STEPS_MAX },
  });
}

function benchKernel(kernel: Kernel, rounds: number): void {
  const samples: Record<'interpreter' | 'compiled' | 'c' | 'python', number[]> = {
    interpreter: [],
    compiled: [],
    c: [],
    python: [],
  };
  const whole = stepsOf(kernel, kernel.rounds);
  const part = stepsOf(kernel, kernel.pythonRounds);
  const native = hasCommand('gcc') ? compileC(kernel) : undefined;
  for (let round = 0; round < rounds; round += 1) {
    samples.interpreter.push(runMachine(kernel, 'interpreter', kernel.pythonRounds * 20).perSecond);
    const compiled = runMachine(kernel, 'compiled', kernel.rounds);
    samples.compiled.push(compiled.perSecond);
    const c = native?.run();
    if (c) samples.c.push(whole.steps / c.seconds);
    if (c && c.result !== compiled.result) console.log(`  C differs: ${c.result}`);
    if (!hasCommand('python3')) continue;
    const python = runPython(kernel);
    samples.python.push(part.steps / python.seconds);
    if (python.result !== part.ints[0]) console.log(`  Python differs: ${python.result}`);
  }
  native?.remove();
  console.log(`${kernel.name}: ${whole.steps.toLocaleString('en')} instructions`);
  console.log(`  interpreter  ${millions(samples.interpreter)}`);
  console.log(`  compiled     ${millions(samples.compiled)}`);
  console.log(`  C            ${native ? millions(samples.c) : 'skipped: no gcc here'}`);
  console.log(`  Python       ${samples.python.length ? millions(samples.python) : 'skipped'}`);
  const ratio = median(samples.c) / median(samples.compiled);
  if (native) console.log(`  C takes 1/${ratio.toFixed(2)} of the time of compiled code`);
}

/** A program of `count` instructions with a jump in every ten. */
function longProgram(count: number): Uint8Array {
  const lines = Array.from({ length: count - 1 }, (_, index) => {
    if (index % 10 === 9) return `l${index}: LJZ R${index % 7}, l${index - 9}`;
    if (index % 10 === 0) return `l${index}: ADDI R${index % 7}, 3`;
    return `ADD R${index % 7}, R${index % 5}, R${index % 3}`;
  });
  // Labels must stand before the jumps that name them.
  return assemble([...lines, 'HALT'].join('\n'), { machine: 'register' }).code;
}

function benchCompile(rounds: number): void {
  const programs = Array.from({ length: rounds }, (_, index) => longProgram(1000 + index));
  const seconds = programs.map((code) => timed(() => RegisterProgram.compile(code)).seconds);
  const list = seconds.map((each) => (each * 1000).toFixed(2)).join(', ');
  console.log(`compile 1,000 instructions: ${(median(seconds) * 1000).toFixed(2)} ms (${list})`);
}

function benchInstances(rounds: number): void {
  const hello = Uint8Array.of(0x18, 0x00, 0x2a, 0x10, 0x00, 0x00);
  const rates = Array.from({ length: rounds }, () => {
    const { seconds } = timed(() => {
      for (let index = 0; index < 5000; index += 1) runRegister(hello);
    });
    return 5000 / seconds;
  });
  console.log(`instances: ${median(rates).toFixed(0)} a second`);
}

/** Cold runs of a program of growing length: `auto` against the interpreter alone. */
function benchShort(): void {
  const source = (seed: number) => `
      MOVI16 R9, ${seed}
loop: ADD R0, R0, R1
      XOR R2, R0, R9
      DEC R1
      LJNZ R1, loop
      HALT`;
  const seeds = Array.from({ length: 1000 }, (_, seed) => seed);
  const cold = () => assemble(source(seeds.pop() ?? 0), { machine: 'register' }).code;
  for (const steps of [1_000, 10_000, 100_000, 1_000_000]) {
    const time = (path: 'auto' | 'interpreter', known: boolean) => {
      const warm = cold();
      if (known) runRegister(warm, { ints: [0, 1_000_000], path: 'compiled' });
      const seconds = Array.from({ length: 31 }, () => {
        const code = known ? warm : cold();
        return timed(() => runRegister(code, { ints: [0, steps / 4], path })).seconds;
      });
      return median(seconds) * 1e6;
    };
    const [plain, first, again] = [
      time('interpreter', false),
      time('auto', false),
      time('auto', true),
    ];
    const text = [plain, first, again].map((each) => `${each.toFixed(0)} us`);
    console.log(`${steps} steps: interpreter ${text[0]}, first run ${text[1]}, known ${text[2]}`);
  }
}

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const rounds = Number(values.rounds);
for (const kernel of kernels) benchKernel(kernel, rounds);
benchCompile(rounds);
benchInstances(rounds);
benchShort();
