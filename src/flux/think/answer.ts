import type { Shape } from './compile/compile-meaning.ts';
import type { Value } from './compile/value.ts';
import { LIMB_DIGITS } from './library/wides.ts';

/** An answer as data; numbers are decimal text because they have no bound. */
export type Answer =
  | { readonly kind: 'truth'; readonly value: boolean }
  | { readonly kind: 'number'; readonly value: string }
  | { readonly kind: 'fraction'; readonly numerator: string; readonly denominator: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'numeral'; readonly digits: string };

/** Reads the words a program emitted. */
export function readAnswer(words: readonly number[], shape: Shape): Answer {
  const reader = new WordReader(words);
  switch (shape.kind) {
    case 'truth':
      return { kind: 'truth', value: reader.next() !== 0 };
    case 'number': {
      const numerator = reader.number(shape.numerator);
      if (shape.denominator === undefined) return { kind: 'number', value: numerator };
      const denominator = reader.number(shape.denominator);
      if (denominator === '1') return { kind: 'number', value: numerator };
      return { kind: 'fraction', numerator, denominator };
    }
    case 'list': {
      const items: string[] = [];
      while (!reader.done) items.push(reader.number(shape.items));
      return { kind: 'list', items };
    }
    case 'numeral':
      return { kind: 'numeral', digits: words.map((digit) => digit.toString(36)).join('') };
  }
}

class WordReader {
  readonly #words: readonly number[];
  #at = 0;

  constructor(words: readonly number[]) {
    this.#words = words;
  }

  get done(): boolean {
    return this.#at >= this.#words.length;
  }

  next(): number {
    this.#at += 1;
    return this.#words[this.#at - 1] ?? 0;
  }

  /** A wide number is its limb count with the sign, then its limbs, highest first. */
  number(width: Value['width']): string {
    const head = this.next();
    if (width === 'word') return String(head);
    const limbs = Array.from({ length: Math.abs(head) }, () => this.next());
    const digits = limbs.map((limb) => String(limb).padStart(LIMB_DIGITS, '0')).join('');
    return `${head < 0 ? '-' : ''}${digits.replace(/^0+(?=\d)/, '') || '0'}`;
  }
}

/** Most decimal places in which a fraction is written out exactly. */
const PLACES_MAX = 30;

/**
 * The answer for people: a fraction as an exact decimal where it has one.
 *
 * @example
 * printAnswer({ kind: 'fraction', numerator: '7', denominator: '2' }); // => '3.5'
 */
export function printAnswer(answer: Answer): string {
  switch (answer.kind) {
    case 'truth':
      return String(answer.value);
    case 'number':
      return answer.value;
    case 'list':
      return answer.items.length === 0 ? 'none' : answer.items.join(', ');
    case 'numeral':
      return answer.digits;
    case 'fraction':
      return printFraction(BigInt(answer.numerator), BigInt(answer.denominator));
  }
}

function printFraction(numerator: bigint, denominator: bigint): string {
  const places = decimalPlaces(denominator);
  if (places !== undefined) return decimal(numerator, denominator, places);
  return `${numerator}/${denominator} (about ${decimal(numerator, denominator, 6)})`;
}

/** Places after the point of the exact decimal; none when a prime other than 2 and 5 divides. */
function decimalPlaces(denominator: bigint): number | undefined {
  for (let places = 1, scale = 10n; places <= PLACES_MAX; places += 1, scale *= 10n) {
    if (scale % denominator === 0n) return places;
  }
  return undefined;
}

/** Rounded half away from zero. */
function decimal(numerator: bigint, denominator: bigint, places: number): string {
  const scale = 10n ** BigInt(places);
  const magnitude = numerator < 0n ? -numerator : numerator;
  const rounded = (2n * magnitude * scale + denominator) / (2n * denominator);
  const digits = String(rounded).padStart(places + 1, '0');
  const sign = numerator < 0n && rounded > 0n ? '-' : '';
  return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
