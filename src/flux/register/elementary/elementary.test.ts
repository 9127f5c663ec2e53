import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { roundEven } from './round.ts';
import { elementary } from './services.ts';

interface Vectors {
  readonly functions: readonly {
    readonly function: keyof typeof elementary;
    readonly cases: readonly { readonly arguments: readonly string[]; readonly result: string }[];
  }[];
}

const file = new URL('../../../../test/vectors/flux/elementary.json', import.meta.url);
const vectors: Vectors = JSON.parse(readFileSync(file, 'utf8'));

function fromBits(hex: string): number {
  return Buffer.from(hex, 'hex').readDoubleBE();
}

function toBits(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(Number.isNaN(value) ? Number.NaN : value);
  return bytes.toString('hex');
}

function call(name: keyof typeof elementary, [a = 0, b = 0]: readonly number[]): number {
  return name === 'pow' || name === 'atan2' ? elementary[name](a, b) : elementary[name](a);
}

/** The engine's own function: close to ours, not always the same. */
function engine(name: keyof typeof elementary, a: number, b: number): number {
  if (name === 'pow') return a ** b;
  return name === 'atan2' ? Math.atan2(a, b) : Math[name](a);
}

test.each(vectors.functions)('$function is the exact value rounded to nearest', (group) => {
  for (const { arguments: bits, result } of group.cases) {
    const found = call(group.function, bits.map(fromBits));
    expect([bits, toBits(found)]).toEqual([bits, result]);
  }
});

test('any arguments give a number or NaN close to what the engine computes', () => {
  const names = fc.constantFrom(...vectors.functions.map((each) => each.function));
  fc.assert(
    fc.property(names, fc.double(), fc.double(), (name, a, b) => {
      const found = call(name, [a, b]);
      // IEEE 754 has 1 where the operator of JavaScript has NaN.
      if (name === 'pow' && Math.abs(a) === 1) return;
      const native = engine(name, a, b);
      if (Number.isFinite(native)) {
        expect(Math.abs(found - native)).toBeLessThanOrEqual(Math.abs(native) * 4e-16 + 5e-324);
      } else expect(found).toBe(native);
    }),
    { numRuns: 2000 },
  );
});

test('halves round to the even neighbour and zeros keep their sign', () => {
  const rounded = [0.5, 1.5, 2.5, -0.5, -1.5, -0.2, 0.49999999999999994, 2 ** 53, -0, 1e300];
  expect(rounded.map(roundEven)).toEqual([0, 2, 2, -0, -2, -0, 0, 2 ** 53, -0, 1e300]);
  expect(roundEven(Number.NaN)).toBeNaN();
  expect(roundEven(Number.NEGATIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY);
});
