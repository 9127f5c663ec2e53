import { isJsonObject, type Json, type JsonObject } from '../../base/index.ts';
import { type Problem, refuseProblems } from '../error.ts';
import { parseFrontMatter } from './front-matter.ts';
import { printSource, readSource, type SourceText } from './source-text.ts';
import { ACTION_CLASSES, type ActionClass } from './tools-file.ts';

/** `tools/<name>.md`: what a tool of the folder is called, does, takes, and how it is run (atomic-backends §7). */
export interface ToolDescriptor {
  readonly source: SourceText;
  readonly name: string;
  readonly description: string;
  /** `external_side_effect` when the file says nothing. */
  readonly actionClass: ActionClass;
  /** JSON Schema of the input. */
  readonly inputSchema: JsonObject;
  /** The program and its arguments; absent: the file beside the descriptor. */
  readonly command?: readonly string[];
  /** More files of the tool, beside the descriptor. */
  readonly files: readonly string[];
  /** Variables of the machine that are passed on, beside the few every tool gets. */
  readonly env: readonly string[];
  /** What a JavaScript tool may do beside reading and writing within the paths of tools.md. */
  readonly allow: readonly ToolAllowance[];
  readonly timeoutSeconds: number;
}

export const TOOL_ALLOWANCES = ['net', 'child-process', 'worker', 'addons', 'wasi'] as const;
export type ToolAllowance = (typeof TOOL_ALLOWANCES)[number];

export const TOOL_TIMEOUT_SECONDS = Object.freeze({ default: 60, max: 3600 });

const BYTES_MAX = 256 * 1024;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const NO_INPUT: JsonObject = { type: 'object', properties: {}, additionalProperties: false };

/** True for a name that every provider takes for a tool. */
export const isToolName = (name: string): boolean => NAME.test(name);

/** Reads a descriptor; throws `folder/bad-tool` or `folder/front-matter` naming all that is wrong. */
export function parseToolDescriptor(content: Uint8Array | string, file: string): ToolDescriptor {
  const problems: Problem[] = [];
  if (content.length > BYTES_MAX) {
    const message = `a tool is described in more than ${BYTES_MAX} bytes`;
    refuseProblems('folder/bad-tool', [{ file, line: 1, message, hint: 'shorten it' }]);
  }
  const source = readSource(content, file);
  const { fields, body, lineOf } = parseFrontMatter(source);
  const wrong = (key: string, message: string, hint: string): void => {
    problems.push({ file, line: lineOf(key), message, hint });
  };
  const stem = (file.split('/').at(-1) as string).replace(/\.md$/, '');
  const { name = stem, description = firstLine(body), input_schema: schema = NO_INPUT } = fields;
  if (name !== stem) {
    wrong('name', `the tool of ${stem}.md calls itself ${show(name)}`, `write \`name: ${stem}\``);
  }
  if (!isToolName(stem)) {
    wrong('name', `${stem} is not a name for a tool`, 'use up to 64 letters, digits, - and _');
  }
  if (typeof description !== 'string' || description.trim() === '') {
    wrong('description', 'the tool has no description', 'say in a line what it does');
  }
  if (!isJsonObject(schema) || (schema['type'] ?? 'object') !== 'object') {
    wrong('input_schema', '`input_schema` is not that of an object', 'write `type: object`');
  }
  const { command } = fields;
  const read = {
    actionClass: classOf(fields, wrong),
    files: listOf(fields, 'files', wrong),
    env: listOf(fields, 'env', wrong),
    allow: allowancesOf(fields, wrong),
    timeoutSeconds: timeoutOf(fields, wrong),
    ...(command === undefined ? {} : { command: commandOf(fields, wrong) }),
  };
  refuseProblems('folder/bad-tool', problems);
  return {
    source,
    name: stem,
    description: String(description).trim(),
    inputSchema: schema as JsonObject,
    ...read,
  };
}

/** The text of a descriptor, byte for byte as read. */
export const printToolDescriptor = ({ source }: ToolDescriptor): string => printSource(source);

type Wrong = (key: string, message: string, hint: string) => void;

const show = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

const firstLine = (body: string): string =>
  body
    .split('\n')
    .map((line) => line.replace(/^#+\s*/, '').trim())
    .find((line) => line !== '') ?? '';

function classOf({ classification }: JsonObject, wrong: Wrong): ActionClass {
  if (classification === undefined) return 'external_side_effect';
  const found = ACTION_CLASSES.find((name) => name === classification);
  if (found !== undefined) return found;
  wrong(
    'classification',
    `${show(classification)} is no action class`,
    `write one of ${ACTION_CLASSES.join(', ')}`,
  );
  return 'high_risk';
}

function listOf(fields: JsonObject, key: string, wrong: Wrong): readonly string[] {
  const value = fields[key] ?? [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  wrong(key, `\`${key}\` is not a list of texts`, `write \`${key}: [first, second]\``);
  return [];
}

function commandOf(fields: JsonObject, wrong: Wrong): readonly string[] {
  const words = listOf(fields, 'command', wrong);
  if (words.length === 0 || words.some((word) => word.includes('\0'))) {
    wrong('command', 'the command is empty', 'write `command: [program, argument]`');
  }
  return words;
}

function allowancesOf(fields: JsonObject, wrong: Wrong): readonly ToolAllowance[] {
  return listOf(fields, 'allow', wrong).flatMap((word) => {
    const found = TOOL_ALLOWANCES.find((name) => name === word);
    if (found !== undefined) return [found];
    wrong('allow', `nothing is known to allow as ${word}`, `use ${TOOL_ALLOWANCES.join(', ')}`);
    return [];
  });
}

function timeoutOf({ timeout_seconds: seconds }: JsonObject, wrong: Wrong): number {
  const { default: usual, max } = TOOL_TIMEOUT_SECONDS;
  if (seconds === undefined) return usual;
  if (typeof seconds === 'number' && seconds > 0 && seconds <= max) return seconds;
  wrong('timeout_seconds', `${show(seconds)} is no timeout`, `write seconds, at most ${max}`);
  return usual;
}
