import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FolderError } from '../error.ts';
import { parseAgentConfig, printAgentConfig } from './agent-config.ts';
import { parseCapabilityFile, printCapabilityFile } from './capability-file.ts';
import { parseGoalFile, printGoalFile } from './goal-file.ts';
import { parseJournalDay, printJournalDay } from './journal-day.ts';
import { parseMcpFile, printMcpFile } from './mcp-file.ts';
import { parseMemoryIndex, printMemoryIndex } from './memory-index.ts';
import { parseModelFile, printModelFile } from './model-file.ts';
import { parseNote, printNote } from './note.ts';
import { parsePersona, printPersona } from './persona.ts';
import { parseRoster, printRoster } from './roster.ts';
import { parseRunLog } from './run-log.ts';
import { parseTaskBoard, printTaskBoard } from './task-board.ts';
import { parseToolManifest, printToolManifest } from './tool-manifest.ts';
import { parseToolsFile, printToolsFile } from './tools-file.ts';
import { parseTrail, printTrail } from './trail.ts';
import { parseWikiPage, printWikiPage } from './wiki-page.ts';
import { parseWorkJournal, printWorkJournal } from './work-journal.ts';

type RoundTrip = (content: Uint8Array | string) => string;

/** Every format with a file of the example agent, or one as the originals write it. */
const formats: Readonly<Record<string, readonly [round: RoundTrip, sample: string]>> = {
  persona: [(x) => printPersona(parsePersona(x, 'f')), 'persona/IDENTITY.md'],
  tools: [(x) => printToolsFile(parseToolsFile(x, 'f')), 'tools.md'],
  model: [(x) => printModelFile(parseModelFile(x, 'f')), 'model.md'],
  roster: [(x) => printRoster(parseRoster(x, 'f')), '## Delegate to\n- editor — proofreads\n'],
  mcp: [(x) => printMcpFile(parseMcpFile(x, 'f')), '## gh\ncommand: npx\nargs: -y, b\nenv: A=$B\n'],
  note: [(x) => printNote(parseNote(x, 'f')), 'memory/feedback_citation_style.md'],
  index: [(x) => printMemoryIndex(parseMemoryIndex(x, 'f')), 'memory/INDEX.md'],
  wiki: [(x) => printWikiPage(parseWikiPage(x, 'f')), 'wiki/harmonic_analysis.md'],
  goal: [(x) => printGoalFile(parseGoalFile(x, 'f')), 'goal.md'],
  journal: [(x) => printJournalDay(parseJournalDay(x, 'f')), 'journal/2026-06/2026-06-05.md'],
  'work journal': [
    (x) => printWorkJournal(parseWorkJournal(x, 'f')),
    '# J\n\n## [2026-06-05T10:00:00Z] BOOT\n\n- a\n\n### [2026-06-05T10:00:00.000001] d — NOTE\n\nx\n\n`t`\n\n---\n',
  ],
  trail: [(x) => printTrail(parseTrail(x, 'f')), '# Trail\n\nLast updated: x\n\n## Pending\n- a\n'],
  board: [(x) => printTaskBoard(parseTaskBoard(x, 'f')), '# B\n\n## Queued\n\n- [ ] a\n* [x] b'],
  manifest: [
    (x) => printToolManifest(parseToolManifest(x, 'f')),
    '{"tools": [{"name": "a"}],\n "x": 1}',
  ],
  'agent.toml': [
    (x) => printAgentConfig(parseAgentConfig(x, 'f')),
    '[agent]\nname = "a" # me\n[keeper]\nport = 1\n',
  ],
  capability: [
    (x) => printCapabilityFile(parseCapabilityFile(x, 'f')),
    '[agent]\nname = "a"\n[capabilities]\nb = { confidence = 0.5 }\n',
  ],
};

const HARBOR = new URL('../../../examples/harbor/', import.meta.url);
const sampleText = (sample: string): string => {
  const file = new URL(encodeURI(sample.slice(0, 80)), HARBOR);
  return !sample.includes('\n') && existsSync(file) ? readFileSync(file, 'utf8') : sample;
};

/** Ways a person's editor may leave a file. */
const disguises: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `\ufeff${text}`,
  (text) => text.replaceAll('\n', '\r\n'),
  (text) => text.trimEnd(),
  (text) => text.replaceAll(/\n(?=\n)/g, '\r\n'),
];

for (const [name, [round, sample]] of Object.entries(formats)) {
  test(`${name}: a file is printed as it was read, whatever its line ends`, () => {
    for (const disguise of disguises) {
      const text = disguise(sampleText(sample));
      expect(round(text)).toBe(text);
      expect(round(Buffer.from(text))).toBe(text);
    }
  });

  test(`${name}: damaged files are printed as read or refused by a tagged error with a line`, () => {
    const text = sampleText(sample);
    const cut = fc.tuple(fc.nat(text.length), fc.nat(12), fc.string({ maxLength: 8 }));
    const damaged = fc.oneof(
      fc
        .array(cut, { minLength: 1, maxLength: 4 })
        .map((cuts) =>
          cuts.reduce(
            (old, [at, size, more]) => old.slice(0, at) + more + old.slice(at + size),
            text,
          ),
        ),
      fc
        .array(fc.constantFrom(...text.split(/(?<=\n)/), '```yaml\n', '---\n', '\r\n', '\t'), {
          maxLength: 30,
        })
        .map((lines) => lines.join('')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(damaged, (content) => expectRoundOrRefusal(round, content)),
      { numRuns: 150 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expectRoundOrRefusal(round, bytes);
      }),
    );
  });
}

function expectRoundOrRefusal(round: RoundTrip, content: Uint8Array | string): void {
  try {
    expect(Buffer.from(round(content)).equals(Buffer.from(content))).toBe(true);
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    expect(error.problems.length).toBeGreaterThan(0);
    for (const { line, hint } of error.problems) {
      expect(line).toBeGreaterThan(0);
      expect(hint).not.toBe('');
    }
  }
}

test('a run log never fails: it reads what is there and names the rest', () => {
  const text = readFileSync(new URL('log/2026-06/2026-06-04.jsonl', HARBOR), 'utf8');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(text.length), (bytes, at) => {
      const content = Buffer.concat([
        Buffer.from(text.slice(0, at)),
        bytes,
        Buffer.from(text.slice(at)),
      ]);
      const { lines, damaged } = parseRunLog(content, 'f');
      expect(lines.length + damaged.length).toBeGreaterThanOrEqual(8);
    }),
  );
});

test('text that is not UTF-8 is refused with the line of the first bad byte', () => {
  const content = Buffer.concat([
    Buffer.from('# a\n\n- b'),
    Buffer.from([0xff]),
    Buffer.from('\n'),
  ]);
  expect(() => parsePersona(content, 'persona/SOUL.md')).toThrow(
    'persona/SOUL.md:3: not UTF-8 text',
  );
});
