const double = new Float64Array(1);
/** The same eight bytes; elements swap places on the rare big-endian machine. */
const words = new Uint32Array(double.buffer);
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;
const LOW = 1 - HIGH;

/** 2^exponent, for exponents from -1022 to 1023. */
export function powerOfTwo(exponent: number): number {
  words[HIGH] = (exponent + 1023) << 20;
  words[LOW] = 0;
  return double[0]!;
}

/** value * 2^exponent, also where the power alone would be no normal number. */
export function shiftExponent(value: number, exponent: number): number {
  if (exponent > 1023)
    return value * powerOfTwo(1023) * powerOfTwo(Math.min(exponent - 1023, 1023));
  if (exponent >= -1022) return value * powerOfTwo(exponent);
  return value * powerOfTwo(-1022) * powerOfTwo(Math.max(exponent + 1022, -1022));
}

/** A finite positive number as mantissa * 2^exponent with 1 <= mantissa < 2. */
export function splitExponent(value: number): { mantissa: number; exponent: number } {
  const subnormal = value < powerOfTwo(-1022);
  double[0] = subnormal ? value * 2 ** 54 : value;
  const exponent = (words[HIGH]! >>> 20) - 1023;
  words[HIGH] = (words[HIGH]! & 0xf_ffff) | (1023 << 20);
  return { mantissa: double[0]!, exponent: subnormal ? exponent - 54 : exponent };
}
