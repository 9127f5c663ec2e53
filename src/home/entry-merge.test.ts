import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeEntries } from './index.ts';

const journal = (...entries: readonly (readonly [string, string])[]): string =>
  `# Work Journal\n\nIntro.\n${entries.map(([time, text]) => `\n## [${time}] NOTE\n\n${text}\n`).join('')}`;

test('entries of both sides are kept once, in order of time', () => {
  const both = ['2026-01-01T00:00:00Z', 'both'] as const;
  const ours = journal(both, ['2026-01-03T00:00:00Z', 'ours']);
  const theirs = journal(both, ['2026-01-02T00:00:00Z', 'theirs']);
  const merged = mergeEntries(ours, theirs, 'journal');
  expect([...merged.matchAll(/^(both|ours|theirs)$/gm)].map(([text]) => text)).toEqual([
    'both',
    'theirs',
    'ours',
  ]);
  expect(merged.match(/# Work Journal/g)).toHaveLength(1);
});

test('a line said twice on one side stays twice', () => {
  expect(mergeEntries('a\na\n', 'a\n', 'jsonl')).toBe('a\na\n');
  expect(mergeEntries('a\n', 'a\na\n', 'jsonl')).toBe('a\na\n');
});

test('a last line without its newline does not swallow the next', () => {
  expect(mergeEntries('{"a":1}', '{"b":2}', 'jsonl')).toBe('{"a":1}\n{"b":2}\n');
});

const line = fc.record({
  ts: fc.constantFrom('2026-01-01', '2026-01-02', '2026-01-03'),
  n: fc.nat(9),
});
const file = fc
  .array(line, { maxLength: 8 })
  .map((lines) => lines.map(({ ts, n }) => `{"ts":"${ts}T00:00:00Z","n":${n}}\n`).join(''));

test('nothing is lost, nothing is invented, and merging again changes nothing', () => {
  fc.assert(
    fc.property(file, file, (ours, theirs) => {
      const merged = mergeEntries(ours, theirs, 'jsonl');
      const lines = (text: string): readonly string[] => text.split('\n').filter((l) => l !== '');
      const times = (text: string, line: string) => lines(text).filter((l) => l === line).length;
      for (const each of new Set([...lines(ours), ...lines(theirs)])) {
        expect(times(merged, each)).toBe(Math.max(times(ours, each), times(theirs, each)));
      }
      expect(lines(mergeEntries(merged, theirs, 'jsonl'))).toEqual(lines(merged));
    }),
  );
});
