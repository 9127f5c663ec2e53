import { FluxError } from '../error.ts';
import { printable } from '../printable.ts';

const SHOWN = 5;

/** The error for a vector file that cannot be used; the first problems are in its message. */
export function vectorsError(file: string, problems: readonly string[]): FluxError {
  const shown = printable(problems.slice(0, SHOWN).join('; '));
  const rest = problems.length - SHOWN;
  return new FluxError({
    code: 'flux/vectors',
    message: `${file}: ${shown}${rest > 0 ? `; and ${rest} more` : ''}`,
    hint: 'correct the file; its format is described in docs/flux.md',
    data: { problems: [...problems] },
  });
}
