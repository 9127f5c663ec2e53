import type { Document, LineCounter, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { isJsonObject, type Json, type JsonObject } from '../../base/index.ts';
import type { Problem } from '../error.ts';
import type { ParsedYaml, YamlText } from './parsed-yaml.ts';
import { readPlainYaml } from './plain-yaml.ts';
import { library } from './yaml-library.ts';
import { inlineScalar, inlineYaml, type YamlScalar } from './yaml-print.ts';
import { YAML_TAGS } from './yaml-types.ts';

/** The reader recurses: thousands of open brackets end in a RangeError, thrown or told as a problem. */
const TOO_DEEP = 'YAML is nested too deep';
const TEXT_BYTES_MAX = 256 * 1024;
const ALIASES_MAX = 100;

/**
 * Reads YAML 1.1 as PyYAML's safe loader does, but dates stay text, and anchors are bounded.
 * Problems are data with their lines; the value is `null` when there are any.
 */
export const parseYaml = (yaml: YamlText): ParsedYaml =>
  yaml.text.length > TEXT_BYTES_MAX
    ? failed(yaml, 'YAML block is over 256 KiB')
    : (readPlainYaml(yaml) ?? parseAnyYaml(yaml));

/** Reads with the library what `parseYaml` reads; slower, and the same. */
export function parseAnyYaml(yaml: YamlText): ParsedYaml {
  const counter = new (library().LineCounter)();
  let document: Document.Parsed;
  try {
    document = read(yaml.text, counter);
  } catch (error) {
    if (error instanceof RangeError) return failed(yaml, TOO_DEEP);
    throw error;
  }
  const lineAt = (offset: number): number => yaml.line + counter.linePos(offset).line - 1;
  const problems = firstOfEachLine(
    [...document.errors, ...document.warnings].map((error) => ({
      file: yaml.file,
      line: lineAt(error.pos[0]),
      message: /call stack/.test(error.message) ? TOO_DEEP : firstLine(error.message),
      hint: 'correct the YAML on this line',
    })),
  );
  const lineOf = (...path: readonly string[]): number => {
    const offset = keyOffset(document, path);
    return offset === undefined ? yaml.line : lineAt(offset);
  };
  if (problems.length > 0) return { value: null, problems, lineOf };
  try {
    return { value: toJson(document.toJS({ maxAliasCount: ALIASES_MAX })), problems, lineOf };
  } catch (error) {
    return failed(yaml, error instanceof Error ? firstLine(error.message) : 'unreadable YAML');
  }
}

const failed = ({ file, line }: YamlText, message: string): ParsedYaml => ({
  value: null,
  problems: [{ file, line, message, hint: 'correct the YAML on this line' }],
  lineOf: () => line,
});

const read = (text: string, lineCounter?: LineCounter): Document.Parsed =>
  library().parseDocument(text, {
    version: '1.1',
    schema: 'failsafe',
    customTags: YAML_TAGS,
    merge: true,
    prettyErrors: false,
    logLevel: 'silent',
    ...(lineCounter === undefined ? {} : { lineCounter }),
  }) as Document.Parsed;

/** One mistake often makes many messages; the first of a line tells it. */
const firstOfEachLine = (problems: readonly Problem[]): readonly Problem[] =>
  [
    ...new Map(problems.toReversed().map((problem) => [problem.line, problem])).values(),
  ].toReversed();

const firstLine = (message: string): string => message.split('\n', 1)[0] as string;

function keyOffset(document: Document.Parsed, path: readonly string[]): number | undefined {
  let node: unknown = document.contents;
  let offset: number | undefined;
  for (const key of path) {
    const pair = library().isMap(node) ? pairOf(node, key) : undefined;
    if (pair === undefined) return offset;
    offset = library().isScalar(pair.key) ? pair.key.range?.[0] : offset;
    node = pair.value;
  }
  return offset;
}

const pairOf = (map: YAMLMap, key: string): Pair | undefined =>
  map.items.find((pair) => (library().isScalar(pair.key) ? String(pair.key.value) === key : false));

function toJson(value: unknown): Json {
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (value === undefined || value === null) return null;
  if (isJsonObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
  }
  return value as Json;
}

/** True for a mapping that YAML gave. */
export const isYamlMap = (value: Json): value is JsonObject => isJsonObject(value);

/**
 * The text with one value changed in place: comments, order and every other key keep their bytes.
 * A list that only grew gets new items in its own style; a key that is absent is added at the end.
 * `undefined` when the text is not a mapping that can be edited so.
 */
export function setYaml(text: string, path: readonly [string, ...string[]], value: Json) {
  const document = read(text);
  if (document.errors.length > 0) return undefined;
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  let map: unknown = document.contents;
  for (const key of path.slice(0, -1)) map = library().isMap(map) ? map.get(key, true) : undefined;
  const key = path.at(-1) as string;
  if (map === null && path.length === 1) return withLine(text, `${keyText(key, value)}`, end);
  if (!library().isMap(map) || map.flow === true) return undefined;
  const pair = pairOf(map, key);
  if (pair === undefined) return addPair(text, map, { line: keyText(key, value), end });
  return replaceValue(text, pair, { value, end });
}

const keyText = (key: string, value: Json): string => `${inlineScalar(key)}: ${inlineYaml(value)}`;

const withLine = (text: string, line: string, end: string): string =>
  `${text}${text === '' || text.endsWith('\n') ? '' : end}${line}${end}`;

function addPair(text: string, map: YAMLMap, { line, end }: { line: string; end: string }) {
  const last = map.items.at(-1);
  if (last === undefined || !library().isScalar(last.key)) return undefined;
  const indent = indentAt(text, last.key.range?.[0] ?? 0);
  if (indent === undefined) return undefined;
  const stop = lineEnd(text, contentEnd(last));
  return `${withLine(text.slice(0, stop), indent + line, end)}${text.slice(stop)}`;
}

/** Where the last character of a pair stands. */
function contentEnd(pair: Pair): number {
  const value = pair.value as { readonly range?: readonly [number, number, number] | null } | null;
  const key = pair.key as Scalar;
  return Math.max(value?.range?.[1] ?? 0, key.range?.[1] ?? 0);
}

/** The start of the line after the one that holds `offset` (or that ends just before it). */
function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset;
  const newline = text.indexOf('\n', offset);
  return newline < 0 ? text.length : newline + 1;
}

