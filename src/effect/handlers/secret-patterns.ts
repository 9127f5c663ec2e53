/** What is found in texts whatever field they stand in. */
export type PatternName = 'key' | 'token' | 'email' | 'card';

export interface Pattern {
  readonly name: PatternName;
  readonly expression: RegExp;
  /** A further test of what the expression found. */
  readonly holds?: (found: string) => boolean;
}

/** Keys as the services that issue them write them, and private keys in PEM form. */
const keys: Pattern = {
  name: 'key',
  expression: new RegExp(
    [
      String.raw`-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)`,
      String.raw`\bsk-(?=[A-Za-z_-]{0,200}\d)[A-Za-z0-9_-]{16,}`,
      String.raw`\b[sr]k_(?:live|test)_[A-Za-z0-9]{10,}`,
      String.raw`\b(?:AKIA|ASIA)[0-9A-Z]{16}\b`,
      String.raw`\bAIza[0-9A-Za-z_-]{35}`,
      String.raw`\bgh[oprsu]_[A-Za-z0-9]{20,}`,
      String.raw`\bgithub_pat_[A-Za-z0-9_]{20,}`,
      String.raw`\bglpat-[A-Za-z0-9_-]{16,}`,
      String.raw`\bxox[abeoprs]-[A-Za-z0-9-]{10,}`,
      String.raw`\bnpm_[A-Za-z0-9]{30,}`,
      String.raw`\bhf_[A-Za-z0-9]{30,}`,
    ].join('|'),
    'g',
  ),
};

/** JSON web tokens, authorization headers, passwords in addresses, and `secret = …` in free text. */
const tokens: Pattern = {
  name: 'token',
  expression: new RegExp(
    [
      String.raw`\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*`,
      String.raw`(?<=\b(?:Bearer|Basic)\s{1,4})[A-Za-z0-9+/=_.~-]{8,}`,
      String.raw`(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,80}:)[^\s/@[\]]{1,200}(?=@)`,
      String.raw`(?<=\b(?:api[_-]?key|access[_-]?token|auth[_-]?token|client[_-]?secret|secret|password|passwd)\b["']?\s{0,3}[:=]\s{0,3}["']?)[^\s"',;[\]]{6,}`,
    ].join('|'),
    'gi',
  ),
};

const email: Pattern = {
  name: 'email',
  expression:
    /(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9-])/g,
};

/** In one piece, or in the groups cards are printed in. */
const card: Pattern = {
  name: 'card',
  expression:
    /(?<![\d.])(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{4}|\d{4}([ -])\d{6}\2\d{4,5})(?!\d)/g,
  holds: (found) => isCardNumber(found.replace(/[ -]/g, '')),
};

/** The text with everything the pattern finds replaced. */
export function replaceAll(text: string, pattern: Omit<Pattern, 'name'>, mark: string): string {
  const { expression, holds } = pattern;
  if (holds === undefined) return text.replace(expression, mark);
  let made = '';
  let done = 0;
  expression.lastIndex = 0;
  for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
    const { 0: found, index } = match;
    if (holds(found)) {
      made += text.slice(done, index) + mark;
      done = index + found.length;
    } else {
      // What does not hold may hide one that does a little further on.
      expression.lastIndex = index + 1;
    }
  }
  return made + text.slice(done);
}

export const patterns: Readonly<Record<PatternName, Pattern>> = {
  key: keys,
  token: tokens,
  email,
  card,
};

/** Prefixes and lengths in use by the card networks; most other long numbers fail here. */
const networks =
  /^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}|3[47]\d{13}|6(?:011|5\d\d)\d{12}|35\d{14}|3(?:0[0-5]|[68]\d)\d{11})$/;

/**
 * True for a number that a card network could have issued and whose check digit holds (Luhn,
 * ISO/IEC 7812-1 Annex B).
 *
 * @example
 * isCardNumber('4111111111111111'); // => true
 * isCardNumber('4111111111111112'); // => false
 */
export function isCardNumber(digits: string): boolean {
  if (!networks.test(digits)) return false;
  let sum = 0;
  for (const [index, digit] of [...digits].reverse().entries()) {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
