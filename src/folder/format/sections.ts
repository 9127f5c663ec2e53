import { lineAt, type SourceText, spliceLines } from './source-text.ts';

/** A part of a Markdown file under one `## ` heading; line numbers count from 0. */
export interface Section {
  /** The heading without `##`, trimmed. */
  readonly heading: string;
  readonly start: number;
  /** The line after the last of the section. */
  readonly end: number;
}

/** A fenced code block; `start` and `end` are its fence lines, counted from 0. */
export interface Fence {
  /** The first word after the opening fence, in lower case. */
  readonly language: string;
  readonly start: number;
  readonly end: number;
}

const OPEN = /^ {0,3}(`{3,}|~{3,})/;

/**
 * The fenced code blocks of a Markdown file (CommonMark §4.5). A fence that nothing closes is taken
 * for text: it must not swallow the rest of the file, and what is added to it.
 */
export function fencesOf(source: SourceText): readonly Fence[] {
  const fences: Fence[] = [];
  // A longer fence than one that nothing closes is not closed either; so each scan is made once.
  const unclosed = new Map<string, number>();
  for (let index = 0; index < source.lines.length; index += 1) {
    const line = lineAt(source, index);
    const [before, fence = ''] = OPEN.exec(line) ?? [];
    const info = line.slice(before?.length ?? 0);
    const char = fence.slice(0, 1);
    if (before === undefined || (char === '`' && info.includes('`'))) continue;
    if (fence.length >= (unclosed.get(char) ?? Number.POSITIVE_INFINITY)) continue;
    const end = closingFence(source, index + 1, fence);
    if (end === undefined) {
      unclosed.set(char, fence.length);
      continue;
    }
    const [language = ''] = info.trim().split(/\s/, 1);
    fences.push({ language: language.toLowerCase(), start: index, end });
    index = end;
  }
  return fences;
}

function closingFence(source: SourceText, from: number, fence: string): number | undefined {
  for (let index = from; index < source.lines.length; index += 1) {
    const text = lineAt(source, index).trim();
    if (text.length >= fence.length && text === (fence[0] as string).repeat(text.length)) {
      return index;
    }
  }
  return undefined;
}

/** The `## ` sections of a Markdown file in order; headings inside code blocks are none. */
export function sectionsOf(source: SourceText): readonly Section[] {
  const fences = fencesOf(source);
  const starts: { heading: string; start: number }[] = [];
  for (let index = 0; index < source.lines.length; index += 1) {
    const line = lineAt(source, index);
    if (!/^##(?:\s|$)/.test(line) || isInside(fences, index)) continue;
    starts.push({ heading: line.slice(2).trim(), start: index });
  }
  return starts.map((section, index) => ({
    ...section,
    end: starts[index + 1]?.start ?? source.lines.length,
  }));
}

/** True for a line of a code block, its fences included. */
export const isInside = (fences: readonly Fence[], line: number): boolean =>
  fences.some((fence) => fence.start <= line && line <= fence.end);

/** A `- ` or `* ` item of a section; its text without the bullet, its line counted from 0. */
export interface Bullet {
  readonly text: string;
  readonly line: number;
}

/** The top-level bullets of a section. */
export function bulletsOf(source: SourceText, section: Section): readonly Bullet[] {
  const fences = fencesOf(source);
  const bullets: Bullet[] = [];
  for (let line = section.start + 1; line < section.end; line += 1) {
    const text = lineAt(source, line);
    if (!/^ {0,3}[-*]\s/.test(text) || isInside(fences, line)) continue;
    bullets.push({ text: text.trim().slice(1).trim(), line });
  }
  return bullets;
}

/** Adds `- text` after the last bullet of a section, or under its heading. */
export function addBullet(source: SourceText, section: Section, text: string): SourceText {
  const last = bulletsOf(source, section).at(-1);
  if (last !== undefined) {
    return spliceLines(source, { start: last.line + 1, remove: 0, insert: [`- ${text}`] });
  }
  return spliceLines(source, { start: section.start + 1, remove: 0, insert: ['', `- ${text}`] });
}
