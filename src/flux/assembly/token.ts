import type { SourceLine } from './document.ts';
import type { Position, ProblemList } from './problem.ts';

/** One piece of a line of assembly. */
export type Token = Position & {
  /** What stands in the source, for messages. */
  readonly text: string;
  /** Whether space or the start of the line comes before it. */
  readonly spaced: boolean;
} & (
    | { readonly kind: 'word' | 'directive' | 'mark' }
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'string'; readonly value: string }
  );

const WORD = /[A-Za-z_][\w.]*/y;
const DIRECTIVE = /\.[A-Za-z_]\w*/y;
const NUMBER = /(?:0[xX][0-9a-fA-F]+|0[bB][01]+|\d+)(?![\w.])/y;
const STRING = /"((?:[^"\\]|\\.)*)"/y;
const CHARACTER = /'((?:[^'\\]|\\.)+)'/y;
const MARK = /[,:+-]/y;
const SPACE = /\s+/y;
/** What a person most likely meant as one piece, for the message. */
const JUNK = /[^\s,;]+/y;

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '0': '\0',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/** Splits a line into tokens, up to its comment; a piece that is none becomes a problem. */
export function tokenize({ line, text }: SourceLine, problems: ProblemList): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let spaced = true;
  while (at < text.length && text[at] !== ';') {
    const space = match(SPACE, text, at);
    if (space !== undefined) {
      at += space.length;
      spaced = true;
      continue;
    }
    const position: Position = { line, column: at + 1 };
    const token = readToken(text, at, { ...position, spaced }, problems);
    if (token === undefined) {
      const junk = match(JUNK, text, at) ?? text.slice(at, at + 1);
      problems.add(position, `Cannot parse operand: ${junk}`, 'a name, number, register or string');
      return tokens;
    }
    tokens.push(token);
    at += token.text.length;
    spaced = false;
  }
  return tokens;
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function readToken(
  text: string,
  at: number,
  place: Position & { readonly spaced: boolean },
  problems: ProblemList,
): Token | undefined {
  const number = match(NUMBER, text, at);
  if (number !== undefined)
    return { ...place, kind: 'number', text: number, value: Number(number) };
  const directive = match(DIRECTIVE, text, at);
  if (directive !== undefined) return { ...place, kind: 'directive', text: directive };
  const word = match(WORD, text, at);
  if (word !== undefined) return { ...place, kind: 'word', text: word };
  const string = match(STRING, text, at);
  if (string !== undefined) {
    const value = readEscapes(string.slice(1, -1), place, problems);
    return { ...place, kind: 'string', text: string, value };
  }
  const character = match(CHARACTER, text, at);
  if (character !== undefined) {
    const value = readEscapes(character.slice(1, -1), place, problems);
    if ([...value].length !== 1) {
      problems.add(place, `${character} is not one character`, "one character, such as 'A'");
    }
    return { ...place, kind: 'number', text: character, value: value.codePointAt(0) ?? 0 };
  }
  const mark = match(MARK, text, at);
  return mark === undefined ? undefined : { ...place, kind: 'mark', text: mark };
}

function readEscapes(text: string, place: Position, problems: ProblemList): string {
  return text.replace(/\\(?:x([0-7][0-9a-fA-F])|(.))/g, (whole, hex: string, letter: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    const known = escapes[letter];
    if (known === undefined) {
      problems.add(
        place,
        `${whole} is no escape`,
        '\\n \\t \\r \\0 \\\\ \\" \\\' or \\x00 to \\x7F',
      );
    }
    return known ?? whole;
  });
}
