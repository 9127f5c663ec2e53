/** The code of a failed system call, such as `ENOENT`; empty when there is none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';
