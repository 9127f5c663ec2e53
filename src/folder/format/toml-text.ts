import { parse, stringify, TomlError } from 'smol-toml';
import { isJsonObject, type Json, type JsonObject } from '../../base/index.ts';
import { FolderError, problemsError } from '../error.ts';
import { lineAt, printSource, readSource, type SourceText, spliceLines } from './source-text.ts';

/** A TOML file: its values, and its text with comments and order. */
export interface TomlText {
  readonly source: SourceText;
  readonly value: JsonObject;
}

/** Reads TOML; throws `folder/bad-toml` with the line. */
export function parseToml(content: Uint8Array | string, file: string): TomlText {
  const source = readSource(content, file);
  try {
    return { source, value: toJson(parse(source.lines.join(''))) as JsonObject };
  } catch (error) {
    if (!(error instanceof TomlError) && !(error instanceof RangeError)) throw error;
    const line = error instanceof TomlError ? error.line : 1;
    const message = (error.message.split('\n')[0] as string).replace('Invalid TOML document: ', '');
    throw problemsError('folder/bad-toml', [
      { file, line, message, hint: 'correct the TOML on this line' },
    ]);
  }
}

/** The text of a TOML file, byte for byte as read. */
export const printToml = ({ source }: TomlText): string => printSource(source);

function toJson(value: unknown): Json {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return value.map(toJson);
  if (isJsonObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
  }
  return value as Json;
}

/** One `key = value` line. */
export const tomlLine = (key: string, value: Json): string => stringify({ [key]: value }).trimEnd();

/**
 * The file with `key` of `[table]` changed in place, or added at the table's end; a table that is
 * absent is added at the end of the file. Nothing but these lines changes.
 */
export function setToml(
  toml: TomlText,
  { table, key, value }: { table: string; key: string; value: Json },
): TomlText {
  const { source } = toml;
  const line = tomlLine(key, value);
  const start = headerLine(source, table);
  let edited: SourceText;
  if (start === undefined) {
    const insert = [...(source.lines.length === 0 ? [] : ['']), `[${table}]`, line];
    edited = spliceLines(source, { start: source.lines.length, remove: 0, insert });
  } else {
    edited = setInTable(source, { start, key, line });
  }
  const result = parseToml(printSource(edited), source.file);
  const stored = result.value[table];
  if (isJsonObject(stored) && JSON.stringify(stored[key]) === JSON.stringify(value)) return result;
  throw new FolderError({
    code: 'folder/cannot-edit',
    message: `${source.file}: \`${key}\` of [${table}] is written in a form that cannot be changed in place`,
    hint: `change \`${key}\` by hand, or write it as \`key = value\` under [${table}]`,
    data: { file: source.file, table, key },
  });
}

const HEADER = /^\s*\[{1,2}\s*([^\]]+?)\s*\]{1,2}\s*(?:#.*)?$/;

function headerLine(source: SourceText, table: string): number | undefined {
  for (let index = 0; index < source.lines.length; index += 1) {
    if (HEADER.exec(lineAt(source, index))?.[1] === table) return index;
  }
  return undefined;
}

function setInTable(
  source: SourceText,
  { start, key, line }: { start: number; key: string; line: string },
): SourceText {
  let lastUsed = start;
  for (let index = start + 1; index < source.lines.length; index += 1) {
    const text = lineAt(source, index);
    if (HEADER.test(text)) break;
    const span = valueSpan(source, index);
    if (keyOf(text) === key) {
      const comment = span === 1 ? trailingComment(text) : '';
      return spliceLines(source, { start: index, remove: span, insert: [line + comment] });
    }
    if (text.trim() !== '' && !text.trim().startsWith('#')) lastUsed = index + span - 1;
    index += span - 1;
  }
  return spliceLines(source, { start: lastUsed + 1, remove: 0, insert: [line] });
}

const keyOf = (text: string): string | undefined =>
  /^\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*=/
    .exec(text)
    ?.slice(1)
    .find((key) => key !== undefined);

const SPAN_LINES_MAX = 1000;

/** How many lines the value that begins here takes: the fewest that are TOML by themselves. */
function valueSpan(source: SourceText, start: number): number {
  if (keyOf(lineAt(source, start)) === undefined) return 1;
  for (let span = 1; span <= SPAN_LINES_MAX; span += 1) {
    if (start + span > source.lines.length) break;
    if (isToml(source.lines.slice(start, start + span).join(''))) return span;
  }
  return 1;
}

function isToml(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch (error) {
    if (error instanceof TomlError) return false;
    throw error;
  }
}

/** ` # …` after a one-line value: the longest tail whose removal leaves the value as it is. */
function trailingComment(text: string): string {
  for (let at = text.indexOf('#'); at >= 0; at = text.indexOf('#', at + 1)) {
    const before = text.slice(0, at);
    if (isToml(before)) return text.slice(before.trimEnd().length);
  }
  return '';
}
