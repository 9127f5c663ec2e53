import { isJsonObject, type Json, type JsonObject } from '../../base/index.ts';
import { FolderError, type Problem, refuseProblems } from '../error.ts';
import { type CostGuardrails, defaultGuardrails, readGuardrails } from './guardrails.ts';
import { type Fence, fencesOf, isInside, sectionsOf } from './sections.ts';
import { lineAt, printSource, readSource, type SourceText, spliceLines } from './source-text.ts';
import { parseYaml, setYaml } from './yaml-text.ts';

/** `model.md`: which model, how much of it, and what it may cost (atomic-runtime §2.3). */
export interface ModelFile {
  readonly source: SourceText;
  readonly defaultModel: string;
  readonly fallbackModel?: string;
  /** Makes vectors of notes; absent: no search by meaning. */
  readonly embeddingModel?: string;
  /** Needed only when several providers know the model. */
  readonly provider?: string;
  readonly maxInputTokens: number;
  readonly maxOutputTokens: number;
  readonly guardrails: CostGuardrails;
  readonly dedupBodyHash: boolean;
  /** Absent: single-shot. */
  readonly conversationBackend?: string;
  /** Top-level keys of the other YAML blocks: `tuning`, `research_integrity`, … */
  readonly settings: JsonObject;
  /** What is not wrong enough to refuse, for example a misspelt key of the guardrails. */
  readonly warnings: readonly Problem[];
}

export const DEFAULT_MODEL = 'claude-sonnet-4-6-20260101';

/**
 * Reads `model.md`. A block that cannot be read, or guardrails that are not exactly what they
 * should be, throw `folder/bad-model` with their lines: caps never turn off silently.
 */
export function parseModelFile(content: Uint8Array | string, file: string): ModelFile {
  const source = readSource(content, file);
  const fences = fencesOf(source);
  const { blocks, problems } = yamlBlocks(source, fences);
  const warnings: Problem[] = [];
  const guards = blocks.filter((block) => GUARDRAILS in block.value);
  problems.push(...strayGuardrails(source, fences), ...secondGuardrails(source, guards));
  const [guard] = guards;
  let guardrails = defaultGuardrails;
  if (guard !== undefined) {
    const read = readGuardrails(guard.value[GUARDRAILS] as Json, { file, lineOf: guard.lineOf });
    problems.push(...read.problems);
    warnings.push(...read.warnings);
    guardrails = read.guardrails;
  }
  refuseProblems('folder/bad-model', problems);
  return {
    source,
    ...readLines(source, fences),
    guardrails,
    settings: settingsOf(blocks),
    warnings,
  };
}

/** The text of `model.md`, byte for byte as read. */
export const printModelFile = ({ source }: ModelFile): string => printSource(source);

const GUARDRAILS = 'cost_guardrails';

interface YamlBlock {
  readonly fence: Fence;
  readonly value: JsonObject;
  readonly lineOf: (...path: readonly string[]) => number;
}

function yamlBlocks(source: SourceText, fences: readonly Fence[]) {
  const problems: Problem[] = [];
  const blocks: YamlBlock[] = [];
  for (const fence of fences) {
    if (fence.language !== 'yaml' && fence.language !== 'yml') continue;
    const text = source.lines.slice(fence.start + 1, fence.end).join('');
    const yaml = parseYaml({ text, file: source.file, line: fence.start + 2 });
    problems.push(...yaml.problems);
    if (isJsonObject(yaml.value)) blocks.push({ fence, value: yaml.value, lineOf: yaml.lineOf });
  }
  return { blocks, problems };
}

/** Guardrails somebody wrote where they would not be read: outside a YAML block. */
function strayGuardrails(source: SourceText, fences: readonly Fence[]): readonly Problem[] {
  const problems: Problem[] = [];
  for (let index = 0; index < source.lines.length; index += 1) {
    if (!/^\s*cost_guardrails\s*:/.test(lineAt(source, index))) continue;
    const fence = fences.find(({ start, end }) => start < index && index < end);
    if (fence?.language === 'yaml' || fence?.language === 'yml') continue;
    problems.push({
      file: source.file,
      line: index + 1,
      message: '`cost_guardrails` stands outside a YAML block and would not be read',
      hint: 'put it between ```yaml and ```',
    });
  }
  return problems;
}

const secondGuardrails = (source: SourceText, guards: readonly YamlBlock[]): readonly Problem[] =>
  guards.slice(1).map(({ lineOf }) => ({
    file: source.file,
    line: lineOf(GUARDRAILS),
    message: 'a second `cost_guardrails` block',
    hint: `keep one; the first is on line ${guards[0]?.lineOf(GUARDRAILS)}`,
  }));

