import { fencesOf, isInside, sectionsOf } from './sections.ts';
import {
  appendLines,
  lineAt,
  printSource,
  readSource,
  type SourceText,
  spliceLines,
} from './source-text.ts';

/** `TASKBOARD.md` as boot writes it: sections of tasks with boxes (datum §4.2). */
export interface TaskBoard {
  readonly source: SourceText;
  readonly tasks: readonly BoardTask[];
}

export interface BoardTask {
  /** The heading it stands under; empty above the first. */
  readonly section: string;
  /** Without bullet and box. */
  readonly text: string;
  readonly done: boolean;
  /** Counted from 1. */
  readonly line: number;
}

export const BOARD_SECTIONS = ['In Progress', 'Queued', 'Done'] as const;
export const NEW_TASK_BOARD = '# Task Board\n\n## In Progress\n\n## Queued\n\n## Done\n';

const TASK = /^(\s*[-*] )\[([ xX])\] (.*)$/;

export function parseTaskBoard(content: Uint8Array | string, file: string): TaskBoard {
  const source = readSource(content, file);
  const sections = sectionsOf(source);
  const fences = fencesOf(source);
  const tasks: BoardTask[] = [];
  for (let index = 0; index < source.lines.length; index += 1) {
    const match = TASK.exec(lineAt(source, index));
    if (match === null || isInside(fences, index)) continue;
    const section = sections.findLast(({ start }) => start < index)?.heading ?? '';
    tasks.push({
      section,
      text: (match[3] as string).trim(),
      done: match[2] !== ' ',
      line: index + 1,
    });
  }
  return { source, tasks };
}

/** The text of a board, byte for byte as read. */
export const printTaskBoard = ({ source }: TaskBoard): string => printSource(source);

/** The board with a task at the end of a section, which is made when absent. */
export function addTask(board: TaskBoard, section: string, text: string): TaskBoard {
  const line = `- [${section === 'Done' ? 'x' : ' '}] ${text.replaceAll(/\s+/g, ' ').trim()}`;
  return withSource(board, insertTask(board.source, section, line));
}

/** The board with the task of a line (counted from 1) ticked or not; only its box changes. */
export function tickTask(
  board: TaskBoard,
  { line, done }: { line: number; done: boolean },
): TaskBoard {
  const match = TASK.exec(lineAt(board.source, line - 1));
  if (match === null) return board;
  const insert = [`${match[1]}[${done ? 'x' : ' '}] ${match[3]}`];
  return withSource(board, spliceLines(board.source, { start: line - 1, remove: 1, insert }));
}

/** The board with the task of a line moved to another section; ticked when that is `Done`. */
export function moveTask(board: TaskBoard, { line, to }: { line: number; to: string }): TaskBoard {
  const match = TASK.exec(lineAt(board.source, line - 1));
  if (match === null) return board;
  const text = `${match[1]}[${to === 'Done' ? 'x' : ' '}] ${match[3]}`;
  const without = spliceLines(board.source, { start: line - 1, remove: 1, insert: [] });
  return withSource(board, insertTask(without, to, text));
}

const withSource = (board: TaskBoard, source: SourceText): TaskBoard =>
  parseTaskBoard(printSource(source), board.source.file);

function insertTask(source: SourceText, heading: string, line: string): SourceText {
  const section = sectionsOf(source).find((candidate) => candidate.heading === heading);
  if (section === undefined) return appendLines(source, ['', `## ${heading}`, '', line]);
  let end = section.end;
  while (end > section.start + 1 && lineAt(source, end - 1).trim() === '') end -= 1;
  if (end > section.start + 1)
    return spliceLines(source, { start: end, remove: 0, insert: [line] });
  // The first task stands between blank lines: those that are there, and new ones where none are.
  const blanks = section.end - end;
  const before = blanks === 0 ? [''] : [];
  const after = blanks < 2 && section.end < source.lines.length ? [''] : [];
  const start = end + Math.min(blanks, 1);
  return spliceLines(source, { start, remove: 0, insert: [...before, line, ...after] });
}
