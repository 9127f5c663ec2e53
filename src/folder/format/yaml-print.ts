import { isJsonObject, type Json } from '../../base/index.ts';
import { isOtherThanText } from './yaml-types.ts';

/**
 * YAML in the exact style of PyYAML's `safe_dump(…, allow_unicode=True)`: block style, keys in
 * alphabetical order, lists not indented, text quoted and folded as it does. A note we write has
 * the bytes the original system would have written (atomic-runtime §4.1). The `yaml` package
 * folds before column 80 and PyYAML after it, so its printer cannot give these bytes.
 */
export type YamlScalar = string | number | boolean | null;
export type YamlField = YamlScalar | readonly YamlScalar[];

/** A flat mapping in block style, a line or more for each key. */
export function printYamlMap(fields: Readonly<Record<string, YamlField>>): string {
  const keys = Object.keys(fields).sort();
  return keys.map((key) => printField(key, fields[key] as YamlField)).join('');
}

function printField(key: string, value: YamlField): string {
  const name = scalar(key, { column: 0, fold: false });
  if (!isList(value)) return `${name}: ${scalar(value, { column: name.length + 2, fold: true })}\n`;
  if (value.length === 0) return `${name}: []\n`;
  const items = value.map((item) => `- ${scalar(item, { column: 2, fold: true })}\n`);
  return `${name}:\n${items.join('')}`;
}

const isList = (value: YamlField): value is readonly YamlScalar[] => Array.isArray(value);

/** A value on one line, for a place inside an existing file; lists and maps in flow style. */
export function inlineYaml(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(inlineYaml).join(', ')}]`;
  if (isJsonObject(value)) {
    const pairs = Object.entries(value).map(([key, item]) => `${flow(key)}: ${inlineYaml(item)}`);
    return `{${pairs.join(', ')}}`;
  }
  return flow(value as YamlScalar);
}

/** A scalar on one line of a block mapping or list. */
export const inlineScalar = (value: YamlScalar): string =>
  scalar(value, { column: 0, fold: false });

const flow = (value: YamlScalar): string =>
  typeof value === 'string' && (value === '' || /[,?[\]{}:]/.test(value))
    ? quoted(value, { column: 0, fold: false })
    : scalar(value, { column: 0, fold: false });

interface Place {
  /** Where the text begins on its line, in code points. */
  readonly column: number;
  /** False keeps the value on one line. */
  readonly fold: boolean;
}

function scalar(value: YamlScalar, place: Place): string {
  if (typeof value === 'number') return printNumber(value);
  if (typeof value !== 'string') return String(value);
  return canBePlain(value) ? foldSpaces(value, place) : quoted(value, place);
}

function printNumber(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  return String(value);
}

function quoted(value: string, place: Place): string {
  const onOneLine = place.fold || !/[\n\x85\u2028\u2029]/.test(value);
  return onOneLine && canBeSingleQuoted(value)
    ? singleQuoted(value, place)
    : doubleQuoted(value, place);
}

const UNPRINTABLE = /[^\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10fffe}]/u;

function canBePlain(text: string): boolean {
  if (isOtherThanText(text)) return false;
  if (UNPRINTABLE.test(text) || /[\n\x85\u2028\u2029]/.test(text)) return false;
  if (text.startsWith(' ') || text.endsWith(' ')) return false;
  if (/^(?:---|\.\.\.)/.test(text) || /^[#,[\]{}&*!|>'"%@`]/.test(text)) return false;
  if (/^[-?:](?:\s|$)/.test(text)) return false;
  return !/:(?:[\s\0]|$)/.test(text) && !/\s#/.test(text);
}

const canBeSingleQuoted = (text: string): boolean =>
  !UNPRINTABLE.test(text) && !/ [\n\x85\u2028\u2029]|[\n\x85\u2028\u2029] /.test(text);

const WIDTH = 80;
const CONTINUATION = '\n  ';

/** Breaks at the first single space after column 80, as PyYAML does. */
function foldSpaces(text: string, { column, fold }: Place): string {
  if (!fold) return text;
  let at = column;
  let result = '';
  for (const part of text.split(/( +)/)) {
    if (part === ' ' && at > WIDTH) {
      result += CONTINUATION;
      at = 2;
    } else {
      result += part;
      at += [...part].length;
    }
  }
  return result;
}

function singleQuoted(text: string, { column, fold }: Place): string {
  let at = column + 1;
  let result = "'";
  let done = 0;
  for (const part of text.split(/( +|[\n\x85\u2028\u2029]+)/)) {
    const inside = done > 0 && done + part.length < text.length;
    if (/^[\n\x85\u2028\u2029]/.test(part)) {
      result += `${part.startsWith('\n') ? '\n' : ''}${part}  `;
      at = 2;
    } else if (part === ' ' && fold && inside && at > WIDTH) {
      result += CONTINUATION;
      at = 2;
    } else {
      const escaped = part.replaceAll("'", "''");
      result += escaped;
      at += [...escaped].length;
    }
    done += part.length;
  }
  return `${result}'`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\x85': 'N',
  '\xa0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
};

function doubleQuoted(text: string, { column, fold }: Place): string {
  const points = [...text];
  let at = column + 1;
  let result = '"';
  let pending = '';
  const flush = (more: string): void => {
    at += [...pending].length + more.length;
    result += pending + more;
    pending = '';
  };
  points.forEach((point, index) => {
    const special = needsEscape(point);
    if (special) flush(escapePoint(point));
    const mayBreak = point === ' ' || special;
    const inside = index > 0 && index < points.length - 1;
    if (fold && mayBreak && inside && at + [...pending].length > WIDTH) {
      flush('\\');
      result += CONTINUATION;
      at = 2;
      const next = special ? points[index + 1] : point;
      if (next === ' ') flush('\\');
    }
    if (!special) pending += point;
  });
  flush('');
  return `${result}"`;
}

const needsEscape = (point: string): boolean =>
  /["\\\x85\u2028\u2029\ufeff]/.test(point) || !/^[\x20-\x7e\xa0-\ud7ff\ue000-\ufffd]$/.test(point);

function escapePoint(point: string): string {
  const short = ESCAPES[point];
  if (short !== undefined) return `\\${short}`;
  const code = point.codePointAt(0) as number;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
