import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyRedactor } from '../../model/index.ts';
import { Spoken } from './spoken.ts';

const key = 'plain-and-secret-0815';
const redact = keyRedactor({ all: () => [key], lent: () => 0 });

/** All that is shown of a text that arrives cut at some places. */
function shown(text: string, cuts: readonly number[]): string {
  const spoken = new Spoken(redact);
  const ends = [...cuts.map((cut) => cut % (text.length + 1)), text.length].sort((a, b) => a - b);
  let from = 0;
  let seen = '';
  for (const end of ends) {
    seen += spoken.next(text.slice(from, end));
    from = end;
  }
  return seen + spoken.rest();
}

test('however a text is cut into pieces, a key in it is not shown, and the rest is', () => {
  const word = fc.string({ maxLength: 12 }).filter((text) => !text.includes(key));
  fc.assert(
    fc.property(word, word, fc.array(fc.nat()), (before, after, cuts) => {
      const text = `${before} ${key} ${after}`;
      expect(shown(text, cuts)).toBe(String(redact(text)));
    }),
  );
});

test('text without spaces between its words is not held back', () => {
  const spoken = new Spoken(redact);
  expect(spoken.next('台帳は一七九一年に')).toBe('台帳は一七九一年に');
  expect(spoken.next('word')).toBe('');
  expect(spoken.next(' and')).toBe('word ');
  expect(spoken.rest()).toBe('and');
});

test('without keys to take out nothing is held back', () => {
  const spoken = new Spoken(undefined);
  expect(spoken.next('ends in')).toBe('ends in');
  expect(spoken.rest()).toBe('');
});
