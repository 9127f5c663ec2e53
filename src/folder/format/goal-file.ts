import { isJsonObject, type Json, type JsonObject } from '../../base/index.ts';
import { FolderError } from '../error.ts';
import { type FrontMatter, parseFrontMatter, setField } from './front-matter.ts';
import { sectionsOf } from './sections.ts';
import {
  appendLines,
  lineAt,
  printSource,
  readSource,
  type SourceText,
  spliceLines,
} from './source-text.ts';
import { inlineScalar, type YamlScalar } from './yaml-print.ts';

/**
 * `goal.md` as text: front matter and narrative (atomic-runtime §14). What the fields mean, and
 * when a goal may change, is for the room that works on goals.
 */
export interface GoalFile {
  readonly source: SourceText;
  readonly fields: JsonObject;
  readonly body: string;
}

export function parseGoalFile(content: Uint8Array | string, file: string): GoalFile {
  return goalFileOf(parseFrontMatter(readSource(content, file)));
}

const goalFileOf = ({ source, fields, body }: FrontMatter): GoalFile => ({ source, fields, body });

/** The text of a goal, byte for byte as read. */
export const printGoalFile = ({ source }: GoalFile): string => printSource(source);

/** The goal with one field of its front matter changed in place. */
export const setGoalField = ({ source }: GoalFile, key: string, value: Json): GoalFile =>
  goalFileOf(parseFrontMatter(setField(source, key, value)));

type ItemFields = Readonly<Record<string, YamlScalar | readonly string[] | undefined>>;

/**
 * The goal with fields of one sub-goal changed on their own lines; `undefined` takes a field away.
 * Throws `folder/cannot-edit` when the sub-goal is not written as `key: value` lines.
 */
export function setSubGoal(goal: GoalFile, id: string, fields: ItemFields): GoalFile {
  let { source } = goal;
  for (const [key, value] of Object.entries(fields)) {
    const item = itemOf(source, id);
    if (item === undefined) throw cannotEdit(goal, id);
    const at = item.lines.find((line) =>
      lineAt(source, line).slice(item.indent).startsWith(`${key}:`),
    );
    const insert =
      value === undefined ? [] : [`${' '.repeat(item.indent)}${key}: ${inline(value)}`];
    const start = at ?? (item.lines.at(-1) as number) + 1;
    source = spliceLines(source, { start, remove: at === undefined ? 0 : 1, insert });
  }
  const changed = goalFileOf(parseFrontMatter(source));
  if (!isAsAsked(changed, id, fields)) throw cannotEdit(goal, id);
  return changed;
}

/** The goal with one more sub-goal at the end of its list. */
export function appendSubGoal(goal: GoalFile, fields: ItemFields): GoalFile {
  const { source } = goal;
  const lines = Object.entries(fields).flatMap(([key, value], index) =>
    value === undefined ? [] : [`${index === 0 ? '  - ' : '    '}${key}: ${inline(value)}`],
  );
  const list = goal.fields['sub_goals'];
  if (!Array.isArray(list) || list.length === 0) {
    const close = closeOf(source);
    const old = Array.from({ length: close }, (_, index) => index).find((index) =>
      lineAt(source, index).startsWith('sub_goals:'),
    );
    const start = old ?? close;
    const remove = old === undefined ? 0 : 1;
    return checked(
      goal,
      spliceLines(source, { start, remove, insert: ['sub_goals:', ...lines] }),
      fields,
    );
  }
  const last = itemOf(source, String((list.at(-1) as JsonObject)['id']));
  if (last === undefined) throw cannotEdit(goal, String(fields['id']));
  const dash = ' '.repeat(last.indent - 2);
  const insert = lines.map((line) => dash + line.slice(2));
  const start = (last.lines.at(-1) as number) + 1;
  return checked(goal, spliceLines(source, { start, remove: 0, insert }), fields);
}

/** The goal with a line at the end of its history, which is made when absent. */
export function addGoalHistory({ source }: GoalFile, entry: string): GoalFile {
  const section = sectionsOf(source).find(({ heading }) => /^history\b/i.test(heading));
  const line = `- ${entry}`;
  if (section === undefined) {
    const edited = appendLines(source, ['', '## History (auto-appended)', '', line]);
    return goalFileOf(parseFrontMatter(edited));
  }
  let end = section.end;
  while (end > section.start + 1 && lineAt(source, end - 1).trim() === '') end -= 1;
  const insert = end === section.start + 1 ? ['', line] : [line];
  return goalFileOf(parseFrontMatter(spliceLines(source, { start: end, remove: 0, insert })));
}

interface Item {
  readonly lines: readonly number[];
  /** Where its keys begin. */
  readonly indent: number;
}

const closeOf = (source: SourceText): number => {
  let index = 1;
  while (index < source.lines.length && !/^---[ \t]*$/.test(lineAt(source, index))) index += 1;
  return index;
};

/** The lines of a sub-goal, by its id. */
function itemOf(source: SourceText, id: string): Item | undefined {
  const close = closeOf(source);
  let inList = false;
  let current: number[] = [];
  let indent = 0;
  const items: Item[] = [];
  for (let index = 1; index < close; index += 1) {
    const text = lineAt(source, index);
    if (/^\S/.test(text) && !text.startsWith('-') && !text.startsWith('#')) {
      inList = text.startsWith('sub_goals:');
      continue;
    }
    const dash = /^(\s*)- (?=\S)/.exec(text);
    if (!inList) continue;
    if (dash !== null && (current.length === 0 || (dash[1] as string).length <= indent - 2)) {
      current = [];
      indent = dash[0].length;
      items.push({ lines: current, indent });
    }
    if (text.trim() !== '') current.push(index);
  }
  return items.find(({ lines, indent: at }) =>
    lines.some((line) =>
      new RegExp(`^id:\\s*["']?${escaped(id)}["']?\\s*(?:#.*)?$`).test(
        lineAt(source, line).slice(at),
      ),
    ),
  );
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

const inline = (value: YamlScalar | readonly string[]): string =>
  typeof value === 'object' && value !== null
    ? `[${value.map((each) => JSON.stringify(each)).join(', ')}]`
    : inlineScalar(value);

function isAsAsked({ fields }: GoalFile, id: string, asked: ItemFields): boolean {
  const list = Array.isArray(fields['sub_goals']) ? fields['sub_goals'] : [];
  const found = list.find((each) => isJsonObject(each) && each['id'] === id);
  if (!isJsonObject(found)) return false;
  return Object.entries(asked).every(
    ([key, value]) => JSON.stringify(found[key]) === JSON.stringify(value),
  );
}

function checked(goal: GoalFile, source: SourceText, fields: ItemFields): GoalFile {
  const changed = goalFileOf(parseFrontMatter(source));
  if (!isAsAsked(changed, String(fields['id']), fields))
    throw cannotEdit(goal, String(fields['id']));
  return changed;
}

const cannotEdit = ({ source }: GoalFile, id: string): FolderError =>
  new FolderError({
    code: 'folder/cannot-edit',
    message: `${source.file}: the sub-goal ${id} is written in a form that cannot be changed in place`,
    hint: 'write it as `key: value` lines, one a line, or change it by hand',
    data: { file: source.file, subGoal: id },
  });
