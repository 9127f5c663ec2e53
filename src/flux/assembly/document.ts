import { parse, YAMLParseError } from 'yaml';
import { isJsonObject, type Json, type JsonObject } from '../../base/index.ts';
import type { Position, ProblemList } from './problem.ts';

/** One line of assembly and where it stands in the file. */
export interface SourceLine {
  readonly line: number;
  readonly text: string;
}

/** A `.flux` file taken apart: the assembly in it and what it says about itself. */
export interface FluxDocument {
  readonly lines: readonly SourceLine[];
  /** YAML between `---` lines at the top. */
  readonly front: JsonObject;
  readonly title?: string;
  readonly description?: string;
  readonly version?: string;
  readonly author?: string;
}

/** FLUX §3.4: three backticks, an optional language of word characters, nothing else. */
const FENCE = /^```(\w*)\s*$/;
const HEADING = /^#{1,2}\s+\S/;

/**
 * Takes a `.flux` file apart. Markdown (it has a fence, a heading or front matter) yields the text
 * of all its fenced blocks in order, whatever their language; any other text is assembly as a whole.
 */
export function readDocument(text: string, problems: ProblemList): FluxDocument {
  const all = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((line, index): SourceLine => ({ line: index + 1, text: line }));
  const frontEnd = frontMatterEnd(all);
  const front = readFrontMatter(all.slice(1, frontEnd), problems);
  const body = all.slice(frontEnd === 0 ? 0 : frontEnd + 1);
  const isMarkdown =
    frontEnd > 0 || body.some((each) => FENCE.test(each.text) || HEADING.test(each.text));
  if (!isMarkdown) return { lines: body, front };

  const lines = fencedLines(body, problems);
  return { lines, front, ...metadata(body) };
}

/** Index of the line that closes the front matter; 0 when there is none. */
function frontMatterEnd(lines: readonly SourceLine[]): number {
  if (lines[0]?.text.trimEnd() !== '---') return 0;
  return Math.max(
    0,
    lines.findIndex((each, index) => index > 0 && each.text.trimEnd() === '---'),
  );
}

function readFrontMatter(lines: readonly SourceLine[], problems: ProblemList): JsonObject {
  if (lines.length === 0) return {};
  const expected = 'front matter as a YAML mapping, such as "machine: stack"';
  try {
    const value: Json = parse(lines.map((each) => each.text).join('\n'), { maxAliasCount: 0 });
    if (value === null) return {};
    if (isJsonObject(value)) return value;
    problems.add({ line: 2, column: 1 }, 'the front matter is no mapping', expected);
  } catch (error) {
    if (!(error instanceof YAMLParseError || error instanceof ReferenceError)) throw error;
    const place = error instanceof YAMLParseError ? error.linePos?.[0] : undefined;
    const position: Position = { line: (place?.line ?? 1) + 1, column: place?.col ?? 1 };
    problems.add(position, `the front matter is no YAML: ${firstLine(error.message)}`, expected);
  }
  return {};
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

function fencedLines(body: readonly SourceLine[], problems: ProblemList): readonly SourceLine[] {
  const lines: SourceLine[] = [];
  let opened: SourceLine | undefined;
  let blocks = 0;
  for (const each of body) {
    if (FENCE.test(each.text)) {
      if (opened === undefined) blocks += 1;
      opened = opened === undefined ? each : undefined;
    } else if (opened !== undefined) {
      lines.push(each);
    }
  }
  const expected = 'a block of assembly between two lines of ```';
  if (opened !== undefined) {
    problems.add({ line: opened.line, column: 1 }, 'this block is never closed', expected);
  }
  if (blocks === 0) {
    problems.add({ line: 1, column: 1 }, 'No code blocks found in FLUX markdown', expected);
  }
  return lines;
}

/** FLUX §3.4: first `# `, first `## `, and `version:` and `author:` anywhere. */
function metadata(
  body: readonly SourceLine[],
): Pick<FluxDocument, 'title' | 'description' | 'version' | 'author'> {
  const first = (pattern: RegExp): string | undefined => {
    for (const { text } of body) {
      const found = pattern.exec(text)?.[1];
      if (found !== undefined) return found.trim();
    }
    return undefined;
  };
  const title = first(/^#\s+(.+)$/);
  const description = first(/^##\s+(.+)$/);
  const version = first(/\bversion:\s*(\S.*)$/i);
  const author = first(/\bauthor:\s*(\S.*)$/i);
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(version !== undefined && { version }),
    ...(author !== undefined && { author }),
  };
}
