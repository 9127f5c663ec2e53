import { genes } from './genome.ts';
import type { Target, TargetCase } from './target.ts';

const casesOf = (
  inputs: readonly (readonly number[])[],
  model: (...values: readonly number[]) => number,
): readonly TargetCase[] => inputs.map((each) => ({ in: each, out: model(...each) }));

const ones = (...values: readonly number[]): readonly (readonly number[])[] =>
  values.map((value) => [value]);

interface Named {
  readonly about: string;
  readonly model: (...values: readonly number[]) => number;
  readonly seen: readonly (readonly number[])[];
  readonly kept: readonly (readonly number[])[];
  readonly steps?: number;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
const bits = (n: number): number => n.toString(2).replaceAll('0', '').length;
const isPrime = (n: number): boolean => {
  for (let d = 2; d < n; d += 1) if (n % d === 0) return false;
  return n > 1;
};
const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

const pairs: readonly (readonly number[])[] = [
  [12, 18],
  [7, 5],
  [48, 36],
  [9, 3],
  [3, 9],
  [17, 17],
  [100, 75],
  [8, 1],
  [21, 14],
  [6, 35],
];

const named: Readonly<Record<string, Named>> = {
  double: {
    about: 'twice a number',
    model: (n = 0) => 2 * n,
    seen: ones(0, 1, 2, 3, 7, -1, -5, 100),
    kept: ones(4, 12, -13, 999, 65_536, -70_000),
  },
  abs: {
    about: 'a number without its sign',
    model: (n = 0) => Math.abs(n),
    seen: ones(0, 1, -1, 5, -5, 42, -42, 1000, -999),
    kept: ones(2, -2, 77, -78, 65_537, -70_001),
  },
  max: {
    about: 'the larger of two numbers',
    model: (a = 0, b = 0) => Math.max(a, b),
    seen: [
      [1, 2],
      [2, 1],
      [5, 5],
      [-3, 4],
      [4, -3],
      [-7, -2],
      [-2, -7],
      [0, 9],
      [100, 99],
      [0, 0],
    ],
    kept: [
      [3, 8],
      [8, 3],
      [-5, -6],
      [-6, -5],
      [-1, 0],
      [0, -1],
      [12_345, 12_344],
      [-70_000, 70_000],
    ],
  },
  gcd: {
    about: 'the greatest common divisor of two positive numbers',
    model: (a = 0, b = 0) => gcd(a, b),
    seen: pairs,
    kept: [
      [27, 18],
      [18, 27],
      [64, 48],
      [13, 8],
      [1000, 350],
      [5, 5],
      [1, 99],
      [462, 1071],
    ],
    steps: 300,
  },
  'sum-to-n': {
    about: 'the sum of the numbers from 1 to n',
    model: (n = 0) => (n * (n + 1)) / 2,
    seen: ones(1, 2, 3, 4, 5, 7, 10, 12),
    kept: ones(6, 8, 9, 11, 20, 30),
  },
  factorial: {
    about: 'the product of the numbers from 1 to n',
    model: (n = 0) => factorial(n),
    seen: ones(1, 2, 3, 4, 5, 6, 7),
    kept: ones(8, 9, 10, 11, 12),
  },
  'is-prime': {
    about: '1 for a prime, 0 for another number from 2 on',
    model: (n = 0) => (isPrime(n) ? 1 : 0),
    seen: ones(2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 35, 37, 49),
    kept: ones(12, 14, 22, 31, 33, 39, 41, 47, 51, 53, 55, 57, 61, 65, 67, 77, 79, 85, 91, 97),
    steps: 1000,
  },
  popcount: {
    about: 'how many bits of a positive number are set',
    model: (n = 0) => bits(n),
    seen: ones(1, 2, 3, 5, 7, 8, 12, 15, 31, 64, 255),
    kept: ones(4, 6, 9, 21, 63, 100, 127, 1000, 65_535),
  },
  isqrt: {
    about: 'the whole part of the square root of a positive number',
    model: (n = 0) => Math.floor(Math.sqrt(n)),
    seen: ones(1, 2, 3, 4, 8, 9, 15, 16, 24, 25, 35, 36, 80, 81, 143, 144, 399, 400),
    kept: ones(5, 7, 10, 17, 48, 49, 63, 64, 99, 100, 120, 121, 195, 196, 224, 225, 440, 441),
    steps: 400,
  },
};

/** The targets that have a name. */
export const namedTargets: ReadonlyMap<string, Target> = new Map(
  Object.entries(named).map(([name, { about, model, seen, kept, steps }]) => [
    name,
    Object.freeze({
      name,
      about,
      cases: casesOf(seen, model),
      heldOut: casesOf(kept, model),
      steps: steps ?? 120,
      length: 20,
      opcodes: genes,
    }),
  ]),
);
