import { FluxError } from '../../error.ts';
import { operationKinds } from '../compile/operations.ts';
import { literal, type Meaning, operation } from '../meaning.ts';
import { listForms } from './list-forms.ts';
import { numberForms } from './number-forms.ts';
import type { Form, PatternPart, SlotKind } from './pattern.ts';
import { type Token, tokenize } from './token.ts';
import { truthForms } from './truth-forms.ts';
import { calledName, gathered, infixOf, sequenceOf } from './words.ts';

/** How deep parentheses and phrases may nest, and how long a question may be. */
const DEPTH_MAX = 60;
const TOKENS_MAX = 2000;
const CHARACTERS_MAX = 12_000;

/** Strength of a sum, of what a tight slot takes, and of a minus sign. */
const SUM = 2;
const TIGHT = 5;

/** What the grammar made of a question. */
export interface Reading {
  readonly meaning?: Meaning;
  /** Where it stopped: the text of the first token no reading got past. */
  readonly stopped?: string;
}

/**
 * Reads a question. Slots take as little as they can; only when that reads no whole question do
 * they take whole sums.
 *
 * @example
 * printMeaning(readQuestion('what is the sum of the digits of 100!').meaning); // => 'sum(digits(factorial(100), 10))'
 */
export function readQuestion(question: string): Reading {
  if (question.length > CHARACTERS_MAX) throw tooLong(`${CHARACTERS_MAX} characters`);
  const reading = readTokens(tokenize(question));
  if (reading.meaning === undefined || !hasLoneItem(reading.meaning)) return reading;
  const apart = readTokens(tokenize(question, { thousands: false }));
  return apart.meaning === undefined ? reading : apart;
}

/** "max of 100,200,300": a list of one number with separators is a list of several without. */
const hasLoneItem = (meaning: Meaning): boolean =>
  meaning.kind === 'operation' &&
  ((meaning.name === 'items' && meaning.operands.length === 1) ||
    meaning.operands.some(hasLoneItem));

function readTokens(tokens: readonly Token[]): Reading {
  if (tokens.length === 0) return {};
  if (tokens.length > TOKENS_MAX) throw tooLong(`${TOKENS_MAX} words and signs`);
  const tight = new Grammar(tokens, TIGHT);
  const meaning = tight.question() ?? new Grammar(tokens, SUM).question();
  if (meaning !== undefined) return { meaning };
  const stopped = tokens[Math.min(tight.furthest, tokens.length - 1)]?.text;
  return stopped === undefined ? {} : { stopped };
}

interface Found<T = Meaning> {
  readonly value: T;
  readonly end: number;
}

class Grammar {
  readonly #tokens: readonly Token[];
  /** Strength of what fills a plain number slot. */
  readonly #slotStrength: number;
  /** What each rule found at each place; a rule asked again while it is being tried finds nothing. */
  readonly #memo = new Map<string, Found | undefined>();
  #depth = 0;
  furthest = 0;

  constructor(tokens: readonly Token[], slotStrength: number) {
    this.#tokens = tokens;
    this.#slotStrength = slotStrength;
  }

  question(): Meaning | undefined {
    const readings = [
      () => this.#calledAs('truth', 0) ?? this.#oneOf(truthForms, 0, 'truth'),
      () => this.#list(0, 2),
      () => this.#sum(0),
    ];
    for (const read of readings) {
      const found = read();
      if (found?.end === this.#tokens.length) return found.value;
    }
    return undefined;
  }

  #text(at: number): string {
    this.furthest = Math.max(this.furthest, at);
    return this.#tokens[at]?.text ?? '';
  }

