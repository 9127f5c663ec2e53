import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indexNote, parseMemoryIndex, printMemoryIndex } from './memory-index.ts';
import { addDelegate, parseRoster, printRoster } from './roster.ts';
import { addTask, parseTaskBoard, printTaskBoard } from './task-board.ts';
import { parseToml, printToml, setToml } from './toml-text.ts';
import { addToolsItem, parseToolsFile, printToolsFile } from './tools-file.ts';
import { setYaml } from './yaml-text.ts';

/** Files as people leave them: sections, bullets, prose, code, any line ends, often no last one. */
const line = fc.oneof(
  fc.constantFrom('# T', '## Reference', '## Reference docs', '## Hard NOs', '## Delegate to'),
  fc.constantFrom(
    '## Queued',
    '## Pending',
    '- a',
    '* b',
    '- [ ] task',
    '',
    '',
    ' ',
    '```',
    'prose',
    '---',
  ),
  fc.string({ maxLength: 12 }).map((text) => text.replaceAll(/[\r\n]/g, ' ')),
);
const text = fc
  .tuple(fc.array(line, { maxLength: 14 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([lines, end, closed]) => lines.join(end) + (closed && lines.length > 0 ? end : ''));

const additions: Readonly<Record<string, (content: string) => string>> = {
  'a note in the index': (content) =>
    printMemoryIndex(
      indexNote(parseMemoryIndex(content, 'f'), {
        type: 'reference',
        name: 'New',
        description: 'd',
        file: 'reference_new.md',
      }),
    ),
  'a hard NO': (content) =>
    printToolsFile(addToolsItem(parseToolsFile(content, 'f'), 'hardNos', 'Never.')),
  'a delegate': (content) => printRoster(addDelegate(parseRoster(content, 'f'), 'zzz-new')),
  'a task': (content) => printTaskBoard(addTask(parseTaskBoard(content, 'f'), 'Queued', 'New')),
};

/** Lines without their ends, which a line gets when one is put after it. */
const linesOf = (content: string): readonly string[] => content.split(/\r?\n/);

/** Blank lines at the end of a file may make room for a section that is put there. */
const withoutBlankEnd = (lines: readonly string[]): readonly string[] =>
  lines.slice(0, lines.findLastIndex((line) => line.trim() !== '') + 1);

for (const [what, add] of Object.entries(additions)) {
  test(`${what} is added and every line before stays, in its order`, () => {
    fc.assert(
      fc.property(text, (content) => {
        const after = linesOf(add(content));
        let at = 0;
        for (const old of withoutBlankEnd(linesOf(content))) {
          const found = after.indexOf(old, at);
          expect(
            found,
            `${JSON.stringify(old)} of ${JSON.stringify(content)}`,
          ).toBeGreaterThanOrEqual(at);
          at = found + 1;
        }
        expect(after.length - linesOf(content).length).toBeLessThanOrEqual(5);
      }),
    );
  });
}

const scalar = fc.oneof(
  fc
    .string({ unit: 'grapheme', maxLength: 20 })
    .filter((value) => !/[\x85\u2028\u2029\ufeff]/.test(value)),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const key = fc.stringMatching(/^[a-z_]{1,8}$/);

test('a key of YAML is set without touching the lines of the others', () => {
  const head = 'zero: 1 # first\nlist:\n  - a # x\n  - b\ntext: >\n  folded\n  more\n';
  fc.assert(
    fc.property(key, scalar, (name, value) => {
      const before = `${head}${name}: old # tail\nlast: [1, 2]\n`;
      if (/^(?:zero|list|text|last|yes|no|on|off|true|false|null|y|n)$/.test(name)) return;
      const after = setYaml(before, [name], value) ?? '';
      expect(after.startsWith(head)).toBe(true);
      expect(after.endsWith('\nlast: [1, 2]\n')).toBe(true);
      expect(after).toContain(' # tail');
    }),
  );
});

test('a key of TOML is set without touching the lines of the others', () => {
  const value = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.integer(),
    fc.boolean(),
    fc.array(fc.string()),
  );
  fc.assert(
    fc.property(value, (item) => {
      const head = '# who\n[agent]\nname = "a" # me\n';
      const tail = 'list = [\n  1, # one\n]\n\n[other]\nrole = "x"';
      const after = printToml(
        setToml(parseToml(`${head}role = "old" # tail\n${tail}`, 'f'), {
          table: 'agent',
          key: 'role',
          value: item,
        }),
      );
      expect(after.startsWith(head)).toBe(true);
      expect(after.endsWith(` # tail\n${tail}`)).toBe(true);
    }),
  );
});
