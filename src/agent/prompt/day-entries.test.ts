import { expect, test } from 'vitest';
import { dayOfEntries, piecesOf, withEntry } from './day-entries.ts';

const entries = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `## entry ${at}`);

test('the pieces of a day are all its entries, each after an empty line', () => {
  for (const count of [0, 1, 7, 8, 9, 63, 64, 65, 128, 150, 511, 512, 600]) {
    const text = piecesOf(dayOfEntries(entries(count))).join('');
    expect(text).toBe(
      entries(count)
        .map((entry) => `\n\n${entry}`)
        .join(''),
    );
  }
});

test('a day of 662 entries is 512, two 64, two 8 and six single entries', () => {
  const lines = piecesOf(dayOfEntries(entries(662))).map((piece) => piece.split('##').length - 1);
  expect(lines).toEqual([512, 64, 64, 8, 8, 1, 1, 1, 1, 1, 1]);
});

test('a day that grows by one entry at a time is the day read at once, and earlier ones stay', () => {
  let grown = dayOfEntries([]);
  const seen = [grown];
  for (const entry of entries(130)) {
    grown = withEntry(grown, entry);
    seen.push(grown);
  }
  for (const [count, day] of seen.entries()) expect(day).toEqual(dayOfEntries(entries(count)));
  expect(piecesOf(seen[130] ?? grown)[0]).toBe(piecesOf(seen[64] ?? grown)[0]);
});
