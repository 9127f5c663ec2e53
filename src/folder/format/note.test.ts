import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import noteVectors from '../../../test/vectors/folder/note.json' with { type: 'json' };
import yamlVectors from '../../../test/vectors/folder/yaml.json' with { type: 'json' };
import { sha256 } from '../../base/index.ts';
import { FolderError } from '../error.ts';
import {
  appendToBody,
  changeNote,
  isNoteFileName,
  type NoteContent,
  newNote,
  noteFileName,
  parseNote,
  printNote,
} from './note.ts';
import { printYamlMap, type YamlField } from './yaml-print.ts';
import { parseYaml } from './yaml-text.ts';

const HARBOR = new URL('../../../examples/harbor/memory/', import.meta.url);
const harborNotes = readdirSync(HARBOR)
  .filter(isNoteFileName)
  .map((name) => ({ name, text: readFileSync(new URL(name, HARBOR), 'utf8') }));

const problemsOf = (text: string): readonly string[] => {
  try {
    parseNote(text, 'memory/a.md');
    return [];
  } catch (error) {
    if (error instanceof FolderError) return error.problems.map((p) => `${p.line}: ${p.message}`);
    throw error;
  }
};

test('YAML is printed as PyYAML prints it, and read back', () => {
  for (const { fields, yaml } of yamlVectors.cases) {
    expect(printYamlMap(fields as Record<string, YamlField>)).toBe(yaml);
    if (/[\n\x85\u2028\u2029]/.test(fields.description ?? '')) continue;
    expect(parseYaml({ text: yaml, file: 'f', line: 1 }).value).toEqual(fields);
  }
});

test('a new note has the exact bytes of the original system', () => {
  for (const { note, file, bytes, sha256: hash } of noteVectors.cases) {
    const text = printNote(newNote(note as NoteContent, 'f'));
    expect(text).toBe(file);
    expect(Buffer.byteLength(text)).toBe(bytes);
    expect(sha256(text)).toBe(hash);
  }
  expect(noteVectors.cases[0]?.sha256).toBe(
    'dc97da1f7476f788e6c1202a8b74d9bb839ddbecd0450d56bdaffcf83bda6a7b',
  );
});

test('all notes of harbor are read, and printed as they were', () => {
  expect(harborNotes).toHaveLength(11);
  for (const { name, text } of harborNotes) expect(printNote(parseNote(text, name))).toBe(text);
});

test('a note that was printed is read with the same content', () => {
  const line = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    .filter((text) => text.trim() !== '' && !/[\r\n\x85\u2028\u2029\ufeff]/.test(text));
  fc.assert(
    fc.property(
      line,
      line,
      fc.array(line, { minLength: 1, maxLength: 4 }),
      (name, description, list) => {
        const content = { ...(noteVectors.cases[0]?.note as NoteContent), name, description };
        const made = newNote({ ...content, sources: list, tags: list }, 'memory/a.md');
        const note = parseNote(printNote(made), 'memory/a.md');
        expect([note.name, note.description, note.sources]).toEqual([name, description, list]);
      },
    ),
  );
});

test('all broken rules of a note are reported with their lines', () => {
  const text = (harborNotes[0]?.text ?? '')
    .replace('captured: 2026-06-03', 'captured: 2026-06-31')
    .replace('confidence: high', 'confidence: certain');
  expect(problemsOf(text)).toEqual([
    '6: `captured` must be a day',
    '10: `confidence` must be one of high, medium, low',
  ]);
  expect(problemsOf('---\n---\n')).toHaveLength(8);
});

test('broken YAML is reported with the line it is on', () => {
  expect(problemsOf('---\nname: a\ntags: [x\ntype: user\n---\n')[0]).toMatch(/^[34]: /);
  expect(problemsOf('name: a\n')).toEqual(['1: the first line is not `---`']);
  expect(problemsOf('---\nname: a\n')).toEqual([
    '1: front matter is never closed by a second `---` line',
  ]);
  expect(problemsOf(`---\n${'['.repeat(100_000)}\n---\n`)).toHaveLength(1);
  expect(problemsOf('---\n- a\n---\n')).toEqual([
    '2: front matter is not a list of `key: value` lines',
  ]);
});

