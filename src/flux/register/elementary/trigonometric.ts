import { shiftExponent, splitExponent } from './binary-form.ts';
import {
  add,
  type DoubleDouble,
  divide,
  fromNumber,
  multiply,
  negate,
  ONE,
  polynomial,
  subtract,
} from './double-double.ts';

/** The first 1200 bits of 2/pi after the binary point: enough for the largest double. */
const TWO_OVER_PI = BigInt(
  '0xa2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea' +
    '09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1f' +
    'f897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5f17b3d0739f78a52' +
    '92ea6bfb5fb11f8d5d0856033046fc7b',
);
const FRACTION_BITS = 1200n;
const HALF_PI: DoubleDouble = { hi: Math.PI / 2, lo: 6.123233995736766e-17 };
const PI: DoubleDouble = { hi: Math.PI, lo: 1.2246467991473532e-16 };
/** Below this the sine and the tangent of a number are the number. */
const TINY = 2 ** -27;

/** (-1)^n / (2n+first)! from n = 0, the series of the sine (1) and cosine (0) in squares. */
function alternating(first: 0 | 1, count: number): readonly DoubleDouble[] {
  let term = ONE;
  return Array.from({ length: count }, (_, n) => {
    const at = 2 * n + first;
    if (n > 0) term = negate(divide(term, fromNumber(at * (at - 1))));
    return term;
  });
}

const sineTerms = alternating(1, 15);
const cosineTerms = alternating(0, 15);

function sineNearZero(r: DoubleDouble): DoubleDouble {
  return multiply(r, polynomial(sineTerms, multiply(r, r)));
}

function cosineNearZero(r: DoubleDouble): DoubleDouble {
  return polynomial(cosineTerms, multiply(r, r));
}

/** A finite number as a count of quarter turns, modulo 4, and the rest, at most pi/4 either way. */
function quarterTurns(x: number): { quadrant: number; rest: DoubleDouble } {
  if (Math.abs(x) < Math.PI / 4) return { quadrant: 0, rest: fromNumber(x) };
  const { mantissa, exponent } = splitExponent(Math.abs(x));
  const integer = BigInt(mantissa * 2 ** 52);
  const power = BigInt(exponent - 52);
  const product = integer * TWO_OVER_PI;
  // Turns times 2^1200, as if the power of two had been multiplied in.
  const turns = power >= 0n ? product << power : product >> -power;
  const half = 1n << (FRACTION_BITS - 1n);
  const whole = (turns + half) >> FRACTION_BITS;
  const fraction = turns - (whole << FRACTION_BITS);
  const rest = multiply(fractionToDouble(fraction), HALF_PI);
  const quadrant = Number(whole & 3n);
  return x < 0 ? { quadrant: (4 - quadrant) & 3, rest: negate(rest) } : { quadrant, rest };
}

/** fraction / 2^1200 as two doubles. */
function fractionToDouble(fraction: bigint): DoubleDouble {
  // A double has no exponent for the whole fraction: its first 400 bits are more than two need.
  const kept = fraction >> (FRACTION_BITS - 400n);
  const hi = Number(kept);
  const lo = Number(kept - BigInt(hi));
  return { hi: shiftExponent(hi, -400), lo: shiftExponent(lo, -400) };
}

export function sin(x: number): number {
  if (Math.abs(x) < TINY) return x;
  if (!Number.isFinite(x)) return Number.NaN;
  const { quadrant, rest } = quarterTurns(x);
  const { hi } = quadrant % 2 === 0 ? sineNearZero(rest) : cosineNearZero(rest);
  return quadrant < 2 ? hi : -hi;
}

export function cos(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  const { quadrant, rest } = quarterTurns(x);
  const { hi } = quadrant % 2 === 0 ? cosineNearZero(rest) : sineNearZero(rest);
  return quadrant === 0 || quadrant === 3 ? hi : -hi;
}

export function tan(x: number): number {
  if (Math.abs(x) < TINY) return x;
  if (!Number.isFinite(x)) return Number.NaN;
  const { quadrant, rest } = quarterTurns(x);
  const [sine, cosine] = [sineNearZero(rest), cosineNearZero(rest)];
  return quadrant % 2 === 0 ? divide(sine, cosine).hi : -divide(cosine, sine).hi;
}

/** An angle whose tangent is about `q`, from 0 to 1, to some fifteen digits. */
function roughArcTangent(q: number): number {
  // Halving the angle twice makes the series short.
  const half = q / (1 + Math.sqrt(1 + q * q));
  const quarter = half / (1 + Math.sqrt(1 + half * half));
  const square = -quarter * quarter;
  let sum = 0;
  for (let n = 10; n >= 0; n -= 1) sum = sum * square + 1 / (2 * n + 1);
  return 4 * quarter * sum;
}

/** The angle of the point (x, y) in the first quadrant, both coordinates of ordinary size. */
function firstQuadrant(y: number, x: number): DoubleDouble {
  if (y > x) return subtract(HALF_PI, firstQuadrant(x, y));
  const rough = fromNumber(roughArcTangent(y / x));
  const [sine, cosine] = [sineNearZero(rough), cosineNearZero(rough)];
  // Turned back by the rough angle, the point lies so close to the axis that its tangent is its angle.
  const across = subtract(multiply(fromNumber(y), cosine), multiply(fromNumber(x), sine));
  const along = add(multiply(fromNumber(x), cosine), multiply(fromNumber(y), sine));
  return add(rough, divide(across, along));
}

/** The angle of (|x|, |y|) where a coordinate is zero, infinite or far smaller than the other. */
function edgeAngle(y: number, x: number): DoubleDouble | undefined {
  if (y === Number.POSITIVE_INFINITY && x === y) return { hi: HALF_PI.hi / 2, lo: HALF_PI.lo / 2 };
  if (x === 0 || y === Number.POSITIVE_INFINITY || y / x > 2 ** 60) {
    return y === 0 ? { hi: 0, lo: 0 } : subtract(HALF_PI, fromNumber(x / y));
  }
  return y / x < 2 ** -60 ? fromNumber(y / x) : undefined;
}

/** The angle of the point (x, y), from -pi to pi; the sign of a zero counts. */
export function atan2(y: number, x: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const [height, width] = [Math.abs(y), Math.abs(x)];
  const negativeX = x < 0 || Object.is(x, -0);
  const angle = edgeAngle(height, width) ?? scaledAngle(height, width);
  const { hi } = negativeX ? subtract(PI, angle) : angle;
  return y < 0 || Object.is(y, -0) ? -hi : hi;
}

function scaledAngle(height: number, width: number): DoubleDouble {
  const { exponent } = splitExponent(Math.max(height, width));
  return firstQuadrant(shiftExponent(height, -exponent), shiftExponent(width, -exponent));
}
