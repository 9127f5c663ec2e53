import { isJsonObject, type Json, type JsonObject } from '../../base/index.ts';
import { FolderError, type Problem } from '../error.ts';
import { type Fence, fencesOf } from './sections.ts';
import { lineAt, printSource, readSource, type SourceText, spliceLines } from './source-text.ts';
import { parseYaml, setYaml } from './yaml-text.ts';

export const DECISIONS = ['pending', 'accepted', 'rejected', 'deferred'] as const;
export type Decision = (typeof DECISIONS)[number];

/** What a proposal of a tuning report says (atomic-operations §9). */
export interface Proposal {
  /** `<agent>-<date>-NNN`. */
  readonly id: string;
  /** Path inside the agent folder. */
  readonly targetFile: string;
  readonly targetSection: string;
  readonly editType: 'addition' | 'modification' | 'removal';
  readonly confidence: string;
  readonly reversibility: string;
  readonly decision: Decision;
  readonly notes: string;
  /** What it is about, the same each time it is found; empty in reports of the original. */
  readonly idea: string;
  readonly title: string;
  /** Empty when the proposal has none. */
  readonly diff: string;
}

/** `evals/tuning_reports/<date>_proposal.md`: what might be changed, each for a person to decide. */
export interface TuningReport {
  readonly source: SourceText;
  readonly proposals: readonly Proposal[];
  /** Blocks that cannot be read as what they are; the others are read. */
  readonly damaged: readonly Problem[];
}

/** Path of a report inside the agent folder; the second one of a day is `-2`. */
export const tuningReportPath = (day: string, number = 1): string =>
  `evals/tuning_reports/${day}_proposal${number === 1 ? '' : `-${number}`}.md`;

export const TUNING_HISTORY = 'evals/tuning_history.jsonl';

interface Block {
  readonly fence: Fence;
  readonly value: JsonObject;
}

export function parseTuningReport(content: Uint8Array | string, file: string): TuningReport {
  const source = readSource(content, file);
  const fences = fencesOf(source);
  const { blocks, damaged } = readBlocks(source, fences);
  const proposals = blocks.map(({ fence, value }, index) => {
    const next = blocks[index + 1]?.fence.start ?? source.lines.length;
    const isBetween = (line: number): boolean => line > fence.end && line < next;
    const diff = fences.find(({ language, start }) => language === 'diff' && isBetween(start));
    const title = source.lines.findIndex(
      (_, line) => isBetween(line) && /^# /.test(lineAt(source, line)),
    );
    return {
      ...fieldsOf(value),
      title: title < 0 ? '' : lineAt(source, title).replace(/^# (?:Proposal \d+:\s*)?/, ''),
      diff: diff === undefined ? '' : textIn(source, diff),
    };
  });
  return { source, proposals, damaged };
}

const textIn = (source: SourceText, { start, end }: Fence): string =>
  source.lines
    .slice(start + 1, end)
    .join('')
    .replaceAll('\r\n', '\n')
    .replace(/\n$/, '');

/** The lines of a YAML block without the `---` the original puts around them. */
function yamlOf(source: SourceText, { start, end }: Fence) {
  const isRule = (line: number): boolean => /^---\s*$/.test(lineAt(source, line));
  const from = isRule(start + 1) ? start + 2 : start + 1;
  const to = end - 1 >= from && isRule(end - 1) ? end - 1 : end;
  return { from, to, text: source.lines.slice(from, to).join('') };
}

function readBlocks(source: SourceText, fences: readonly Fence[]) {
  const blocks: Block[] = [];
  const damaged: Problem[] = [];
  for (const fence of fences) {
    if (fence.language !== 'yaml') continue;
    const { from, text } = yamlOf(source, fence);
    const yaml = parseYaml({ text, file: source.file, line: from + 1 });
    damaged.push(...yaml.problems);
    if (!isJsonObject(yaml.value) || typeof yaml.value['proposal_id'] !== 'string') continue;
    const decision = yaml.value['operator_decision'] ?? 'pending';
    if (DECISIONS.some((each) => each === decision)) blocks.push({ fence, value: yaml.value });
    else {
      const message = `\`operator_decision\` is ${JSON.stringify(decision)}`;
      const hint = `write one of ${DECISIONS.join(', ')}`;
      damaged.push({ file: source.file, line: yaml.lineOf('operator_decision'), message, hint });
    }
  }
  return { blocks, damaged };
}

function fieldsOf(value: JsonObject): Omit<Proposal, 'title' | 'diff'> {
  const text = (key: string): string => (typeof value[key] === 'string' ? value[key] : '');
  const type = text('edit_type');
  return {
    id: text('proposal_id'),
    targetFile: text('target_file'),
    targetSection: text('target_section'),
    editType: type === 'removal' || type === 'modification' ? type : 'addition',
    confidence: text('confidence'),
    reversibility: text('reversibility'),
    decision: (text('operator_decision') || 'pending') as Decision,
    notes: text('operator_notes'),
    idea: text('idea'),
  };
}

/** The text of a report, byte for byte as read. */
export const printTuningReport = ({ source }: TuningReport): string => printSource(source);

/** The report with a decision on a proposal; nothing but its lines changes. */
export function decideProposal(
  report: TuningReport,
  id: string,
  { decision, notes }: { readonly decision: Decision; readonly notes?: string },
): TuningReport {
  const { source } = report;
  const { blocks } = readBlocks(source, fencesOf(source));
  const block = blocks.find(({ value }) => value['proposal_id'] === id);
  const { from, to, text } =
    block === undefined ? { from: 0, to: 0, text: '' } : yamlOf(source, block.fence);
  const changes: readonly (readonly [string, Json])[] = [
    ['operator_decision', decision],
    ...(notes === undefined ? [] : [['operator_notes', notes] as const]),
  ];
  let changed: string | undefined = block === undefined ? undefined : text;
  for (const [key, value] of changes) {
    changed = changed === undefined ? undefined : setYaml(changed, [key], value);
  }
  if (changed === undefined) throw cannotEdit(source.file, id);
  const insert = readSource(changed, source.file).lines.map((line) => line.replace(/\r?\n$/, ''));
  const edited = spliceLines(source, { start: from, remove: to - from, insert });
  return parseTuningReport(printSource(edited), source.file);
}

const cannotEdit = (file: string, id: string): FolderError =>
  new FolderError({
    code: 'folder/cannot-edit',
    message: `${file}: the proposal ${id} cannot be changed in place`,
    hint: 'write `operator_decision` by hand in its block',
    data: { file, id },
  });
