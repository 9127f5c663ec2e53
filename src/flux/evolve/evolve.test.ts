import { expect, test } from 'vitest';
import { checkProgramFile, readProgramFile } from '../program-file.ts';
import { runStack } from '../stack/run.ts';
import { type EvolveOptions, evolve, type Progress } from './evolve.ts';
import { codeOf, type Genome } from './genome.ts';
import { simplify } from './simplify.ts';
import { readTarget, type Target } from './target.ts';
import { namedTargets } from './targets.ts';
import { winnerFile } from './winner-file.ts';

const targetNamed = (name: string): Target => {
  const target = namedTargets.get(name);
  if (target === undefined) throw new Error(`no target ${name}`);
  return target;
};

const search = (name: string, options: Partial<EvolveOptions> = {}) =>
  evolve({ target: targetNamed(name), seed: 1, generations: 60, population: 128, ...options });

test.each(['double', 'abs', 'max', 'sum-to-n', 'gcd'])(
  '%s is found from each of five seeds within two million evaluations, and right on machine S',
  async (name) => {
    const { heldOut } = targetNamed(name);
    for (const seed of [1, 2, 3, 4, 5]) {
      const found = await search(name, { seed, generations: 488, population: 512 });
      expect(found.evaluations).toBeLessThan(2_000_000);
      expect(found.winner?.heldOutPassed).toBe(found.winner?.heldOut);
      for (const { in: stack, out } of heldOut) {
        const { bytecode = new Uint8Array() } = found.winner ?? {};
        expect(runStack(bytecode, { stack }).stack.at(-1)).toBe(out);
      }
    }
  },
  120_000,
);

test('a seed decides the whole search, whatever the number of threads', async () => {
  const lines: Progress[][] = [[], [], []];
  const runs = [1, 1, 3].map((threads, at) =>
    search('sum-to-n', {
      generations: 12,
      threads,
      onGeneration: (progress) => lines[at]?.push(progress),
    }),
  );
  const [first, again, threaded] = await Promise.all(runs);
  expect(again).toEqual(first);
  expect(threaded).toEqual(first);
  expect(lines[1]).toEqual(lines[0]);
  expect(lines[2]).toEqual(lines[0]);
  const other = await search('sum-to-n', { generations: 12, seed: 2 });
  expect(other.evaluations).toBe(first?.evaluations);
  expect(other).not.toEqual(first);
});

test('there is one progress line for each generation, and evaluations add up', async () => {
  const lines: Progress[] = [];
  const { generations, evaluations } = await search('popcount', {
    generations: 7,
    onGeneration: (progress) => lines.push(progress),
  });
  expect(lines.map(({ generation }) => generation)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(lines.at(-1)?.evaluations).toBe(evaluations);
  expect(generations).toBe(7);
  expect(lines.every(({ fitness }) => fitness >= 0 && fitness < 1)).toBe(true);
});

test('a program that only fits the cases it saw is refuted by a held-out case, which it is then shown', async () => {
  const target = readTarget({
    name: 'fourth-power',
    cases: [
      { in: [2], out: 16 },
      { in: [2], out: 16 },
    ],
    heldOut: [
      { in: [3], out: 81 },
      { in: [5], out: 625 },
      { in: [-4], out: 256 },
    ],
  });
  const evolution = await evolve({ target, seed: 1, generations: 100, population: 256 });
  expect(evolution.shown.length).toBeGreaterThan(0);
  expect(evolution.winner?.heldOut).toBe(3 - evolution.shown.length);
  const { stack } = runStack(evolution.winner?.bytecode ?? new Uint8Array(), { stack: [7] });
  expect(stack.at(-1)).toBe(2401);
});

test('a target no program reaches ends with its generations and the best it got to', async () => {
  const cases = [3, 141, -59, 2653, 58_979, -323_846, 26_433, 83_279];
  const target = readTarget({
    name: 'noise',
    cases: cases.map((out, index) => ({ in: [index % 2], out })),
  });
  const evolution = await evolve({ target, seed: 1, generations: 5, population: 50 });
  expect(evolution).toMatchObject({ generations: 5, cases: 6 });
  expect(evolution.winner).toBeUndefined();
  expect(() => winnerFile(evolution, target)).toThrow('no program solves noise');
});

test('an aborted search stops at the next look at its islands', async () => {
  const controller = new AbortController();
  const { generations } = await search('popcount', {
    signal: controller.signal,
    onGeneration: ({ generation }) => {
      if (generation === 3) controller.abort();
    },
  });
  expect(generations).toBe(5);
});

test('the file of a winner runs, keeps its promise, and tells its lineage', async () => {
  const target = targetNamed('abs');
  const evolution = await search('abs', { population: 512 });
  const text = winnerFile(evolution, target);
  expect(checkProgramFile(readProgramFile(text)).differences).toEqual([]);
  expect(text).toContain('evolved: { target: abs, seed: 1,');
  expect(text).toMatch(/## Lineage\n\n- generation \d+: \d+ cases by /);
});

test('a winner is simplified as far as every case allows', () => {
  const { DUP, ADD, NEG, PUSH, POP, HALT } = codeOf;
  const codes = [DUP, NEG, NEG, PUSH, POP, ADD, HALT];
  const genome: Genome = { codes, operands: [0, 0, 0, 7, 0, 0, 0] };
  const { cases, steps } = targetNamed('double');
  expect(simplify(genome, { cases, steps })).toEqual({ codes: [DUP, ADD], operands: [0, 0] });
});

test.each([
  [[], 'a target is an object'],
  [{ cases: [] }, 'name is missing'],
  [{ name: 'a/b', cases: [] }, 'name is missing or unfit'],
  [{ name: 'x', cases: [] }, 'cases is no list'],
  [
    { name: 'x', about: 'y\n```\nHALT\n```', cases: Array(8).fill({ in: [1], out: 1 }) },
    'about is no line',
  ],
  [{ name: 'x', cases: [{ in: 3, out: 6 }] }, 'cases[0] has no list "in"'],
  [{ name: 'x', cases: [{ in: [1.5], out: 6 }] }, 'cases[0].in is no 32-bit whole number'],
  [{ name: 'x', cases: [{ in: [1], out: 1 }] }, '1 cases are too few'],
  [
    { name: 'x', cases: [{ in: [1], out: 1 }], heldOut: [{ in: [1, 2], out: 1 }] },
    'the cases differ in how many inputs they have',
  ],
  [{ name: 'x', cases: Array(8).fill({ in: [1], out: 1 }), steps: 0 }, 'steps is 0'],
  [{ name: 'x', cases: Array(8).fill({ in: [1], out: 1 }), opcodes: ['FLY'] }, 'opcodes holds'],
])('a faulty target is refused with its mistake: %j', (json, message) => {
  expect(() => readTarget(json)).toThrow(message);
});

test('counts that are none are refused', async () => {
  await expect(search('abs', { generations: 0 })).rejects.toThrow('generations is 0');
});
