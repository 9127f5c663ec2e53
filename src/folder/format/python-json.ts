import { isJsonObject, type Json } from '../../base/index.ts';

/** A number that Python would hold as a float: `6230` prints as `6230.0`. */
export class PythonFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

export type PythonJson = Json | PythonFloat | { readonly [key: string]: PythonJson };

/**
 * JSON as Python's `json.dumps` prints it: `, ` and `: ` between, everything beyond ASCII escaped,
 * keys in the order given.
 *
 * @example
 * pythonJson({ a: 'é', b: [1, new PythonFloat(2)] }); // => '{"a": "\\u00e9", "b": [1, 2.0]}'
 */
export function pythonJson(value: PythonJson): string {
  if (value instanceof PythonFloat) return float(value.value);
  if (typeof value === 'string') return ascii(JSON.stringify(value));
  if (typeof value === 'number') return Number.isInteger(value) ? integer(value) : float(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => pythonJson(item)).join(', ')}]`;
  if (isJsonObject(value)) {
    const pairs = Object.entries(value).map(
      ([key, item]) => `${ascii(JSON.stringify(key))}: ${pythonJson(item as PythonJson)}`,
    );
    return `{${pairs.join(', ')}}`;
  }
  return String(value);
}

const ascii = (json: string): string =>
  json.replaceAll(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const integer = (value: number): string => (Object.is(value, -0) ? '0' : BigInt(value).toString());

/** Python's `repr` of a float: exponents below 1e-4 and from 1e16 on, always with a point. */
function float(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-4 && size < 1e16)) {
    const text = String(value);
    return /[.]/.test(text) ? text : `${text}.0`;
  }
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  const sign = exponent.startsWith('-') ? '-' : '+';
  return `${digits}e${sign}${exponent.slice(1).padStart(2, '0')}`;
}
