import { isUtf8 } from 'node:buffer';
import { isJsonObject, type JsonObject } from '../../base/index.ts';
import type { Problem } from '../error.ts';

/** One object of a JSONL file. */
export interface JsonLine {
  readonly value: JsonObject;
  /** The line as it stands, without line end. */
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
}

export interface JsonLines {
  readonly lines: readonly JsonLine[];
  /** Lines that hold no object; they stay in the file and the others are read. */
  readonly damaged: readonly Problem[];
}

/** Reads JSONL line by line: a torn, damaged or undecodable line costs nothing but itself. */
export function parseJsonLines(content: Uint8Array | string, file: string): JsonLines {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const lines: JsonLine[] = [];
  const damaged: Problem[] = [];
  let start = hasBom(bytes) ? 3 : 0;
  for (let line = 1; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    const read = readLine(bytes.subarray(start, end));
    if (read.value !== undefined) lines.push({ value: read.value, text: read.text, line });
    if (read.damage !== undefined) damaged.push(problemAt(file, line, read.damage));
    start = end + 1;
  }
  return { lines, damaged };
}

const hasBom = (bytes: Uint8Array): boolean =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;

const problemAt = (file: string, line: number, message: string): Problem => ({
  file,
  line,
  message,
  hint: 'the line is kept and left out; correct or delete it by hand',
});

interface ReadLine {
  readonly text: string;
  readonly value?: JsonObject;
  readonly damage?: string;
}

function readLine(bytes: Uint8Array): ReadLine {
  if (!isUtf8(bytes)) return { text: '', damage: 'not UTF-8 text' };
  const text = Buffer.from(bytes).toString('utf8').replace(/\r$/, '');
  if (text.trim() === '') return { text };
  const value = parseObject(text);
  if (value !== undefined) return { text, value };
  // A record appended after a torn one stands on the same line; only the torn part is lost.
  const tail = text.slice(text.lastIndexOf('{"ts"'));
  const after = tail === text ? undefined : parseObject(tail);
  if (after === undefined) return { text, damage: 'not a JSON object' };
  return { text: tail, value: after, damage: 'a torn record before another on the same line' };
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) && text.isWellFormed() ? (value as JsonObject) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}
