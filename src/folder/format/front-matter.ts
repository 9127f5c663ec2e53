import { isJsonObject, type Json, type JsonObject } from '../../base/index.ts';
import { FolderError, problemsError, refuseProblems } from '../error.ts';
import type { ParsedYaml } from './parsed-yaml.ts';
import { lineAt, printSource, readSource, type SourceText } from './source-text.ts';
import { parseYaml, setYaml } from './yaml-text.ts';

/** A Markdown file that begins with YAML between two `---` lines. */
export interface FrontMatter {
  readonly source: SourceText;
  readonly fields: JsonObject;
  /** Everything after the closing line, trimmed. */
  readonly body: string;
  /** Line of a key in the file, counted from 1. */
  readonly lineOf: ParsedYaml['lineOf'];
}

const RULE = /^---[ \t]*$/;

/** True when the first line opens front matter. */
export const hasFrontMatter = (source: SourceText): boolean => RULE.test(lineAt(source, 0));

/** Reads front matter; throws `folder/front-matter` naming every broken line. */
export function parseFrontMatter(source: SourceText): FrontMatter {
  const { file } = source;
  const close = closingRule(source);
  const yaml = parseYaml({ text: source.lines.slice(1, close).join(''), file, line: 2 });
  refuseProblems('folder/front-matter', yaml.problems);
  const fields = yaml.value ?? {};
  if (!isJsonObject(fields)) {
    throw refuse(source, 2, 'front matter is not a list of `key: value` lines');
  }
  const body = source.lines
    .slice(close + 1)
    .join('')
    .trim();
  return { source, fields, body, lineOf: yaml.lineOf };
}

function closingRule(source: SourceText): number {
  if (!hasFrontMatter(source)) throw refuse(source, 1, 'the first line is not `---`');
  for (let index = 1; index < source.lines.length; index += 1) {
    if (RULE.test(lineAt(source, index))) return index;
  }
  throw refuse(source, 1, 'front matter is never closed by a second `---` line');
}

const refuse = ({ file }: SourceText, line: number, message: string): FolderError =>
  problemsError('folder/front-matter', [
    { file, line, message, hint: 'begin the file with `---`, `key: value` lines and `---`' },
  ]);

/** The file with one field changed in place; nothing but its lines changes. */
export function setField(source: SourceText, key: string, value: Json): SourceText {
  const close = closingRule(source);
  const old = source.lines.slice(1, close).join('');
  const changed = setYaml(old, [key], value);
  if (changed !== undefined) {
    const head = source.lines[0] as string;
    const text = head + changed + source.lines.slice(close).join('');
    const edited = readSource((source.bom ? '\ufeff' : '') + text, source.file);
    if (JSON.stringify(parseFrontMatter(edited).fields[key]) === JSON.stringify(value)) {
      return { ...edited, end: source.end };
    }
  }
  const line = parseFrontMatter(source).lineOf(key);
  throw new FolderError({
    code: 'folder/cannot-edit',
    message: `${source.file}:${line}: \`${key}\` is written in a form that cannot be changed in place`,
    hint: `change \`${key}\` by hand, or write it on one line`,
    data: { file: source.file, line, key },
  });
}

/** The text of a front-matter file, byte for byte as read. */
export const printFrontMatter = ({ source }: FrontMatter): string => printSource(source);