test('a change touches only its lines and keeps comments, unknown keys, order, BOM and CRLF', () => {
  const text = [
    '\ufeff---',
    'schema_version: 1',
    'name: "Deep reads"   # as said',
    'mood: curious # an unknown key',
    'description: only on request',
    'type: decision',
    'captured: 2026-05-31',
    'last_seen: 2026-06-04   # seen again',
    'sources:',
    '    - conversation_2026-05-31  # first',
    'confidence: medium',
    'pinned: false',
    'superseded_by: null',
    '---',
    'Body without final newline',
  ].join('\r\n');
  const note = parseNote(text, 'memory/a.md');
  expect(printNote(note)).toBe(text);
  const changed = changeNote(note, {
    lastSeen: '2026-06-05',
    addSources: ['observation', 'conversation_2026-05-31'],
    pinned: true,
    archived: true,
    supersededBy: 'persona/USER.md#style',
  });
  expect(printNote(changed)).toBe(
    text
      .replace('2026-06-04 ', "'2026-06-05' ")
      .replace('# first\r\n', '# first\r\n    - observation\r\n')
      .replace('pinned: false', 'pinned: true')
      .replace('superseded_by: null', 'superseded_by: persona/USER.md#style\r\narchived: true'),
  );
  expect(changed.sources).toEqual(['conversation_2026-05-31', 'observation']);
});

test('text is added after the body', () => {
  const [first] = harborNotes;
  const note = parseNote(first?.text ?? '', 'memory/a.md');
  expect(printNote(appendToBody(note, 'And more.'))).toBe(`${first?.text}\nAnd more.\n`);
});

test('every change to every note of harbor can be made in place', () => {
  for (const { name, text } of harborNotes) {
    const note = changeNote(parseNote(text, name), {
      lastSeen: '2026-07-01',
      addSources: ['observation', 'raw/new file.md'],
      expiresAt: null,
      supersededBy: 'feedback_new.md',
    });
    const before = text.split('\n');
    const kept = printNote(note)
      .split('\n')
      .filter((line) => before.includes(line));
    expect(kept.length).toBeGreaterThanOrEqual(before.length - 3);
    expect(note.lastSeen).toBe('2026-07-01');
  }
});

test('file names are derived, told apart and never collide on names without ASCII letters', () => {
  expect(noteFileName('feedback', 'Debt priority order')).toBe('feedback_debt_priority_order.md');
  expect(noteFileName('user', '日本')).not.toBe(noteFileName('user', '中国'));
  expect(isNoteFileName(noteFileName('user', '日本'))).toBe(true);
  expect(isNoteFileName('decision_2026-q2_rent.md')).toBe(true);
  expect(isNoteFileName('INDEX_feedback.md')).toBe(false);
});

test('a note of 50 MB is read', () => {
  const [first] = harborNotes;
  const body = 'all work and no play\n'.repeat(2_500_000);
  const text = `${first?.text}${body}`;
  const note = parseNote(text, 'memory/a.md');
  expect(note.body.length).toBeGreaterThan(50_000_000);
  expect(printNote(note)).toBe(text);
});

test('bytes that are no note are refused by a tagged error', () => {
  const parts = fc.constantFrom(
    '---\n',
    'name: x\n',
    'sources: [',
    ']\n',
    '&a ',
    '*a',
    '"',
    ': ',
    '\r\n',
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.array(parts, { maxLength: 12 }).map((list) => Buffer.from(`---\n${list.join('')}\n---\n`)),
  );
  fc.assert(
    fc.property(bytes, (content) => {
      try {
        parseNote(content, 'memory/a.md');
      } catch (error) {
        expect(error).toBeInstanceOf(FolderError);
      }
    }),
    { numRuns: 500 },
  );
});
