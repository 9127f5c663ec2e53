import type { Invocation } from './command.ts';
import { CliError } from './error.ts';

/** Throws `cli/read-only` (refused) when a command that changes something was told to change nothing. */
export function refuseReadOnly({ global }: Invocation): void {
  if (!global.readOnly) return;
  throw new CliError({
    code: 'cli/read-only',
    kind: 'refused',
    message: 'this command changes something, and --read-only was given',
    hint: 'leave --read-only away',
  });
}
