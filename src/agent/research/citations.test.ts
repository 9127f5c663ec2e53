import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CitationFormat, readCitations } from './citations.ts';

const claimsOf = (text: string, format: CitationFormat = 'inline') =>
  readCitations(text, format).claims.map(({ text: claim, citations }) => [
    claim,
    citations.map(({ kind, target }) => `${kind} ${target}`),
  ]);

test.each([
  ['The ledger has 33 years (raw/ledger.md).', ['file raw/ledger.md']],
  ['It rose 11 ft. [per raw/ledger.md, updated 2026-05-29]', ['file raw/ledger.md']],
  ['It ran from 1871 (PA/TL/1, title leaf).', ['mark PA/TL/1']],
  [
    'Set up in 1885 (Brackwater Proceedings vol. 9, p. 233).',
    ['mark Brackwater Proceedings vol. 9'],
  ],
  ['It is 4 km: https://example.org/map.', ['url https://example.org/map']],
  ['He wrote "with me to the half foot".', []],
  ['There were 7 boats.', []],
])('%j cites %j', (text, cited) => {
  expect(claimsOf(text)).toEqual([[expect.any(String), cited]]);
});

test.each([
  'Shall I look at vol. 9?',
  '# 1883 or 1885',
  '2 + 2 = 4',
  'Volume 12 is not held.',
  'Gap: 2 leaves.',
  'It rose quickly.',
  '```\n1883\n```',
])('%j claims nothing', (text) => {
  expect(claimsOf(text)).toEqual([]);
});

test('a citation counts for the sentences before it on its line, not for those after', () => {
  expect(claimsOf('It began in 1871. It ended in 1904 (PA/TL/1). It has 7 gaps.')).toEqual([
    ['It began in 1871.', ['mark PA/TL/1']],
    ['It ended in 1904 (PA/TL/1).', ['mark PA/TL/1']],
    ['It has 7 gaps.', []],
  ]);
});

test('footnotes are followed', () => {
  expect(claimsOf('It began in 1871.[^1]\n\n[^1]: raw/ledger.md, f. 1r')).toEqual([
    ['It began in 1871.[^1]', ['file raw/ledger.md']],
  ]);
});

test('a block of sources stands for all claims where the agent cites so, and only there', () => {
  const text = 'It began in 1871.\n\n## Sources\n\n- raw/ledger.md\n';
  expect(claimsOf(text, 'sources_block')).toEqual([['It began in 1871.', ['file raw/ledger.md']]]);
  expect(claimsOf(text)).toEqual([['It began in 1871.', []]]);
});

test('an answer of harbor with all its marks', () => {
  const text = readFileSync(
    join(
      import.meta.dirname,
      '../../../examples/harbor/evals/runs/responses/2026-06-05_001_quote_with_page.txt',
    ),
    'utf8',
  );
  expect(claimsOf(text).map(([, cited]) => cited)).toEqual([['mark PA/TL/1'], ['mark PA/TL/1']]);
});

test('whatever an answer is, it is read the same each time, and claims are words of it', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '[',
      '](',
      '^1]',
      '(PA/1',
      'p. 3)',
      '. ',
      '1883',
      '```',
      '\n',
      '## Sources\n',
      '"',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join('');
      const read = readCitations(text, 'inline');
      expect(readCitations(text, 'inline')).toEqual(read);
      for (const claim of read.claims) expect(text).toContain(claim.text);
    }),
  );
});
