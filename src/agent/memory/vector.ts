/** A vector as facts keep it: the largest number and each number as a share of it, in a byte. */
export type Vector = Int8Array;

/**
 * A vector in a byte a number, in base64: what decides a ranking is its direction, which 255 steps
 * keep to within a degree. Of a longer vector the first 3,000 numbers are kept.
 *
 * @example
 * decodeVector(encodeVector([0.5, -1])); // => new Int8Array([64, -127])
 */
export function encodeVector(given: readonly number[]): string {
  const numbers = given.slice(0, NUMBERS_MAX);
  const largest = numbers.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  const bytes = Int8Array.from(numbers, (each) =>
    largest === 0 ? 0 : Math.round((each / largest) * 127),
  );
  return Buffer.from(bytes.buffer).toString('base64');
}

export const decodeVector = (text: string): Vector =>
  new Int8Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);

/** In base64 they fit the value of a fact. */
const NUMBERS_MAX = 3000;

/** The cosine of the angle between two vectors; 0 for vectors of different models. */
export function likeness(a: Vector, b: Vector): number {
  if (a.length !== b.length) return 0;
  let dot = 0;
  let lengthA = 0;
  let lengthB = 0;
  for (let index = 0; index < a.length; index += 1) {
    const left = a[index] as number;
    const right = b[index] as number;
    dot += left * right;
    lengthA += left * left;
    lengthB += right * right;
  }
  return lengthA === 0 || lengthB === 0 ? 0 : dot / Math.sqrt(lengthA * lengthB);
}
