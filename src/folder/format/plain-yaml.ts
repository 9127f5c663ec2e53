import type { Json } from '../../base/index.ts';
import type { ParsedYaml, YamlText } from './parsed-yaml.ts';
import { plainScalar } from './yaml-types.ts';

interface Line {
  readonly indent: number;
  readonly text: string;
  /** Counted from 1, in the file. */
  readonly number: number;
}

/** Where a key stands, and the keys below it. */
interface Place {
  readonly line: number;
  readonly keys: Places;
}
type Places = ReadonlyMap<string, Place>;

interface Block {
  readonly value: Json;
  readonly keys: Places;
}

interface Rest {
  readonly lines: readonly Line[];
  at: number;
}

/** What every reader of YAML takes alike: no tabs, no breaks but line ends, nothing unprintable. */
const SAFE = /^[\x20-\x7e\xa1-\u1fff\u2030-\ufdcf\ufdf0-\ufefe]*$/;
const COMMENT = /^ *(?:#.*)?$/;
const KEY = /^([A-Za-z_][\w-]{0,99}):(?: +(\S.*))?$/;
const ITEM = /^- +(\S.*)$/;
const PLAIN = /^[\p{L}\p{N}](?:.*\S)?$/u;
const SINGLE_QUOTED = /^'((?:[^']|'')*)'$/;
const DOUBLE_QUOTED = /^"([^"\\]*)"$/;
const FLOW_LIST = /^\[((?:[\w.+/-]+(?:, *[\w.+/-]+)*)?)\]$/;
const DEPTH_MAX = 20;

/**
 * Reads the YAML that nearly all front matter and settings are: mappings and lists by indentation, of
 * values on one line. `undefined` for whatever else, which the library reads: it takes eight times as
 * long, and loading it longer than most commands have.
 */
export function readPlainYaml({ line, text }: YamlText): ParsedYaml | undefined {
  const lines: Line[] = [];
  for (const [index, whole] of text.split(/\r?\n/).entries()) {
    if (!SAFE.test(whole)) return undefined;
    if (COMMENT.test(whole)) continue;
    const bare = whole.trimStart();
    lines.push({ indent: whole.length - bare.length, text: bare, number: line + index });
  }
  const rest: Rest = { lines, at: 0 };
  const first = lines[0];
  if (first?.indent !== 0 || first.text.startsWith('-')) return undefined;
  const block = readMap(rest, 0, DEPTH_MAX);
  if (block === undefined || rest.at < lines.length) return undefined;
  return {
    value: block.value,
    problems: [],
    lineOf: (...path) => lineIn(block.keys, path) ?? line,
  };
}

function lineIn(keys: Places, path: readonly string[]): number | undefined {
  let line: number | undefined;
  let below: Places = keys;
  for (const key of path) {
    const place = below.get(key);
    if (place === undefined) break;
    line = place.line;
    below = place.keys;
  }
  return line;
}

function readMap(rest: Rest, indent: number, depth: number): Block | undefined {
  const entries: [string, Json][] = [];
  const keys = new Map<string, Place>();
  for (let line = rest.lines[rest.at]; line !== undefined; line = rest.lines[rest.at]) {
    if (line.indent < indent) break;
    const [, key, inline] = (line.indent === indent && KEY.exec(line.text)) || [];
    if (key === undefined || keys.has(key) || typeof plainScalar(key) !== 'string')
      return undefined;
    rest.at += 1;
    const block = inline === undefined ? readBelow(rest, indent, depth) : readValue(inline);
    if (block === undefined) return undefined;
    entries.push([key, block.value]);
    keys.set(key, { line: line.number, keys: block.keys });
  }
  return { value: Object.fromEntries(entries), keys };
}

/** What stands below a key that has no value on its line. */
function readBelow(rest: Rest, indent: number, depth: number): Block | undefined {
  const next = rest.lines[rest.at];
  const isList = next?.text.startsWith('-') ?? false;
  if (next === undefined || next.indent < indent || (next.indent === indent && !isList)) {
    return leaf(null);
  }
  if (depth === 0) return undefined;
  return isList ? readList(rest, next.indent) : readMap(rest, next.indent, depth - 1);
}

function readList(rest: Rest, indent: number): Block | undefined {
  const items: Json[] = [];
  for (let line = rest.lines[rest.at]; line?.indent === indent; line = rest.lines[rest.at]) {
    const [, text] = ITEM.exec(line.text) ?? [];
    if (text === undefined) break;
    const item = readScalar(text);
    if (item === undefined) return undefined;
    items.push(item);
    rest.at += 1;
  }
  return items.length === 0 ? undefined : leaf(items);
}

const NO_KEYS: Places = new Map();
const leaf = (value: Json): Block => ({ value, keys: NO_KEYS });

function readValue(text: string): Block | undefined {
  const [, list] = FLOW_LIST.exec(text) ?? [];
  const value = list === undefined ? readScalar(text) : readItems(list);
  return value === undefined ? undefined : leaf(value);
}

function readItems(list: string): readonly Json[] | undefined {
  const items = list === '' ? [] : list.split(/, */).map(readScalar);
  return items.every((item) => item !== undefined) ? items : undefined;
}

function readScalar(text: string): Json | undefined {
  const single = SINGLE_QUOTED.exec(text)?.[1];
  if (single !== undefined) return single.replaceAll("''", "'");
  const double = DOUBLE_QUOTED.exec(text)?.[1];
  if (double !== undefined) return double;
  if (!PLAIN.test(text) || /:(?: |$)| #/.test(text)) return undefined;
  const value = plainScalar(text);
  return typeof value === 'number' && !Number.isFinite(value) ? undefined : value;
}
