import { addBullet, bulletsOf, type Section, sectionsOf } from './sections.ts';
import { printSource, readSource, type SourceText, spliceLines } from './source-text.ts';

/** `tools.md`: where the agent may read and write, what it may reach, what it never does (atomic-runtime §2.2). */
export interface ToolsFile {
  readonly source: SourceText;
  readonly readPaths: readonly ToolsItem[];
  readonly writePaths: readonly ToolsItem[];
  readonly readOnlyPaths: readonly ToolsItem[];
  readonly externalApis: readonly ToolsItem[];
  readonly hardNos: readonly ToolsItem[];
  readonly classification: readonly ToolClass[];
}

/** One bullet; `line` counts from 1. */
export interface ToolsItem {
  readonly text: string;
  readonly line: number;
}

export const ACTION_CLASSES = [
  'read_only',
  'reversible_write',
  'external_side_effect',
  'high_risk',
] as const;
export type ActionClass = (typeof ACTION_CLASSES)[number];

export interface ToolClass {
  readonly tool: string;
  /** `high_risk` when the file names a class that does not exist: a guard fails closed. */
  readonly actionClass: ActionClass;
  readonly line: number;
}

export const TOOLS_SECTIONS = {
  readPaths: 'Read paths',
  writePaths: 'Write paths',
  readOnlyPaths: 'Read-only paths',
  externalApis: 'External APIs',
  hardNos: 'Hard NOs',
  classification: 'Tool classification',
} as const;
export type ToolsSection = keyof typeof TOOLS_SECTIONS;

const HEADINGS: Readonly<Record<ToolsSection, RegExp>> = {
  readPaths: /^read paths?\b/i,
  writePaths: /^write paths?\b/i,
  readOnlyPaths: /^read[- ]only paths?\b/i,
  externalApis: /^external apis?\b/i,
  hardNos: /^hard nos?\b/i,
  classification: /^tool classification\b/i,
};

export function parseToolsFile(content: Uint8Array | string, file: string): ToolsFile {
  const source = readSource(content, file);
  const paths = (section: ToolsSection): readonly ToolsItem[] =>
    itemsOf(source, section).flatMap(({ text, line }) => {
      const path = pathIn(text);
      return path === '' ? [] : [{ text: path, line }];
    });
  return {
    source,
    readPaths: paths('readPaths'),
    writePaths: paths('writePaths'),
    readOnlyPaths: paths('readOnlyPaths'),
    externalApis: itemsOf(source, 'externalApis'),
    hardNos: itemsOf(source, 'hardNos'),
    classification: itemsOf(source, 'classification').flatMap(readClass),
  };
}

/** The text of `tools.md`, byte for byte as read. */
export const printToolsFile = ({ source }: ToolsFile): string => printSource(source);

const sectionsFor = (source: SourceText, section: ToolsSection): readonly Section[] =>
  sectionsOf(source).filter(({ heading }) => HEADINGS[section].test(heading));

const itemsOf = (source: SourceText, section: ToolsSection): readonly ToolsItem[] =>
  sectionsFor(source, section)
    .flatMap((found) => bulletsOf(source, found))
    .map(({ text, line }) => ({ text, line: line + 1 }));

/** The path of a bullet: without backticks, cut before its explanation. */
const pathIn = (text: string): string =>
  (text.replaceAll('`', '').split(/ —| --| \(| ,/, 1)[0] as string).trim();

function readClass({ text, line }: ToolsItem): readonly ToolClass[] {
  const words = text.replaceAll(/[`*]/g, '').split(/\s*(?::|→|->|=|—|–|\s-{1,2}\s)\s*/);
  const [tool = '', named = ''] = words;
  if (tool.trim() === '') return [];
  const actionClass = ACTION_CLASSES.find((name) => named.split(/[\s(]/, 1)[0] === name);
  return [{ tool: tool.trim(), actionClass: actionClass ?? 'high_risk', line }];
}

/** The file with a bullet added to a section, which is made when absent. */
export function addToolsItem(tools: ToolsFile, section: ToolsSection, text: string): ToolsFile {
  const { source } = tools;
  const found = sectionsFor(source, section).at(-1);
  const edited =
    found === undefined
      ? spliceLines(source, {
          start: source.lines.length,
          remove: 0,
          insert: ['', `## ${TOOLS_SECTIONS[section]}`, '', `- ${text}`],
        })
      : addBullet(source, found, text);
  return parseToolsFile(printSource(edited), source.file);
}

/** The file without the bullet on a line (counted from 1). */
export function removeToolsItem(tools: ToolsFile, line: number): ToolsFile {
  const edited = spliceLines(tools.source, { start: line - 1, remove: 1, insert: [] });
  return parseToolsFile(printSource(edited), tools.source.file);
}
