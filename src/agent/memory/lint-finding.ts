export const LINT_KINDS = [
  'damaged',
  'duplicate',
  'contradiction',
  'stale',
  'expired',
  'not-in-index',
  'index-without-note',
  'unproven',
  'broken-link',
] as const;

/** Something about a memory that a person should look at; nothing is ever changed for it. */
export interface LintFinding {
  readonly kind: (typeof LINT_KINDS)[number];
  readonly files: readonly string[];
  readonly message: string;
}
