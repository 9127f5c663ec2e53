import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type MachineName, StackProgram } from '../../src/flux/index.ts';
import { LOOKUP_STEPS } from '../../src/flux/program-cache.ts';
import { cached as cachedRegister } from '../../src/flux/register/compile/cache.ts';
import { cached as cachedStack } from '../../src/flux/stack/compile/cache.ts';
import { median, report, spread } from '../timing/rounds.ts';
import { coldLoop, LOOP_STEPS, type Path, runOn } from './machines.ts';

const ROUNDS = 11;
const PROGRAMS = 15;
const NEW_PROCESSES = 9;
/** What waiting for thirty times the time of compiling promises, with what measuring loses. */
const NEVER_SLOWER = 1.05;
const WANTED_RATE = 1e9;

/** The steps of a first run that ends right after its program has been compiled: the worst it can do. */
export function stepsJustCompiled(machine: MachineName, code: Uint8Array): number {
  const known =
    machine === 'register' ? cachedRegister(code) : cachedStack(new StackProgram(code), 'i');
  return LOOKUP_STEPS + known.stepsToHot! + 1000;
}

/** Seconds for about so many steps of a loop. */
export function secondsFor(machine: MachineName, code: Uint8Array, steps: number, path: Path) {
  return runOn[machine](code, Math.ceil(steps / LOOP_STEPS[machine]), path).seconds;
}

interface Way {
  readonly path: Path;
  /** Answers a program to run. */
  readonly program: () => Uint8Array;
}

/** Of each round, the median time of one way over that of interpreting new programs. */
function overInterpreting(machine: MachineName, steps: () => number, way: Way): readonly number[] {
  return Array.from({ length: ROUNDS }, () => {
    const interpreted: number[] = [];
    const other: number[] = [];
    for (let nth = 0; nth < PROGRAMS; nth += 1) {
      const count = steps();
      interpreted.push(secondsFor(machine, coldLoop(machine), count, 'interpreter'));
      other.push(secondsFor(machine, way.program(), count, way.path));
    }
    return median(other) / median(interpreted);
  });
}

function reportOver(name: string, quotients: readonly number[]): void {
  report(`${name}, of interpreting it`, spread(quotients), median(quotients) <= NEVER_SLOWER);
}

/** Short runs: what compiling on the way costs a new program and gains a known one. */
export function benchShort(machine: MachineName): void {
  const fresh = () => coldLoop(machine);
  const itself = overInterpreting(machine, () => 12_000, { path: 'interpreter', program: fresh });
  report(`${machine}, 12,000 steps: interpreting, beside itself`, spread(itself));
  for (const steps of [12_000, 120_000, 1_200_000]) {
    const name = `${machine}, ${steps.toLocaleString('en')} steps`;
    const plain = Array.from({ length: ROUNDS }, () =>
      secondsFor(machine, fresh(), steps, 'interpreter'),
    );
    report(
      `${name}: interpreted, us`,
      spread(
        plain.map((each) => each * 1e6),
        0,
      ),
    );
    const count = () => steps;
    reportOver(
      `${name}: first run`,
      overInterpreting(machine, count, { path: 'auto', program: fresh }),
    );
    const known = fresh();
    secondsFor(machine, known, steps, 'compiled');
    const again = { path: 'auto', program: () => known } as const;
    reportOver(`${name}: known program`, overInterpreting(machine, count, again));
  }
}

/** First runs that are compiled on their way: the worst of them, and a long one. */
export function benchCompiledOnTheWay(machine: MachineName): void {
  const fresh = () => coldLoop(machine);
  const worst = () => stepsJustCompiled(machine, fresh());
  reportOver(
    `${machine}: first run that ends once compiled`,
    overInterpreting(machine, worst, { path: 'auto', program: fresh }),
  );
  const quotients = Array.from(
    { length: NEW_PROCESSES },
    () => inNewProcess(machine, 'auto') / inNewProcess(machine, 'interpreter'),
  );
  reportOver(`${machine}: the same in a new process`, quotients);
  const rates = Array.from({ length: 3 }, () => 1e9 / secondsFor(machine, fresh(), 1e9, 'auto'));
  report(
    `${machine}, first run of 1,000 million steps, million/s`,
    spread(
      rates.map((each) => each / 1e6),
      0,
    ),
    median(rates) >= WANTED_RATE,
  );
}

function inNewProcess(machine: MachineName, path: Path): number {
  const script = join(import.meta.dirname, 'new-process.ts');
  const { stdout } = spawnSync(process.execPath, [script, machine, path], { encoding: 'utf8' });
  return Number(stdout);
}
