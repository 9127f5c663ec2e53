/** What a stack slot holds: a wrapped 32-bit integer or a double. */
export type ValueKind = 'int' | 'float';

export interface Value {
  readonly kind: ValueKind;
  readonly value: number;
}

/** A value as callers write it: whole numbers of 32 bits are integers, `{ float }` forces a float. */
export type ValueInput = number | { readonly float: number };

/**
 * The value of a number: an integer where it is one of 32 bits, otherwise a float, so that every
 * number keeps its value.
 *
 * @example
 * stackValue(7); // => { kind: 'int', value: 7 }
 * stackValue(4294967295); // => { kind: 'float', value: 4294967295 }
 */
export function stackValue(input: ValueInput): Value {
  if (typeof input !== 'number') return { kind: 'float', value: input.float };
  return { kind: isInt(input) ? 'int' : 'float', value: input };
}

function isInt(number: number): boolean {
  return (number | 0) === number && !Object.is(number, -0);
}

/**
 * A value as text; a whole float keeps its `.0`, so that the text tells the kinds apart.
 *
 * @example
 * formatValue({ kind: 'float', value: 5 }); // => '5.0'
 */
export function formatValue({ kind, value }: Value): string {
  if (kind === 'int') return String(value);
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** The inverse of {@link formatValue}; undefined for any other text. */
export function parseValue(text: string): Value | undefined {
  const value = FLOAT_WORDS.has(text) || NUMBER.test(text) ? Number(text) : undefined;
  if (value === undefined) return undefined;
  const kind = /^-?\d+$/.test(text) ? 'int' : 'float';
  const parsed: Value = { kind, value };
  return formatValue(parsed) === text && (kind === 'float' || isInt(value)) ? parsed : undefined;
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]\d+)?$/;
const FLOAT_WORDS: ReadonlySet<string> = new Set(['NaN', 'Infinity', '-Infinity']);
