import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  emptyIndex,
  generateIndex,
  type IndexedNote,
  indexNote,
  parseMemoryIndex,
  printMemoryIndex,
  unindexNote,
} from './memory-index.ts';
import { type NoteType, noteFileName } from './note.ts';
import {
  parseVersionFileName,
  redactVersion,
  versionFileName,
  versionsFolder,
} from './note-version.ts';
import { parseWikiPage } from './wiki-page.ts';

const harbor = (path: string): string =>
  readFileSync(new URL(`../../../examples/harbor/${path}`, import.meta.url), 'utf8');

const note = (type: NoteType, name: string, description: string): IndexedNote => ({
  type,
  name,
  description,
  file: noteFileName(type, name),
});
const debt = note('feedback', 'Debt priority order', 'Cards first');
const risk = note('user', 'Risk tolerance', 'Moderate');
const bottom = note('feedback', 'Bottom line first', 'Lead with the answer');

const WORKED = `# Memory Index

## Critical Feedback
- [Bottom line first](feedback_bottom_line_first.md) — Lead with the answer
- [Debt priority order](feedback_debt_priority_order.md) — Cards first

## User Profile
- [Risk tolerance](user_risk_tolerance.md) — Moderate
`;

test('three captures give the worked index', () => {
  const index = [debt, risk, bottom].reduce(indexNote, emptyIndex('memory/INDEX.md'));
  expect(printMemoryIndex(index)).toBe(WORKED);
  expect(printMemoryIndex(indexNote(index, bottom))).toBe(WORKED);
  expect(index.entries[0]).toEqual({ section: 'Critical Feedback', ...omitType(bottom), line: 4 });
});

const omitType = ({ name, file, description }: IndexedNote) => ({ name, file, description });

test('a section is matched by its whole heading', () => {
  const text = '# Memory Index\n\n## Reference docs\n- mine\n';
  const index = indexNote(parseMemoryIndex(text, 'f'), note('reference', 'Desk', 'who answers'));
  expect(printMemoryIndex(index)).toBe(
    `${text}\n## Reference\n- [Desk](reference_desk.md) — who answers\n`,
  );
});

test('the index of harbor keeps its hand-made layout', () => {
  const before = harbor('memory/INDEX.md');
  const index = parseMemoryIndex(before, 'memory/INDEX.md');
  expect(index.entries).toHaveLength(11);
  expect(printMemoryIndex(indexNote(index, debt))).toBe(
    before.replace(
      '## Critical Feedback\n\n',
      '## Critical Feedback\n\n- [Debt priority order](feedback_debt_priority_order.md) — Cards first\n',
    ),
  );
  const gone = printMemoryIndex(unindexNote(index, 'reference_catalogue.md'));
  expect(before.split('\n').filter((line) => !gone.includes(line))).toEqual([
    '- [The local catalogue](reference_catalogue.md) — what it holds, how to ask it, when it is stale',
  ]);
});

test('a CRLF index without final newline stays one', () => {
  const index = indexNote(parseMemoryIndex('# Memory Index\r\n\r\n## User Profile', 'f'), risk);
  expect(printMemoryIndex(index)).toBe(
    '# Memory Index\r\n\r\n## User Profile\r\n- [Risk tolerance](user_risk_tolerance.md) — Moderate\r\n',
  );
});

test('a generated index has its sections in their order', () => {
  expect(generateIndex([debt, risk])).toBe(
    '# Memory Index\n\n## User Profile\n- [Risk tolerance](user_risk_tolerance.md) — Moderate\n\n## Critical Feedback\n- [Debt priority order](feedback_debt_priority_order.md) — Cards first\n',
  );
});

test('versions are named by time and content, and read back', () => {
  const name = versionFileName(1_778_085_116_004_211, 'x');
  expect(name).toMatch(/^20260506T163156004211Z_[0-9a-f]{8}\.md$/);
  expect(parseVersionFileName(name)?.at).toBe(1_778_085_116_004_211);
  expect(parseVersionFileName('20260506T163156Z_dc97da1f.md')?.at).toBe(1_778_085_116_000_000);
  expect(parseVersionFileName('20260231T163156Z_dc97da1f.md')).toBeUndefined();
  expect(versionsFolder('user_a.md')).toBe('.versions/user_a');
});

test('redacting a version keeps its front matter', () => {
  const text = harbor('memory/user_reading_habits.md');
  const redacted = redactVersion(text, 'f');
  expect(redacted).toBe(`${text.slice(0, text.indexOf('\n---\n') + 5)}\n[redacted]\n`);
});

test('wiki pages are read, and told apart from notes', () => {
  const page = parseWikiPage(harbor('wiki/harmonic_analysis.md'), 'f');
  expect(page.sources).toEqual(['raw/2026-05-30_proceedings_vol9_notes.md']);
  expect(page.related).toEqual(['feedback_citation_style.md']);
  expect(() => parseWikiPage(harbor('memory/user_reading_habits.md'), 'f')).toThrow(
    '`type` must be `wiki_page`',
  );
});
