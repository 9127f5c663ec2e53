import { isUtf8 } from 'node:buffer';
import { problemsError } from '../error.ts';

/**
 * A text file as lines that keep their own line ends, so that printing gives back the bytes read
 * and an edit changes only the lines it names. Every format of this room stands on it.
 */
export interface SourceText {
  /** Path for messages. */
  readonly file: string;
  /** True when the file began with a byte order mark; it is not part of the first line. */
  readonly bom: boolean;
  /** Each line with its own `\n` or `\r\n`; only the last may lack one. Empty for an empty file. */
  readonly lines: readonly string[];
  /** The line end most lines have; new lines get it. */
  readonly end: '\n' | '\r\n';
}

const BOM = '\ufeff';
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads text; throws `folder/not-text` with the line of the first byte that is not UTF-8. */
export function readSource(content: Uint8Array | string, file: string): SourceText {
  const text = typeof content === 'string' ? wellFormed(content, file) : decode(content, file);
  const bom = text.startsWith(BOM);
  const lines = splitLines(bom ? text.slice(1) : text);
  return { file, bom, lines, end: commonEnd(lines) };
}

/** The text of a source; as UTF-8 the very bytes it was read from. */
export const printSource = (source: SourceText): string =>
  (source.bom ? BOM : '') + source.lines.join('');

/** A line without its line end. */
export function bare(line: string): string {
  if (line.endsWith('\r\n')) return line.slice(0, -2);
  return line.endsWith('\n') ? line.slice(0, -1) : line;
}

/** The line at `index` without its end; empty beyond the last. */
export const lineAt = (source: SourceText, index: number): string =>
  bare(source.lines[index] ?? '');

/**
 * The source with `remove` lines at `start` replaced by `insert` (bare lines). Inserted lines get
 * the file's line end; a file that ends without one keeps ending so when its last line is replaced.
 */
export function spliceLines(
  source: SourceText,
  { start, remove, insert }: { start: number; remove: number; insert: readonly string[] },
): SourceText {
  const before = source.lines.slice(0, start);
  const after = source.lines.slice(start + remove);
  const replaced = source.lines.slice(start, start + remove);
  const added = insert.map((line) => line + source.end);
  const last = before.at(-1);
  if (added.length > 0 && last !== undefined && bare(last) === last) {
    before[before.length - 1] = last + source.end;
  }
  const replacedLast = replaced.at(-1);
  if (after.length === 0 && insert.length > 0 && replacedLast !== undefined) {
    if (bare(replacedLast) === replacedLast) added[added.length - 1] = insert.at(-1) as string;
  }
  return { ...source, lines: [...before, ...added, ...after] };
}

/** The source with bare lines added at its end. */
export const appendLines = (source: SourceText, insert: readonly string[]): SourceText =>
  spliceLines(source, { start: source.lines.length, remove: 0, insert });

function decode(content: Uint8Array, file: string): string {
  if (isUtf8(content)) return decoder.decode(content);
  throw notText(file, firstBadLine(content));
}

function wellFormed(text: string, file: string): string {
  if (text.isWellFormed()) return text;
  const line = text.split('\n').findIndex((part) => !part.isWellFormed());
  throw notText(file, line + 1);
}

const notText = (file: string, line: number) =>
  problemsError('folder/not-text', [
    { file, line, message: 'not UTF-8 text', hint: 'save the file as UTF-8' },
  ]);

function firstBadLine(content: Uint8Array): number {
  let line = 1;
  let start = 0;
  while (start < content.length) {
    const newline = content.indexOf(0x0a, start);
    const end = newline < 0 ? content.length : newline;
    if (!isUtf8(content.subarray(start, end))) return line;
    start = end + 1;
    line += 1;
  }
  return line;
}

function splitLines(text: string): readonly string[] {
  const lines: string[] = [];
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline + 1;
    lines.push(text.slice(start, end));
    start = end;
  }
  return lines;
}

function commonEnd(lines: readonly string[]): '\n' | '\r\n' {
  let crlf = 0;
  let lf = 0;
  for (const line of lines) {
    if (line.endsWith('\r\n')) crlf += 1;
    else if (line.endsWith('\n')) lf += 1;
  }
  return crlf > lf ? '\r\n' : '\n';
}
