/** What the end of a transaction's canonical bytes says of its place in a chain. */
export interface Link {
  readonly writer: string;
  readonly seq: number;
  readonly prev: string | undefined;
}

/**
 * Whether a transaction that ends just before `end` ends with a link, which is looked for in its own
 * place: from the end back past `writer` and `why`. A value of a fact, or `why` itself, may hold the
 * same text.
 */
export function endsWithLink(bytes: Uint8Array, end: number, { prev, seq, writer }: Link): boolean {
  let at = before(bytes, end, END);
  at = before(bytes, at, writer);
  at = before(bytes, at, WRITER);
  at = beforeObject(bytes, at);
  at = before(bytes, at, ORDER_END);
  at = before(bytes, at, String(seq));
  if (prev === undefined) return before(bytes, at, FIRST) >= 0;
  at = before(bytes, at, ORDER);
  at = before(bytes, at, prev);
  return before(bytes, at, PREV) >= 0;
}

const PREV = '],"prev":"';
const ORDER = '","seq":';
const FIRST = '],"prev":null,"seq":';
const ORDER_END = ',"v":1,"why":';
const WRITER = ',"writer":"';
const END = '"}';

const QUOTE = '"'.charCodeAt(0);
const BACKSLASH = '\\'.charCodeAt(0);
const OPEN = '{'.charCodeAt(0);
const CLOSE = '}'.charCodeAt(0);

/**
 * Where ASCII text begins that ends just before `end`; -1 when another stands there. By a loop, for a
 * native call costs more than what it compares.
 */
function before(bytes: Uint8Array, end: number, text: string): number {
  const start = end - text.length;
  if (start < 0) return -1;
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[start + index] !== text.charCodeAt(index)) return -1;
  }
  return start;
}

/** Where the JSON object begins that ends just before `end`; -1 when none does. */
function beforeObject(bytes: Uint8Array, end: number): number {
  let depth = 0;
  let isText = false;
  for (let at = end - 1; at >= 0; at -= 1) {
    const byte = bytes[at];
    if (byte === QUOTE && !isEscaped(bytes, at)) isText = !isText;
    if (isText) continue;
    if (byte === CLOSE) depth += 1;
    else if (byte === OPEN) depth -= 1;
    if (depth === 0) return byte === OPEN ? at : -1;
  }
  return -1;
}

function isEscaped(bytes: Uint8Array, at: number): boolean {
  let from = at;
  while (bytes[from - 1] === BACKSLASH) from -= 1;
  return (at - from) % 2 === 1;
}
