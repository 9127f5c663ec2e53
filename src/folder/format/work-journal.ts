import { formatInstant, type Micros, readInstant } from '../../base/index.ts';
import { lineAt, printSource, readSource, type SourceText, spliceLines } from './source-text.ts';

/**
 * The workshop's `JOURNAL.md`. Two kinds of entries stand in it, both written by the originals
 * (datum §4.3, §14.3): `## [ISO-Z] TAG` of boot, and `### [ISO] agent — CATEGORY` of the journal
 * command, which ends with tags and a rule. Other text is kept and is no entry. A heading counts
 * inside a code block too: a block left open must not hide the entries after it.
 */
export interface WorkJournal {
  readonly source: SourceText;
  readonly entries: readonly WorkEntry[];
}

export interface WorkEntry {
  /** Absent when the time cannot be read. */
  readonly at?: Micros;
  /** Absent for entries of boot. */
  readonly agent?: string;
  readonly category: string;
  readonly content: string;
  readonly tags: readonly string[];
  /** Heading to last line, trimmed, with `\n` line ends: what tells one entry from another. */
  readonly text: string;
  /** Of the heading, counted from 1. */
  readonly line: number;
}

export const NEW_WORK_JOURNAL = '# Work Journal\n\nWhat was done here, newest last.\n';

const BOOT_HEAD = /^## \[([^\]]+)\] (\S.*)$/;
const AGENT_HEAD = /^### \[([^\]]+)\] (.+?) — (\S.*)$/;

export function parseWorkJournal(content: Uint8Array | string, file: string): WorkJournal {
  const source = readSource(content, file);
  const starts: number[] = [];
  for (let line = 0; line < source.lines.length; line += 1) {
    if (isHead(lineAt(source, line))) starts.push(line);
  }
  const entries = starts.map((start, index) => readEntry(source, start, starts[index + 1]));
  return { source, entries };
}

/** The text of a journal, byte for byte as read. */
export const printWorkJournal = ({ source }: WorkJournal): string => printSource(source);

function readEntry(source: SourceText, start: number, next = source.lines.length): WorkEntry {
  const text = source.lines.slice(start, next).join('').replaceAll('\r\n', '\n').trimEnd();
  const [head = '', ...rest] = text.split('\n');
  const { time, agent, category } = readHead(head);
  // The originals write some times without a zone; they mean UTC.
  const at = readInstant(time) ?? readInstant(`${time}Z`);
  const { body, tags } = agent === undefined ? { body: rest, tags: [] } : withoutTail(rest);
  return {
    ...(at === undefined ? {} : { at }),
    ...(agent === undefined ? {} : { agent }),
    category,
    content: body.map(unescapeLine).join('\n').trim(),
    tags,
    text,
    line: start + 1,
  };
}

function readHead(head: string) {
  const [, time = '', agent, category = ''] = AGENT_HEAD.exec(head) ?? [];
  if (agent !== undefined) return { time, agent, category };
  const [, bootTime = '', tag = ''] = BOOT_HEAD.exec(head) ?? [];
  return { time: bootTime, category: tag };
}

const TAGS = /^`[^`\n]+`(?: `[^`\n]+`)*$/;

/** Content without the closing rule and the line of tags. */
function withoutTail(lines: readonly string[]): {
  body: readonly string[];
  tags: readonly string[];
} {
  const body = dropEmptyTail(lines);
  if (body.at(-1) === '---') body.splice(0, body.length, ...dropEmptyTail(body.slice(0, -1)));
  const last = body.at(-1) ?? '';
  if (!TAGS.test(last)) return { body, tags: [] };
  return { body: body.slice(0, -1), tags: last.slice(1, -1).split('` `') };
}

function dropEmptyTail(lines: readonly string[]): string[] {
  const kept = [...lines];
  while (kept.at(-1)?.trim() === '') kept.pop();
  return kept;
}

/** What a new entry says. */
export interface NewWorkEntry {
  readonly at: Micros;
  readonly agent?: string;
  readonly category: string;
  readonly content: string;
  readonly tags?: readonly string[];
}

/**
 * The text of a new entry, without line end: with an agent in the form of the journal command,
 * else in that of boot. Lines that would read as a heading or as tags are escaped.
 */
export function printWorkEntry(entry: NewWorkEntry): string {
  const { at, agent, tags = [] } = entry;
  const content = entry.content.trim().split(/\r?\n/).map(escapeLine).join('\n');
  const time = formatInstant(at);
  if (agent === undefined) return `## [${time}] ${oneLine(entry.category)}\n\n${content}`;
  const tagLine = tags.length === 0 ? '' : `\n\n${tags.map((tag) => `\`${tag}\``).join(' ')}`;
  // A last line that looks like tags would be read as tags.
  const guard = tags.length === 0 && TAGS.test(content.split('\n').at(-1) ?? '') ? ' ' : '';
  const head = `### [${time}] ${oneLine(agent)} — ${oneLine(entry.category)}`;
  return `${head}\n\n${content}${guard}${tagLine}\n\n---`;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

const isHead = (line: string): boolean => BOOT_HEAD.test(line) || AGENT_HEAD.test(line);

/** A line that would read as a heading gets a backslash, and one more if it has some already. */
const escapeLine = (line: string): string =>
  isHead(line.replace(/^\\+/, '')) ? `\\${line}` : line;
const unescapeLine = (line: string): string =>
  line.startsWith('\\') && isHead(line.replace(/^\\+/, '')) ? line.slice(1) : line;

/** The journal with an entry at its end, an empty line before it. */
export function appendWorkEntry(journal: WorkJournal, text: string): WorkJournal {
  const { source } = journal;
  const insert = ['', ...text.split('\n')];
  const edited = spliceLines(source, { start: source.lines.length, remove: 0, insert });
  return parseWorkJournal(printSource(edited), source.file);
}
