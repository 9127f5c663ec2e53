import type { DatumError } from '../base/index.ts';
import { SpecError } from './error.ts';
import { printIssue } from './issue.ts';

const ISSUES_MAX = 20;

/**
 * An error as instructions for a model: one line for each thing wrong, with its absolute path and the
 * exact change to make, and never a part of the value. Errors without issues give message and hint.
 *
 * @example
 * const tool = defineSpec('tool/add', z.object({ a: z.number(), b: z.number() }));
 * const checked = tool.check({ a: '1' });
 * checked.ok ? [] : checked.issues.map((issue) => issue.tag); // => ['wrong-type', 'missing']
 */
export function explainForModel(error: DatumError): string {
  if (!(error instanceof SpecError) || error.issues.length === 0) {
    return `${error.message}. Fix: ${error.hint}.`;
  }
  const lines = error.issues.slice(0, ISSUES_MAX).map(printIssue);
  const rest = error.issues.length - lines.length;
  return [...lines, ...(rest > 0 ? [`and ${rest} more of these.`] : [])].join('\n');
}
