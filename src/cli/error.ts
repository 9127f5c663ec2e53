import { DatumError } from '../base/index.ts';

/** Thrown for what a person typed: unknown commands, missing arguments, values that do not parse. */
export class CliError extends DatumError {}

/** A usage error (exit code 2) about one value on the command line. */
export const usageError = (message: string, hint: string): CliError =>
  new CliError({ code: 'cli/usage', kind: 'usage', message, hint });
