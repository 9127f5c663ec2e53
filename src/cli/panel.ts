import { onOneLine } from './shown.ts';

/** A titled box around lines, as wide as its longest line. */
export function panel(title: string, lines: readonly string[]): string {
  const width = Math.max(title.length + 2, ...lines.map((line) => displayWidth(line)));
  const top = `╭─ ${title} ${'─'.repeat(Math.max(0, width - title.length - 1))}╮`;
  const rows = lines.map((line) => `│ ${line}${' '.repeat(width - displayWidth(line))} │`);
  return [top, ...rows, `╰${'─'.repeat(width + 2)}╯`].join('\n');
}

/** Columns aligned to their widest cell, two spaces apart; the last one is left ragged. No cell is two lines. */
export function table(cells: readonly (readonly string[])[]): string {
  const rows = cells.map((row) => row.map(onOneLine));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, displayWidth(cell));
    }
  }
  const line = (row: readonly string[]): string =>
    row
      .map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - displayWidth(cell)))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences take no room on screen.
const ESCAPES = /\x1b\[[0-9;]*m/g;

const displayWidth = (text: string): number => [...text.replace(ESCAPES, '')].length;
