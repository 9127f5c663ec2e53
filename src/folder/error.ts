import { DatumError, type ErrorDetails, type JsonObject } from '../base/index.ts';

/** One thing wrong in one file; `line` counts from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
  readonly hint: string;
}

/**
 * Thrown when a file of the folder cannot be read as what it claims to be, when a path leaves the
 * folder, and when git is in the middle of something. `problems` names every finding, not just the
 * first.
 */
export class FolderError extends DatumError {
  readonly problems: readonly Problem[];

  constructor({ problems = [], ...details }: ErrorDetails & { problems?: readonly Problem[] }) {
    super(details);
    this.problems = problems;
  }
}

/** One error for all that is wrong in a file; the first problem gives the message and the hint. */
export function problemsError(
  code: `folder/${string}`,
  problems: readonly [Problem, ...Problem[]],
): FolderError {
  const [first] = problems;
  const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
  return new FolderError({
    code,
    message: `${first.file}:${first.line}: ${first.message}${more}`,
    hint: first.hint,
    data: { problems: problems.map((problem): JsonObject => ({ ...problem })) },
    problems,
  });
}

/** Throws {@link problemsError} when there is at least one problem. */
export function refuseProblems(code: `folder/${string}`, problems: readonly Problem[]): void {
  const [first, ...rest] = problems;
  if (first !== undefined) throw problemsError(code, [first, ...rest]);
}