/** The white space before `offset` on its line; `undefined` when something else stands there. */
function indentAt(text: string, offset: number): string | undefined {
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^\s*$/.test(before) ? before : undefined;
}

function replaceValue(text: string, pair: Pair, { value, end }: { value: Json; end: string }) {
  const node = pair.value;
  const key = pair.key as Scalar;
  if (library().isSeq(node) && node.flow !== true && Array.isArray(value)) {
    return appendItems(text, node, { items: value, end });
  }
  const range = (node as Scalar | null)?.range;
  const keyEnd = key.range?.[1] ?? 0;
  if (range === undefined || range === null || range[0] === range[1]) {
    const colon = text.indexOf(':', keyEnd);
    return `${text.slice(0, colon + 1)} ${inlineYaml(value)}${text.slice(colon + 1)}`;
  }
  const isBlock = (library().isMap(node) || library().isSeq(node)) && node.flow !== true;
  const isBlockText = library().isScalar(node) && /^BLOCK/.test(node.type ?? '');
  if (isBlock || isBlockText) {
    const colon = text.indexOf(':', keyEnd);
    const stop = lineEnd(text, range[1]);
    return `${text.slice(0, colon + 1)} ${inlineYaml(value)}${end}${text.slice(stop)}`;
  }
  return text.slice(0, range[0]) + inlineYaml(value) + text.slice(range[1]);
}

function appendItems(
  text: string,
  seq: YAMLSeq,
  { items, end }: { items: readonly Json[]; end: string },
) {
  const old = toJson(seq.toJSON()) as readonly Json[];
  const last = seq.items.at(-1) as
    | { readonly range?: readonly [number, number, number] }
    | undefined;
  const grewOnly = old.every(
    (item, index) => JSON.stringify(item) === JSON.stringify(items[index]),
  );
  if (!grewOnly || last?.range === undefined) return undefined;
  const lineStart = text.lastIndexOf('\n', last.range[0] - 1) + 1;
  const bullet = /^(\s*-\s+)/.exec(text.slice(lineStart));
  if (bullet === null) return undefined;
  const stop = lineEnd(text, last.range[1]);
  const added = items.slice(old.length).map((item) => `${bullet[1]}${itemText(item)}${end}`);
  const before = text.slice(0, stop);
  const gap = before.endsWith('\n') || added.length === 0 ? '' : end;
  return before + gap + added.join('') + text.slice(stop);
}

const itemText = (item: Json): string =>
  typeof item === 'object' && item !== null ? inlineYaml(item) : inlineScalar(item as YamlScalar);
