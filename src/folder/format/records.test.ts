import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import vectors from '../../../test/vectors/folder/run-log.json' with { type: 'json' };
import { appendToDay, newJournalDay, parseJournalDay, printJournalDay } from './journal-day.ts';
import { PythonFloat, pythonJson } from './python-json.ts';
import { isPrimary, parseRunLog, printRunRecord, summaryOf } from './run-log.ts';
import {
  appendWorkEntry,
  NEW_WORK_JOURNAL,
  parseWorkJournal,
  printWorkEntry,
  printWorkJournal,
} from './work-journal.ts';

const HARBOR = new URL('../../../examples/harbor/', import.meta.url);
const harborLogs = readdirSync(new URL('log/2026-06/', HARBOR)).map((name) => ({
  name,
  text: readFileSync(new URL(`log/2026-06/${name}`, HARBOR), 'utf8'),
}));

test('numbers and texts are printed as Python prints them', () => {
  for (const [value, text] of vectors.floats) {
    expect(pythonJson(new PythonFloat(value as number))).toBe(text);
  }
  for (const [value, text] of vectors.texts) expect(pythonJson(value as string)).toBe(text);
});

test('a record is printed with the bytes of the original', () => {
  for (const line of vectors.records) {
    const [read] = parseRunLog(line, 'f').lines;
    expect(read && printRunRecord(read.record)).toBe(line);
  }
  expect(Buffer.byteLength(`${vectors.records[0]}\n`)).toBe(830);
});

test('the run log of harbor has 28 records, 23 of them runs', () => {
  const lines = harborLogs.flatMap(({ name, text }) => parseRunLog(text, name).lines);
  expect(lines).toHaveLength(28);
  expect(lines.filter(({ record }) => isPrimary(record))).toHaveLength(23);
  expect(
    lines.flatMap(({ record }) => Object.keys(record.extras)).includes('helper_provenance'),
  ).toBe(true);
});

test('what a line lacks gets its default, and unknown keys are kept', () => {
  const [line] = parseRunLog('{"x":[1],"run_id":7}\n', 'f').lines;
  expect(line?.record).toEqual({
    ts: '',
    runId: '',
    primitive: 'other',
    status: '',
    summary: '',
    model: 'n/a',
    inputTokens: 0,
    outputTokens: 0,
    extras: { x: [1] },
  });
});

test('torn, damaged and undecodable lines are named by number and worked around', () => {
  const good = vectors.records[0] as string;
  const content = Buffer.concat([
    Buffer.from(`\ufeff${good}\r\n{"ts": "2026", "su\n${good}\n[1]\n\n{"ts": "20${good}\n`),
    Buffer.from([0xff, 0x0a, 0, 0, 0x0a]),
    Buffer.from('{"cost_usd": true}\n{"cost_usd": "1"}\n{"a":1'),
  ]);
  const { lines, damaged } = parseRunLog(content, 'log.jsonl');
  expect(lines.map(({ line }) => line)).toEqual([1, 3, 6]);
  expect(damaged.map(({ line, message }) => `${line}: ${message}`)).toEqual([
    '2: not a JSON object',
    '4: not a JSON object',
    '6: a torn record before another on the same line',
    '7: not UTF-8 text',
    '8: not a JSON object',
    '9: `cost_usd` is not a number',
    '10: `cost_usd` is not a number',
    '11: not a JSON object',
  ]);
});

test('a summary has at most 80 characters', () => {
  expect(summaryOf('short')).toBe('short');
  expect(summaryOf('x'.repeat(81))).toBe(`${'x'.repeat(77)}...`);
  expect([...summaryOf('\u{1f600}'.repeat(100))]).toHaveLength(80);
});

test('a day of the journal has its sections as entries', () => {
  const text = readFileSync(new URL('journal/2026-06/2026-06-05.md', HARBOR), 'utf8');
  const day = parseJournalDay(text, 'f');
  expect(day.entries.map(({ heading }) => heading)).toEqual([
    'What happened',
    'Captured to memory',
    'Open questions',
  ]);
  const more = appendToDay(day, '## Later\n\nRain.');
  expect(printJournalDay(more)).toBe(`${text}\n## Later\n\nRain.\n`);
  const fresh = appendToDay(
    parseJournalDay(newJournalDay('2026-06-06', 'Harbor'), 'f'),
    '## A\n\nb',
  );
  expect(printJournalDay(fresh)).toBe('# 2026-06-06 — Harbor journal\n\n## A\n\nb\n');
  expect(parseJournalDay('# T\nfree text\n\n## A\n', 'f').entries[0]?.text).toBe('free text');
});

const JOURNAL = `# Work Journal

Intro.

## [2026-06-05T10:00:00Z] BOOT

- Agent: datum
- State: active

### [2026-06-05T10:00:01.000002] datum — NOTE

Two words
---
more

\`a\` \`b c\`
---

### [nonsense] two words — TASK LIST

x
`;

test('both kinds of work journal entries are read', () => {
  const { entries } = parseWorkJournal(JOURNAL, 'JOURNAL.md');
  expect(entries.map(({ text, ...entry }) => entry)).toEqual([
    {
      at: Date.UTC(2026, 5, 5, 10) * 1000,
      category: 'BOOT',
      content: '- Agent: datum\n- State: active',
      tags: [],
      line: 5,
    },
    {
      at: Date.UTC(2026, 5, 5, 10, 0, 1) * 1000 + 2,
      agent: 'datum',
      category: 'NOTE',
      content: 'Two words\n---\nmore',
      tags: ['a', 'b c'],
      line: 10,
    },
    { agent: 'two words', category: 'TASK LIST', content: 'x', tags: [], line: 19 },
  ]);
});

test('an entry that was appended is read as it was meant, whatever it says', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/);
  const line = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.constantFrom(
      '---',
      '\\---',
      '```',
      '~~~js',
      '`tag`',
      '## [x] y',
      '### [x] a — b',
      '\\## [x] y',
      '',
    ),
  );
  const content = fc
    .array(line, { minLength: 1, maxLength: 6 })
    .map((lines) => lines.join('\n').replaceAll('\r', '').trim());
  const entry = fc.record({
    content,
    category: word,
    agent: fc.option(word),
    tags: fc.array(word, { maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 4 }), (entries) => {
      let journal = parseWorkJournal(NEW_WORK_JOURNAL, 'JOURNAL.md');
      for (const [index, { agent, ...rest }] of entries.entries()) {
        const text = printWorkEntry({ ...rest, at: index, ...(agent === null ? {} : { agent }) });
        const before = printWorkJournal(journal);
        journal = appendWorkEntry(journal, text);
        expect(printWorkJournal(journal)).toBe(`${before}\n${text}\n`);
      }
      expect(
        journal.entries.map((read) => [read.content, read.category, read.agent ?? null, read.tags]),
      ).toEqual(
        entries.map(({ content: text, category, agent, tags }) => [
          text,
          category,
          agent,
          agent === null ? [] : tags,
        ]),
      );
    }),
  );
});
