import { type MachineName, runStack } from '../../src/flux/index.ts';
import { median, report, spread } from '../timing/rounds.ts';
import type { Kernel } from './kernels.ts';
import { limits, type Path, runOn, timed } from './machines.ts';
import { compileC, hasCommand, runPython } from './native.ts';
import { registerKernel } from './register-kernels.ts';
import { stackKernel } from './stack-kernels.ts';

/** Instructions a second that are wanted of each path, and of compiled code that asks for its meters. */
const WANTED = { interpreter: 100e6, compiled: 1000e6, metered: 200e6 } as const;

const kernelOf: Readonly<Record<MachineName, (name: string) => Uint8Array>> = {
  stack: stackKernel,
  register: registerKernel,
};

function reportRates(name: string, rates: readonly number[], wanted?: number): void {
  const holds = wanted === undefined ? undefined : median(rates) >= wanted;
  report(
    `${name}, million/s`,
    spread(
      rates.map((each) => each / 1e6),
      0,
    ),
    holds,
  );
}

function compareResult(name: string, found: number, expected: number): void {
  if (found !== expected) report(`${name} gives ${found}, not ${expected}`, '', false);
}

/** A kernel on one machine beside C and Python; instructions are those of the machine. */
export function benchKernel(machine: MachineName, kernel: Kernel, rounds: number): void {
  const code = kernelOf[machine](kernel.name);
  const run = (path: Path, times: number) => runOn[machine](code, times, path);
  const rates = {
    ...{ interpreter: [] as number[], compiled: [] as number[] },
    ...{ c: [] as number[], python: [] as number[] },
  };
  const whole = run('compiled', kernel.rounds);
  const part = run('compiled', kernel.pythonRounds);
  run('interpreter', kernel.pythonRounds);
  const native = hasCommand('gcc') ? compileC(kernel) : undefined;
  const python = hasCommand('python3');
  for (let round = 0; round < rounds; round += 1) {
    const interpreted = run('interpreter', kernel.pythonRounds * 20);
    rates.interpreter.push(interpreted.steps / interpreted.seconds);
    const compiled = run('compiled', kernel.rounds);
    rates.compiled.push(compiled.steps / compiled.seconds);
    const c = native?.run();
    if (c) rates.c.push(whole.steps / c.seconds);
    if (c) compareResult('C', c.result, whole.result);
    const slow = python ? runPython(kernel) : undefined;
    if (slow) rates.python.push(part.steps / slow.seconds);
    if (slow) compareResult('Python', slow.result, part.result);
  }
  native?.remove();
  const name = `${machine} ${kernel.name}`;
  report(name, `${whole.steps.toLocaleString('en')} instructions`);
  reportRates(`${name}, interpreter`, rates.interpreter, WANTED.interpreter);
  reportRates(`${name}, compiled`, rates.compiled, WANTED.compiled);
  if (native) {
    reportRates(`${name}, C`, rates.c);
    const shares = rates.c.map((rate, round) => rates.compiled[round]! / rate);
    report(`${name}, time C takes, of that of compiled code`, spread(shares));
  } else report(`${name}, C`, 'skipped: no gcc here');
  if (python) reportRates(`${name}, Python`, rates.python);
  else report(`${name}, Python`, 'skipped: no python3 here');
}

/** Programs of machine S that the kernels do not show: what they do, and the stack they start with. */
export const specials = [
  {
    name: 'metered',
    about: 'fuel, clock and deadline asked for in every round of nine',
    starts: { interpreter: 500_000, compiled: 50_000_000 },
    wanted: WANTED.metered,
  },
  {
    name: 'recursion',
    about: 'a routine that calls itself twice',
    starts: { interpreter: 25, compiled: 33 },
    wanted: undefined,
  },
] as const;

export function benchSpecial(special: (typeof specials)[number], rounds: number): void {
  const { name, about, starts, wanted } = special;
  const code = stackKernel(name);
  const rate = (path: 'interpreter' | 'compiled') => {
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
  report(`stack ${name}`, about);
  reportRates(`stack ${name}, interpreter`, rates.interpreter);
  reportRates(`stack ${name}, compiled`, rates.compiled, wanted);
}
