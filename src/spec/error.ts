import { DatumError } from '../base/index.ts';
import type { SpecIssue } from './issue.ts';

/**
 * Thrown for a value that breaks its contract (`spec/invalid`, with every issue), for a name that is
 * malformed, unknown or already taken by another contract, and for a schema that has no JSON form.
 */
export class SpecError extends DatumError {
  /** What is wrong with the value; empty for mistakes about specs themselves. */
  readonly issues: readonly SpecIssue[];

  constructor(
    details: ConstructorParameters<typeof DatumError>[0],
    issues: readonly SpecIssue[] = [],
  ) {
    super(details);
    this.issues = issues;
  }
}
