import fc from 'fast-check';
import { expect, test } from 'vitest';
import { onOneLine, shownOn } from './shown.ts';

const screen = { isTerminal: true };

test.each([
  ['a\u001b[2J\u001b[1;1H', String.raw`a\u001b[2J\u001b[1;1H`],
  ['hidden \u001b[8mtext\u001b[30m', String.raw`hidden \u001b[8mtext\u001b[30m`],
  ['\u009b2J\u0007\u007f\rnew', String.raw`\u009b2J\u0007\u007f\u000dnew`],
  ['\u001b]0;title\u0007', String.raw`\u001b]0;title\u0007`],
  ['safe\u202egnp.exe', String.raw`safe\u202egnp.exe`],
  ['two\r\nlines\tand a tab\n', 'two\r\nlines\tand a tab\n'],
  ['\u001b[1mbold\u001b[22m', '\u001b[1mbold\u001b[22m'],
])('on a terminal %j is shown as it is written', (text, shown) => {
  expect(shownOn(screen, text)).toBe(shown);
  expect(shownOn({ isTerminal: false }, text)).toBe(text);
});

test('what is JSON stays the same JSON', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(JSON.parse(shownOn(screen, JSON.stringify({ text }, null, 2)))).toEqual({ text });
    }),
  );
});

test('a cell is one line', () => {
  expect(onOneLine('tools/x\ntools/y  trusted')).toBe(String.raw`tools/x\u000atools/y  trusted`);
});
