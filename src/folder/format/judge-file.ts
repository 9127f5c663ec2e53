import { isJsonObject, type Json } from '../../base/index.ts';
import { type Problem, refuseProblems } from '../error.ts';
import { parseFrontMatter } from './front-matter.ts';
import { printSource, readSource, type SourceText } from './source-text.ts';

/** `evals/judge.md`: who judges an agent's answers, and what the judge is told (atomic-runtime §15). */
export interface JudgeFile {
  readonly source: SourceText;
  readonly crossFamily: readonly string[];
  readonly sameFamilyFallback: readonly string[];
  /** A verdict must score every dimension and name only codes the rubric has. */
  readonly strictMode: boolean;
  /** Share of the verdicts a person should read again, 0 to 1. */
  readonly auditSample: number;
  /** The prompt, with `{rubric}`, `{test_input}` and so on where the data goes. */
  readonly template: string;
}

const AUDIT_SAMPLE = 0.1;

/** Reads judge.md; throws `folder/bad-judge` naming every rule it breaks, with lines. */
export function parseJudgeFile(content: Uint8Array | string, file: string): JudgeFile {
  const { source, fields, body, lineOf } = parseFrontMatter(readSource(content, file));
  const recommended = fields['recommended_judge'] ?? {};
  const lists = isJsonObject(recommended) ? recommended : {};
  const crossFamily = lists['cross_family'] ?? [];
  const sameFamilyFallback = lists['same_family_fallback'] ?? [];
  const strictMode = fields['strict_mode'] ?? true;
  const auditSample = fields['audit_sample_pct'] ?? AUDIT_SAMPLE;
  const problems: Problem[] = [];
  const check = (holds: boolean, path: readonly string[], must: string): void => {
    if (holds) return;
    const name = path.at(-1) as string;
    const message = `\`${name}\` must be ${must}`;
    problems.push({ file, line: lineOf(...path), message, hint: `correct \`${name}\`` });
  };
  check(isJsonObject(recommended), ['recommended_judge'], 'a mapping of two lists');
  check(isNames(crossFamily), ['recommended_judge', 'cross_family'], 'a list of model ids');
  check(
    isNames(sameFamilyFallback),
    ['recommended_judge', 'same_family_fallback'],
    'a list of model ids',
  );
  check(typeof strictMode === 'boolean', ['strict_mode'], 'true or false');
  check(isShare(auditSample), ['audit_sample_pct'], 'a share from 0 to 1');
  refuseProblems('folder/bad-judge', problems);
  return {
    source,
    crossFamily: crossFamily as readonly string[],
    sameFamilyFallback: sameFamilyFallback as readonly string[],
    strictMode: strictMode as boolean,
    auditSample: auditSample as number,
    template: body,
  };
}

/** The text of judge.md, byte for byte as read. */
export const printJudgeFile = ({ source }: JudgeFile): string => printSource(source);

const isNames = (value: Json): boolean =>
  Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== '');

const isShare = (value: Json): boolean => typeof value === 'number' && value >= 0 && value <= 1;