const settingsOf = (blocks: readonly YamlBlock[]): JsonObject => {
  const entries = blocks.toReversed().flatMap(({ value }) => Object.entries(value));
  return Object.fromEntries(entries.filter(([key]) => key !== GUARDRAILS));
};

function readLines(source: SourceText, fences: readonly Fence[]) {
  const lines = source.lines.map((_, index) =>
    isInside(fences, index) ? '' : lineAt(source, index),
  );
  const fallbackModel = modelUnder(source, /^fallback/i)?.id;
  const embeddingModel = modelUnder(source, /^embedding model/i)?.id;
  const provider = firstMatch(lines, /^provider:\s*`?([A-Za-z0-9._-]+)/i);
  const conversationBackend = firstLineUnder(source, /^conversation backend$/i)?.replaceAll(
    '`',
    '',
  );
  return {
    defaultModel: modelUnder(source, /^default model/i)?.id ?? DEFAULT_MODEL,
    ...(fallbackModel === undefined ? {} : { fallbackModel }),
    ...(embeddingModel === undefined ? {} : { embeddingModel }),
    ...(provider === undefined ? {} : { provider }),
    maxInputTokens:
      tokens(firstMatch(lines, /max (?:system prompt|input)\D*(\d[\d,]*)/i)) ?? 12_000,
    maxOutputTokens: tokens(firstMatch(lines, /max output\D*(\d[\d,]*)/i)) ?? 4_000,
    dedupBodyHash: sectionsOf(source).some(({ heading }) => heading === 'Dedup Body Hash'),
    ...(conversationBackend === undefined ? {} : { conversationBackend }),
  };
}

const firstMatch = (lines: readonly string[], pattern: RegExp): string | undefined => {
  for (const line of lines) {
    const match = pattern.exec(line);
    if (match !== null) return match[1];
  }
  return undefined;
};

const tokens = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text.replaceAll(',', ''));

function modelUnder(source: SourceText, heading: RegExp) {
  const section = sectionsOf(source).find((candidate) => heading.test(candidate.heading));
  if (section === undefined) return undefined;
  for (let line = section.start + 1; line < section.end; line += 1) {
    const text = lineAt(source, line);
    const match = /^(\s*(?:[-*]\s+)?\**`?)([A-Za-z0-9][A-Za-z0-9._/-]*(?::[A-Za-z0-9._-]+)?)/.exec(
      text,
    );
    if (match !== null) return { line, before: match[1] as string, id: match[2] as string };
  }
  return undefined;
}

function firstLineUnder(source: SourceText, heading: RegExp): string | undefined {
  const section = sectionsOf(source).find((candidate) => heading.test(candidate.heading));
  if (section === undefined) return undefined;
  for (let line = section.start + 1; line < section.end; line += 1) {
    const text = lineAt(source, line).trim();
    if (text !== '') return text;
  }
  return undefined;
}

/** The file with another default model; only its line changes. */
export function setDefaultModel(model: ModelFile, id: string): ModelFile {
  const { source } = model;
  const found = modelUnder(source, /^default model/i);
  const edited =
    found === undefined
      ? spliceLines(source, {
          start: source.lines.length,
          remove: 0,
          insert: ['', '## Default model', '', `**\`${id}\`**`],
        })
      : spliceLines(source, {
          start: found.line,
          remove: 1,
          insert: [
            lineAt(source, found.line).replace(found.before + found.id, () => found.before + id),
          ],
        });
  return parseModelFile(printSource(edited), source.file);
}

/** The file with one key of its guardrails changed in place. */
export function setGuardrail(model: ModelFile, key: string, value: Json): ModelFile {
  const { source } = model;
  const block = yamlBlocks(source, fencesOf(source)).blocks.find(({ value: v }) => GUARDRAILS in v);
  const start = (block?.fence.start ?? 0) + 1;
  const end = block?.fence.end ?? 0;
  const old = source.lines.slice(start, end).join('');
  const changed = block === undefined ? undefined : setYaml(old, [GUARDRAILS, key], value);
  if (changed === undefined) {
    throw new FolderError({
      code: 'folder/cannot-edit',
      message: `${source.file}: the guardrails are not written in a form that can be changed in place`,
      hint: 'write them as `key: value` lines under `cost_guardrails:` in one ```yaml block',
      data: { file: source.file, key },
    });
  }
  const head = (source.bom ? '\ufeff' : '') + source.lines.slice(0, start).join('');
  return parseModelFile(head + changed + source.lines.slice(end).join(''), source.file);
}
