import { performance } from 'node:perf_hooks';

/** Something to time: does its work `count` times. */
export interface Task {
  readonly name: string;
  readonly run: (count: number) => Promise<void> | void;
}

/** Microseconds an operation took, by task, one number a round. */
export type Timings = ReadonlyMap<string, readonly number[]>;

/** Runs the tasks in turn, round after round, so that what slows the machine slows them alike. */
export async function interleave(
  tasks: readonly Task[],
  { rounds, count }: { readonly rounds: number; readonly count: number },
): Promise<Timings> {
  const timings = new Map<string, number[]>();
  for (const { name, run } of tasks) {
    await run(Math.ceil(count / 4));
    timings.set(name, []);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, run } of tasks) {
      const start = performance.now();
      await run(count);
      timings.get(name)?.push(((performance.now() - start) * 1000) / count);
    }
  }
  return timings;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}

/** Of each round the quotient of two tasks; the rounds are independent, so their median is steady. */
export const quotients = (timings: Timings, one: string, other: string): readonly number[] =>
  (timings.get(one) ?? []).map(
    (value, round) => value / (timings.get(other)?.[round] ?? Number.NaN),
  );

/** `median (least to most)` of some numbers. */
export const spread = (values: readonly number[], digits = 2): string =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)})`;

/** One line of a report: a figure, and whether it is what it has to be. */
export function report(name: string, figure: string, holds?: boolean): void {
  const mark = holds === undefined ? ' ' : holds ? '+' : '-';
  process.stdout.write(`${mark} ${name.padEnd(58)} ${figure}\n`);
  if (holds === false) process.exitCode = 1;
}
