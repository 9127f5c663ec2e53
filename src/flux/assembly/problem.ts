import { FluxError } from '../error.ts';
import { fluxLimits } from '../limits.ts';
import { printable } from '../printable.ts';

/** One mistake in a source text. Lines and columns count from 1. */
export interface Problem {
  readonly line: number;
  readonly column: number;
  /** What is wrong, in one line. */
  readonly message: string;
  /** What would have been right there. */
  readonly expected: string;
}

/** Where something stands in the source text. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Collects the mistakes of one source text, up to a limit, in the order of the text. */
export class ProblemList {
  readonly #problems: Problem[] = [];

  add({ line, column }: Position, message: string, expected: string): void {
    if (this.#problems.length < fluxLimits.problemsMax) {
      this.#problems.push({ line, column, message: printable(message), expected });
    }
  }

  get count(): number {
    return this.#problems.length;
  }

  inOrder(): readonly Problem[] {
    return this.#problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }
}

/** `line:column: message (expected: …)`. */
export function printProblem({ line, column, message, expected }: Problem): string {
  return `${line}:${column}: ${message} (expected: ${expected})`;
}

/** The error that carries all mistakes of a source; its message is the first. */
export function assemblyError(problems: readonly Problem[]): FluxError {
  const [first] = problems;
  const more = problems.length > 1 ? `, and ${problems.length - 1} more` : '';
  return new FluxError({
    code: 'flux/assembly',
    message: first === undefined ? 'the source is faulty' : `${printProblem(first)}${more}`,
    hint: 'correct the lines named; data.problems lists every mistake',
    data: { problems: problems.map((each) => ({ ...each })) },
  });
}
