import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffLines } from './line-diff.ts';
import { applyDiff, printDiff } from './unified-diff.ts';

const line = fc.constantFrom('', 'a', 'b', '- c', '+d', '--- e', '@@');
const lines = fc.array(line, { maxLength: 12 });
const textOf = (list: readonly string[]): string => list.map((each) => `${each}\n`).join('');

test('a diff keeps the lines of both sides in their order', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const diff = diffLines(before, after);
      const side = (without: string) =>
        diff.filter(({ kind }) => kind !== without).map(({ text }) => text);
      expect(side('add')).toEqual(before);
      expect(side('remove')).toEqual(after);
    }),
  );
});

test('a printed diff brings the old text to the new one, or says that it cannot; never another', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const diff = printDiff(textOf(before), textOf(after));
      const applied = applyDiff(textOf(before), diff);
      if (applied.ok) expect(applied.text).toBe(textOf(after));
      else if (before.length > 0 && before.join() !== after.join()) {
        expect(['ambiguous', 'not-found', 'already']).toContain(applied.why);
      }
    }),
  );
});

test('a line that stands several times gets the context that tells it apart', () => {
  const before = 'x\n1\n1\n1\n1\n1\ny\n1\n1\n1\n1\n1\nz\n';
  const after = before.replace('y\n1\n1\n1\n1\n1\nz', 'y\n1\n1\n1\n1\n1\nnew\nz');
  expect(applyDiff(before, printDiff(before, after))).toEqual({ ok: true, text: after });
});

test.each([
  ['x\n', ' a\n+b', 'not-found'],
  ['a\na\n', ' a\n+b', 'ambiguous'],
  ['a\n', ' a', 'no-change'],
  ['a\nb\nc\n', ' b\n-x\n+c', 'already'],
])('%j with %j: %s', (text, diff, why) => {
  expect(applyDiff(text, diff)).toEqual({ ok: false, why });
});

test('line ends stay as they are', () => {
  expect(applyDiff('a\r\nb\r\n', ' a\n+n')).toEqual({ ok: true, text: 'a\r\nn\r\nb\r\n' });
  expect(applyDiff('a', ' a\n+n')).toEqual({ ok: true, text: 'a\nn' });
});