  #remember(rule: string, at: number, read: () => Found | undefined): Found | undefined {
    const key = `${rule}@${at}`;
    if (this.#memo.has(key)) return this.#memo.get(key);
    this.#memo.set(key, undefined);
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) throw tooDeep();
    const found = read();
    this.#depth -= 1;
    this.#memo.set(key, found);
    return found;
  }

  #sum(at: number): Found | undefined {
    return this.#number(at, SUM);
  }

  /** Precedence climbing: operations at least this strong. */
  #number(at: number, strength: number): Found | undefined {
    return this.#remember(`number${strength}`, at, () => {
      let left = this.#prefixed(at);
      while (left !== undefined) {
        const next: Found | undefined = this.#infixed(left, strength);
        if (next === undefined) return left;
        left = next;
      }
      return undefined;
    });
  }

  #infixed(left: Found, strength: number): Found | undefined {
    const operator = this.#text(left.end);
    const isTogether = operator === '(' && this.#endsNumber(left.end - 1);
    const name = isTogether ? '*' : operator;
    const rule = infixOf(name);
    if (rule === undefined || rule.strength < strength) return undefined;
    const right = this.#number(isTogether ? left.end : left.end + 1, rule.right);
    if (right === undefined) return undefined;
    return { value: operation(rule.name, left.value, right.value), end: right.end };
  }

  /** Whether a parenthesis after this place is a product: 2(3 + 4), (1 + 2)(3 + 4). */
  #endsNumber(at: number): boolean {
    return this.#tokens[at]?.number !== undefined || this.#tokens[at]?.text === ')';
  }

  /** A minus binds looser than a power: -2^2 is -4. */
  #prefixed(at: number): Found | undefined {
    const sign = this.#text(at);
    if (sign === '+') return this.#number(at + 1, TIGHT);
    if (sign !== '-' && sign !== 'negative') return this.#postfixed(at);
    const inner = this.#number(at + 1, TIGHT);
    if (inner === undefined) return undefined;
    return { value: negative(inner.value), end: inner.end };
  }

  #postfixed(at: number): Found | undefined {
    let found = this.#primary(at);
    while (found !== undefined) {
      const { value, end }: Found = found;
      const text = this.#text(end);
      if (text === '!' || text === 'factorial') {
        found = { value: operation('factorial', value), end: end + 1 };
      } else if (text === 'squared' || text === 'cubed') {
        const exponent = literal(text === 'squared' ? 2 : 3);
        found = { value: operation('power', value, exponent), end: end + 1 };
      } else return found;
    }
    return undefined;
  }

  #primary(at: number): Found | undefined {
    return this.#remember('primary', at, () => {
      const token = this.#tokens[at];
      const text = this.#text(at);
      if (token?.number !== undefined) return this.#afterNumber(token.number, at + 1);
      if (text === '(') {
        const inner = this.#sum(at + 1);
        if (inner !== undefined && this.#text(inner.end) === ')') {
          return this.#afterNumber(inner.value, inner.end + 1);
        }
      }
      return this.#calledAs('number', at) ?? this.#oneOf(numberForms, at, 'form');
    });
  }

  /** "15 percent of 200". */
  #afterNumber(value: Meaning, end: number): Found {
    if (this.#text(end) === 'percent') {
      const hundredth = operation('divide', value, literal(100));
      const of = this.#number(end + (this.#text(end + 1) === 'of' ? 2 : 1), TIGHT);
      if (of === undefined) return { value: hundredth, end: end + 1 };
      return { value: operation('multiply', hundredth, of.value), end: of.end };
    }
    return { value, end };
  }

  /** `gcd(48, 18)`: any operation of a kind by its name, with its operands in parentheses. */
  #calledAs(kind: 'number' | 'list' | 'truth', at: number): Found | undefined {
    const text = this.#text(at);
    const name = calledName(text);
    if (operationKinds.get(name) !== kind || this.#text(at + 1) !== '(') return undefined;
    return this.#call(name, at + 1);
  }

  #call(name: string, at: number): Found | undefined {
    const operands: Meaning[] = [];
    let end = at;
    do {
      const found = this.#operand(end + 1);
      if (found === undefined) return undefined;
      operands.push(found.value);
      end = found.end;
    } while (this.#text(end) === ',');
    if (this.#text(end) !== ')') return undefined;
    return { value: operation(name, ...gathered(name, operands)), end: end + 1 };
  }

  #operand(at: number): Found | undefined {
    return this.#calledAs('list', at) ?? this.#sum(at) ?? this.#sequence(at);
  }

  /** A list by name, in words, or written out with at least so many items. */
  #list(at: number, least: number): Found | undefined {
    return this.#remember(`list${least}`, at, () => {
      return (
        this.#calledAs('list', at) ?? this.#oneOf(listForms, at, 'lists') ?? this.#items(at, least)
      );
    });
  }

  #items(at: number, least: number): Found | undefined {
    const closing = { '[': ']', '(': ')', '{': '}' }[this.#text(at)];
    if (closing !== undefined) {
      const inner = this.#items(at + 1, closing === ')' ? least : 1);
      if (inner !== undefined && this.#text(inner.end) === closing) {
        return { value: inner.value, end: inner.end + 1 };
      }
    }
    const spaced = least === 1 ? this.#spacedItems(at) : undefined;
    if (spaced !== undefined) return spaced;
    const items: Meaning[] = [];
    let end = at;
    for (let found = this.#sum(at); found !== undefined; ) {
      items.push(found.value);
      end = found.end;
      const next = this.#separated(end);
      found = next === end ? undefined : this.#sum(next);
    }
    if (items.length < least || items.length === 0) return undefined;
    return { value: operation('items', ...items), end };
  }

  /** "gcd 48 18": nothing but numbers to the end; "1 000" is rather one number than two. */
  #spacedItems(at: number): Found | undefined {
    const items: Meaning[] = [];
    let end = at;
    for (; this.#text(end) !== '' && this.#text(end) !== ')'; end += 1) {
      const { number, text = '' } = this.#tokens[end] ?? {};
      if (number === undefined || /^0\d/.test(text)) return undefined;
      items.push(number);
    }
    return items.length < 2 ? undefined : { value: operation('items', ...items), end };
  }

  /** Past a comma, an "and" or both. */
  #separated(at: number): number {
    const next = this.#text(at) === ',' || this.#text(at) === ';' ? at + 1 : at;
    return ['and', 'or', '&'].includes(this.#text(next)) ? next + 1 : next;
  }

  #sequence(at: number): Found | undefined {
    const text = this.#text(at);
    if (text === 'multiples' || text === 'powers') return this.#sequenceOf(text, at + 1);
    const name = sequenceOf(text);
    return name === undefined ? undefined : { value: operation(name), end: at + 1 };
  }

  #sequenceOf(name: string, at: number): Found | undefined {
    if (this.#text(at) === '(') return this.#call(name, at);
    if (this.#text(at) !== 'of') return undefined;
    const of = this.#number(at + 1, TIGHT);
    return of === undefined ? undefined : { value: operation(name, of.value), end: of.end };
  }

  #oneOf(forms: readonly Form[], at: number, rule: string): Found | undefined {
    return this.#remember(rule, at, () => {
      for (const form of forms) {
        for (const pattern of form.patterns) {
          const slots = new Map<string, Meaning>();
          const end = this.#match(pattern, 0, { at, slots, whole: rule === 'truth' });
          if (end !== undefined) return { value: form.build((name) => filled(slots, name)), end };
        }
      }
      return undefined;
    });
  }

  #match(pattern: readonly PatternPart[], from: number, place: Place): number | undefined {
    const part = pattern[from];
    if (part === undefined) {
      return place.whole && place.at !== this.#tokens.length ? undefined : place.at;
    }
    if (part.kind === 'slot') {
      const found = this.#slot(part.slot, place.at);
      if (found === undefined) return undefined;
      place.slots.set(part.name, found.value);
      return this.#match(pattern, from + 1, { ...place, at: found.end });
    }
    const isHere = part.words.includes(this.#text(place.at));
    if (isHere) {
      const end = this.#match(pattern, from + 1, { ...place, at: place.at + 1 });
      if (end !== undefined || !part.optional) return end;
    }
    return part.optional ? this.#match(pattern, from + 1, place) : undefined;
  }

  #slot(kind: SlotKind, at: number): Found | undefined {
    switch (kind) {
      case 'number':
        return this.#number(at, this.#slotStrength);
      case 'sum':
        return this.#sum(at);
      case 'list':
        return this.#list(at, 1);
      case 'sequence':
        return this.#sequence(at);
      case 'nth': {
        this.#text(at);
        const ordinal = this.#tokens[at]?.ordinal;
        return ordinal === undefined ? undefined : { value: ordinal, end: at + 1 };
      }
    }
  }
}

interface Place {
  readonly at: number;
  readonly slots: Map<string, Meaning>;
  /** Whether the pattern must end where the question does. */
  readonly whole: boolean;
}

/** A minus before a number makes a negative number. */
const negative = (meaning: Meaning): Meaning =>
  meaning.kind === 'literal'
    ? literal(-meaning.numerator, meaning.denominator)
    : operation('negate', meaning);

function filled(slots: ReadonlyMap<string, Meaning>, name: string): Meaning {
  const meaning = slots.get(name);
  if (meaning === undefined) {
    throw new FluxError({
      code: 'flux/think-form',
      message: `a form reads the slot ${name} that its pattern does not have`,
      hint: 'Give the pattern that slot.',
    });
  }
  return meaning;
}

const tooLong = (limit: string): FluxError =>
  new FluxError({
    code: 'flux/think-too-long',
    message: `the question has more than ${limit}`,
    hint: 'Ask it in parts.',
  });

const tooDeep = (): FluxError =>
  new FluxError({
    code: 'flux/think-too-deep',
    message: 'the question nests too deeply to be read',
    hint: 'Use fewer parentheses.',
  });
