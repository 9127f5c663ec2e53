import { type Literal, literal } from '../meaning.ts';
import {
  fillers,
  numberWords,
  ordinalWords,
  scaleWords,
  synonyms,
  trailing,
  wrapping,
} from './phrases.ts';

/** A piece of a question in the words of the grammar. */
export interface Token {
  readonly text: string;
  readonly number?: Literal;
  /** The place an ordinal names: 10 of "10th", 1 of "first". */
  readonly ordinal?: Literal;
}

const TOKEN =
  /0x[0-9a-f]+\b|0b[01]+\b|\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d+(?:_\d+)*(?:\.\d+)?(?:e\d+)?(?:-?(?:st|nd|rd|th))?\b|\.\d+|<=|>=|!=|[a-z]+(?:-[a-z]+)*|\S/gu;

/** The question in lower case, without politeness, in one word for each way of saying a thing. */
function plainText(question: string): string {
  let text = ` ${question.toLowerCase().replace(/\s+/g, ' ')} `;
  text = text.replace(/([a-z])\s*!+\s*$/, '$1').trim();
  for (let before = ''; before !== text; ) {
    before = text;
    text = withoutEnd(withoutEnd(text).replace(trailing, ''));
    const shorter = text.replace(wrapping, '');
    if (shorter !== '') text = shorter;
  }
  for (const [phrase, word] of synonyms) text = text.replace(phrase, word);
  return text.trim();
}

const ENDS = ' ?.;,:';

/** A text without punctuation at its end; a pattern would take quadratic time for much of it inside. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && ENDS.includes(text[end - 1]!)) end -= 1;
  return text.slice(0, end);
}

export interface TokenizeOptions {
  /** Whether 1,000 is one number; true by default. */
  readonly thousands?: boolean;
}

/**
 * Splits a question into tokens, numbers read and filling words left out.
 *
 * @example
 * tokenize('What is the 10th prime?').map(({ text }) => text); // => ['10th', 'prime']
 */
export function tokenize(
  question: string,
  { thousands = true }: TokenizeOptions = {},
): readonly Token[] {
  const plain = plainText(question);
  const text = thousands ? plain : plain.replace(/,/g, ', ');
  const texts = (text.match(TOKEN) ?? []).flatMap(splitNumberWords);
  const tokens: Token[] = [];
  for (let at = 0; at < texts.length; ) {
    const spoken = spokenNumber(texts, at);
    if (spoken !== undefined) {
      tokens.push({ text: texts.slice(at, spoken.end).join(' '), number: literal(spoken.value) });
      at = spoken.end;
      continue;
    }
    const text = texts[at] ?? '';
    at += 1;
    if (!fillers.has(text)) tokens.push(tokenOf(text));
  }
  return tokens;
}

function tokenOf(text: string): Token {
  const ordinal = ordinalWords.get(text) ?? ordinalDigits(text);
  if (ordinal !== undefined) return { text, ordinal: literal(ordinal) };
  const number = readNumber(text);
  return number === undefined ? { text } : { text, number };
}

function ordinalDigits(text: string): bigint | undefined {
  const match = /^(\d+)-?(?:st|nd|rd|th)$/.exec(text);
  return match?.[1] === undefined ? undefined : BigInt(match[1]);
}

/** "twenty-one" is two words, "whole-square-root" one. */
const splitNumberWords = (text: string): readonly string[] => {
  const parts = text.split('-');
  return parts.every((part) => numberWords.has(part) || ordinalWords.has(part)) ? parts : [text];
};

/** Exact value of digits, with thousands separators, a decimal point, or a power of ten. */
function readNumber(text: string): Literal | undefined {
  if (/^0[xb]/.test(text)) return literal(BigInt(text));
  const match = /^([\d,_]*)(?:\.(\d+))?(?:e(\d+))?$/.exec(text);
  if (match === null || !/\d/.test(text)) return undefined;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const digits = BigInt(whole.replace(/[,_]/g, '') + fraction);
  const places = Number(exponent) - fraction.length;
  if (Math.abs(places) > 5000) return undefined;
  if (places >= 0) return literal(digits * 10n ** BigInt(places));
  return reducedTens(digits, 10n ** BigInt(-places));
}

/** 2.50 is 25/10: the denominator stays a power of ten. */
function reducedTens(digits: bigint, scale: bigint): Literal {
  let [numerator, denominator] = [digits, scale];
  while (denominator > 1n && numerator % 10n === 0n) {
    numerator /= 10n;
    denominator /= 10n;
  }
  return literal(numerator, denominator);
}

/** A number in words from a place on: "two hundred and five", "3 million". */
function spokenNumber(
  texts: readonly string[],
  start: number,
): { readonly value: bigint; readonly end: number } | undefined {
  const isDigits = /^\d+$/.test(texts[start] ?? '') && scaleWords.has(texts[start + 1] ?? '');
  if (!isDigits && !numberWords.has(texts[start] ?? '')) return undefined;
  let [total, group, at] = [0n, 0n, start];
  for (; at < texts.length; at += 1) {
    const text = texts[at] ?? '';
    const word = numberWords.get(text) ?? (isDigits && at === start ? BigInt(text) : undefined);
    const scale = scaleWords.get(text);
    const fits = word !== undefined && (group % 100n === 0n || (group % 10n === 0n && word < 10n));
    if (word !== undefined && at > start && !fits) break;
    if (word !== undefined) group += word;
    else if (scale === 100n) group *= 100n;
    else if (scale !== undefined) [total, group] = [total + group * scale, 0n];
    else if (
      !(text === 'and' && texts[at - 1] === 'hundred' && numberWords.has(texts[at + 1] ?? ''))
    )
      break;
  }
  return { value: total + group, end: at };
}
