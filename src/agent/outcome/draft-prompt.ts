import type { OutcomeVerdict } from './outcome-verdict.ts';

/** What was wrong with a draft, and the draft itself. */
export interface Feedback {
  /** Counted from 1. */
  readonly draft: number;
  readonly text: string;
  readonly verdict: OutcomeVerdict;
}

export interface DraftTask {
  readonly description: string;
  readonly rubric: string;
  /** In the home; absent: the answer is the result. */
  readonly outputFolder?: string;
  readonly context?: string;
}

/**
 * What the agent is asked for a draft (atomic-runtime §16). A revision has the draft it revises in
 * front of it, whole.
 */
export function draftPrompt(task: DraftTask, feedback?: Feedback): string {
  const sections: readonly (readonly [heading: string, text: string | undefined])[] = [
    ['Task', task.description],
    [
      'Output directory',
      task.outputFolder && `Write the result into a file under ${task.outputFolder}`,
    ],
    ['Rubric', task.rubric],
    ['Additional context', task.context],
    [`Previous draft (iteration ${feedback?.draft ?? 0})`, feedback?.text],
    [
      `Revision feedback from iteration ${feedback?.draft ?? 0}`,
      feedback && feedbackText(feedback.verdict),
    ],
  ];
  return sections
    .flatMap(([heading, text]) =>
      text === undefined || text === '' ? [] : [`## ${heading}\n\n${text}`],
    )
    .join('\n\n');
}

function feedbackText({ explanation, criterion_results: criteria }: OutcomeVerdict): string {
  const open = criteria
    .filter(({ met }) => !met)
    .map(({ criterion, gap }) => `- ${criterion}: ${gap}`);
  return [explanation, ...(open.length === 0 ? [] : ['', 'Not met yet:', ...open])]
    .join('\n')
    .trim();
}
