import { isJsonObject, type Json, type JsonObject, TextMemory } from '../../base/index.ts';
import { type PatternName, patterns, replaceAll } from './secret-patterns.ts';

export interface RedactorOptions {
  /**
   * Fields whose whole value is taken out: names joined by dots, `*` for any one, a leading `**` for
   * any depth (`headers.authorization`, `**.password`). Positions in lists do not count; letter case
   * does not matter.
   */
  readonly paths?: readonly string[];
  /** What is taken out of texts wherever it stands; `key` and `token` when absent. */
  readonly patterns?: readonly PatternName[];
  /** Further expressions with the global flag, each under the name shown in its place. */
  readonly more?: Readonly<Record<string, RegExp>>;
}

const roundsMax = 8;
/** Characters from which on what is left of a text is remembered, and of all such texts. */
const LONG = 512;
const KNOWN_LENGTH_MAX = 1024 * 1024;

/** Takes secrets out of a value; what it has redacted once it leaves as it is. */
export type Redactor = (value: Json) => Json;

/** The values of the canonical form's tags are no texts. */
const tags: ReadonlySet<string> = new Set(['$bytes', '$inst', '$int', '$ref']);

/**
 * Builds a redactor; each find becomes `[redacted:<name>]`.
 *
 * @example
 * const hide = redactor({ paths: ['**.password'], patterns: ['email'] });
 * hide({ password: 5, note: 'mail a@b.org' }); // => { password: '[redacted:field]', note: 'mail [redacted:email]' }
 */
export function redactor(options: RedactorOptions = {}): Redactor {
  const { paths = [], patterns: names = ['key', 'token'], more = {} } = options;
  const isHidden = pathMatcher(paths);
  const finds = [
    ...names.map((name) => patterns[name]),
    ...Object.entries(more).map(([name, expression]) => ({ name, expression })),
  ];

  const oneRound = (text: string): string => {
    let left = text;
    for (const find of finds) left = replaceAll(left, find, `[redacted:${find.name}]`);
    return left;
  };

  /** Sections of a prompt come again with every request. */
  const known = new TextMemory<string>({ lengthMax: KNOWN_LENGTH_MAX });
  const inText = (text: string): string => {
    if (text.length < LONG) return inWhole(text);
    const found = known.get(text);
    if (found !== undefined) return found;
    const left = inWhole(text);
    known.set(text, left);
    return left;
  };

  /** What was glued to a secret may only show as one when that secret is out. */
  const inWhole = (text: string): string => {
    let left = oneRound(text);
    for (let before = text, round = 1; left !== before && round < roundsMax; round += 1) {
      before = left;
      left = oneRound(before);
    }
    return left;
  };

  const inValue = (value: Json, path: readonly string[]): Json => {
    if (typeof value === 'string') return inText(value);
    if (Array.isArray(value)) return mapSame(value, (item) => inValue(item, path));
    return isJsonObject(value) ? inObject(value, path) : value;
  };

  const inObject = (value: JsonObject, path: readonly string[]): Json => {
    const keys = Object.keys(value);
    if (keys.length === 1 && tags.has(keys[0] ?? '')) return value;
    const made = new Map<string, Json>();
    let changed = false;
    for (const [key, item] of Object.entries(value)) {
      const at = [...path, key.toLowerCase()];
      const kept = isHidden(at) ? '[redacted:field]' : inValue(item, at);
      const name = freeName(inText(key), made);
      changed ||= kept !== item || name !== key;
      made.set(name, kept);
    }
    return changed ? Object.fromEntries(made) : value;
  };
  return (value) => inValue(value, []);
}

/** Two secret keys of one object keep an entry each. */
function freeName(name: string, taken: ReadonlyMap<string, Json>): string {
  let free = name;
  for (let number = 2; taken.has(free); number += 1) free = `${name}#${number}`;
  return free;
}

function mapSame(values: readonly Json[], map: (item: Json) => Json): readonly Json[] {
  const mapped = values.map(map);
  return mapped.every((item, index) => item === values[index]) ? values : mapped;
}

function pathMatcher(paths: readonly string[]): (path: readonly string[]) => boolean {
  const wanted = paths.map((path) => path.toLowerCase().split('.'));
  return (path) => wanted.some((pattern) => matches(pattern, path));
}

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  if (pattern[0] === '**') {
    const rest = pattern.slice(1);
    return path.length >= rest.length && matches(rest, path.slice(path.length - rest.length));
  }
  return (
    pattern.length === path.length &&
    pattern.every((name, index) => name === '*' || name === path[index])
  );
}
