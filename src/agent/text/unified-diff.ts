import { type DiffLine, diffLines, linesOf } from './line-diff.ts';

const SIGNS = { keep: ' ', remove: '-', add: '+' } as const;
const CONTEXT = 3;

/**
 * The differences of two texts in hunks of ` `, `-` and `+` lines, `@@` between hunks; empty for
 * equal texts. Each hunk stands where its kept and removed lines stand in the old text, and nowhere
 * else there: as much context is shown as that takes, three lines at least.
 */
export function printDiff(before: string, after: string): string {
  const lines = diffLines(linesOf(before), linesOf(after));
  for (let context = CONTEXT; ; context += CONTEXT) {
    const text = printHunks(lines, context);
    const isEnough = context >= lines.length || text === '' || applyDiff(before, text).ok;
    if (isEnough) return text;
  }
}

function printHunks(lines: readonly DiffLine[], context: number): string {
  const shown = lines.map((_, at) =>
    lines.slice(Math.max(0, at - context), at + context + 1).some(({ kind }) => kind !== 'keep'),
  );
  const hunks: string[][] = [];
  for (const [at, { kind, text }] of lines.entries()) {
    if (shown[at] !== true) continue;
    if (shown[at - 1] !== true) hunks.push([]);
    hunks.at(-1)?.push(SIGNS[kind] + text);
  }
  return hunks.map((hunk) => hunk.join('\n')).join('\n@@\n');
}

/** What became of a diff. */
export type Applied =
  | { readonly ok: true; readonly text: string }
  | {
      readonly ok: false;
      /** `already`: the text is as the diff would leave it. */
      readonly why: 'no-change' | 'not-found' | 'ambiguous' | 'already';
    };

/**
 * Applies hunks to a text. A hunk goes where its kept and removed lines stand, which must be exactly
 * one place; nothing is applied when one hunk has none or several. Line ends of the text are kept.
 */
export function applyDiff(text: string, diff: string): Applied {
  const hunks = hunksOf(diff);
  if (hunks.length === 0 || hunks.every((hunk) => hunk.every(({ kind }) => kind === 'keep'))) {
    return { ok: false, why: 'no-change' };
  }
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  let lines = linesOf(text);
  const already = hunks.every((hunk) => placesOf(sideOf(hunk, 'remove'), lines).length > 0);
  for (const hunk of hunks) {
    const old = sideOf(hunk, 'add');
    const places = placesOf(old, lines);
    const [place] = places;
    if (place === undefined) return { ok: false, why: already ? 'already' : 'not-found' };
    if (places.length > 1) return { ok: false, why: 'ambiguous' };
    const fresh = sideOf(hunk, 'remove');
    lines = [...lines.slice(0, place), ...fresh, ...lines.slice(place + old.length)];
  }
  const isEnded = text === '' || text.endsWith('\n');
  return { ok: true, text: lines.join(end) + (isEnded && lines.length > 0 ? end : '') };
}

/** A hunk without the lines of one kind: the text before, or after. */
const sideOf = (hunk: readonly DiffLine[], without: 'add' | 'remove'): readonly string[] =>
  hunk.filter(({ kind }) => kind !== without).map(({ text }) => text);

function placesOf(wanted: readonly string[], lines: readonly string[]): readonly number[] {
  if (wanted.length === 0) return lines.length === 0 ? [0] : [];
  const places: number[] = [];
  for (let at = 0; at + wanted.length <= lines.length; at += 1) {
    if (wanted.every((line, index) => lines[at + index] === line)) places.push(at);
  }
  return places;
}

function hunksOf(diff: string): readonly (readonly DiffLine[])[] {
  const lines = linesOf(diff);
  const isHeaded = lines[0]?.startsWith('--- ') && lines[1]?.startsWith('+++ ');
  const start = isHeaded ? 2 : 0;
  const hunks: DiffLine[][] = [[]];
  for (const line of lines.slice(start)) {
    if (line.startsWith('@@')) hunks.push([]);
    else hunks.at(-1)?.push(diffLine(line));
  }
  return hunks.filter((hunk) => hunk.length > 0);
}

function diffLine(line: string): DiffLine {
  const text = line.slice(1);
  if (line.startsWith('+')) return { kind: 'add', text };
  if (line.startsWith('-')) return { kind: 'remove', text };
  return { kind: 'keep', text };
}
